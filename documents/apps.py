"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """See the package's docstring."""

    name = "documents"

    def ready(self) -> None:
        """Connect receivers, register system checks."""
        from documents import checks, receivers

        checks.register_all()
        receivers.connect()
