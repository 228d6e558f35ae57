"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """See the package's docstring."""

    name = "cms.operations"
    label = "operations"

    def ready(self) -> None:
        """Register the checks of a deployment."""
        from cms.operations import checks

        checks.register_all()
