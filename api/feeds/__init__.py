"""Feeds: what is new below a page, and how it is written."""
