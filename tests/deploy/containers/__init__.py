"""What the tests of the image and the Compose files share."""
