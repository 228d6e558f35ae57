"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See the package's docstring."""

    name = "api"

    def ready(self) -> None:
        from api.caching import receivers
        from api.view_restrictions import load_groups_in_bulk

        load_groups_in_bulk()
        receivers.connect()
