"""Builds each part of the demo site from what content/ says. Everything is listed in the workshop as it is made."""
