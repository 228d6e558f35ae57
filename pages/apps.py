"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """See the package's docstring."""

    name = "pages"

    def ready(self) -> None:
        """Connect receivers."""
        from pages import receivers

        receivers.connect()
