"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    """See the package's docstring."""

    name = "cms.observability"
    label = "observability"
