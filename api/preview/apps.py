"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class PreviewConfig(AppConfig):
    """See the package's docstring."""

    name = "api.preview"
