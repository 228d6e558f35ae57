"""The home page."""

from __future__ import annotations

from pages.models.base import BasePage


class HomePage(BasePage):
    """The root of a site."""
