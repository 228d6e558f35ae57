"""Keeps when regular work last went well: health checks, metrics and alerts go by that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from cms.operations.models import LastSuccess


def record_success(name: str, *, seconds: float = 0, details: Mapping[str, Any] | None = None) -> None:
    """Note that this work went well now, and how many seconds it took. One statement; two at once do no harm."""
    LastSuccess.objects.bulk_create(
        [LastSuccess(name=name, succeeded_at=timezone.now(), seconds=seconds, details=dict(details or {}))],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["succeeded_at", "seconds", "details"],
    )


def age_of_success(name: str) -> timedelta | None:
    """How long ago this work last went well; None when it never did."""
    at = LastSuccess.objects.filter(name=name).values_list("succeeded_at", flat=True).first()
    return timezone.now() - at if at else None
