"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class HealthConfig(AppConfig):
    """See the package's docstring."""

    name = "cms.health"
    label = "health"
