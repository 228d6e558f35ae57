"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """See the package's docstring."""

    name = "cms.demo"
    label = "demo"
