"""App configuration."""

from __future__ import annotations

import logging

from django.apps import AppConfig


class HealthConfig(AppConfig):
    """See the package's docstring."""

    name = "cms.health"
    label = "health"

    def ready(self) -> None:
        """Keep django-health-check from logging each failed check of each probe with its traceback."""
        logging.getLogger("health_check").setLevel(logging.CRITICAL)
