"""StreamField blocks, one family per module."""
