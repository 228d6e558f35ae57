"""Page types, snippets and settings. Django finds models through this module; import from the family's module."""

from pages.models.base import BasePage
from pages.models.home import HomePage

__all__ = ["BasePage", "HomePage"]
