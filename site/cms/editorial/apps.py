"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class EditorialConfig(AppConfig):
    """See the package's docstring."""

    name = "cms.editorial"
    label = "editorial"

    def ready(self) -> None:
        """Put the four-eyes rule into Wagtail."""
        from cms.editorial import guards

        guards.install()
