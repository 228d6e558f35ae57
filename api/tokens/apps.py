"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class TokensConfig(AppConfig):
    """See the package's docstring."""

    name = "api.tokens"

    def ready(self) -> None:
        """Connect what ends sessions."""
        from api.tokens import receivers

        receivers.connect()
