"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    """See the package's docstring."""

    name = "cms.observability"
    label = "observability"

    def ready(self) -> None:
        """Count SQL statements."""
        from cms.observability import statements

        statements.watch_connections()
