"""What the service tells about itself: logs, request ids."""
