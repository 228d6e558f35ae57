"""What `manage.py check --deploy` says about a deployment."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage


def register_all() -> None:
    """Make `manage.py check --deploy` run these checks. Called once, from `apps.py`."""
    checks.register(limits_are_shared, deploy=True)


def limits_are_shared(**kwargs: Any) -> list[CheckMessage]:
    """Warn when every process counts requests and failed sign-ins for itself, which multiplies each limit."""
    if not settings.CACHES["limits"]["BACKEND"].endswith("LocMemCache"):
        return []
    return [
        checks.Warning(
            "REDIS_URL is not set, so each process counts requests and failed sign-ins for itself.",
            hint="With ten processes an attacker has ten times as many attempts. Name a Redis server.",
            id="operations.W001",
        )
    ]
