"""Sitemaps: which pages are in them, and how they are written."""
