"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """See the package's docstring."""

    name = "cms.operations"
    label = "operations"
