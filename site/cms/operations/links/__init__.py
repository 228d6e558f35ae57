"""Looks for links in the content that lead nowhere, here and on other websites."""
