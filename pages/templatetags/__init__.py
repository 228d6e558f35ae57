"""Template tags of the plain pages."""
