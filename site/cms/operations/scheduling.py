"""Scheduled publishing and expiry, one item at a time.

Wagtail's own `publish_scheduled` stops at the first item that fails, and two of it may publish the same revision. Here
each item is locked and done in a transaction of its own, so several schedulers may run and one bad page harms no other.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

logger = logging.getLogger(__name__)


def publish_due() -> int:
    """Publish every revision whose approved time has come. Returns how many; a failure is logged and skipped."""
    due = Revision.objects.filter(approved_go_live_at__lte=timezone.now()).order_by("approved_go_live_at")
    return sum(_attempt(due, pk, _publish) for pk in list(due.values_list("pk", flat=True)))


def expire_due() -> int:
    """Take down every live page and snippet whose expiry has come. Returns how many; a failure is logged, skipped."""
    done = 0
    for model in _models_with_expiry():
        due = model._default_manager.filter(live=True, expire_at__lte=timezone.now()).order_by("expire_at")
        done += sum(_attempt(due, pk, _expire) for pk in list(due.values_list("pk", flat=True)))
    return done


def _attempt(due: models.QuerySet[Any], pk: Any, action: Any) -> bool:
    try:
        with transaction.atomic():
            # A row that another scheduler has locked, or has done since, is simply not found.
            item = due.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if item is None:
                return False
            action(item)
    except Exception:
        logger.exception(
            "A scheduled change failed",
            extra={"event": "schedule.failed", "model": due.model._meta.label, "pk": str(pk)},
        )
        return False
    logger.info(
        "A scheduled change was made",
        extra={"event": f"schedule{action.__name__}", "model": due.model._meta.label, "pk": str(pk)},
    )
    return True


def _publish(revision: Revision) -> None:
    revision.publish(log_action="wagtail.publish.scheduled")


def _expire(item: Any) -> None:
    target = item.specific if isinstance(item, Page) else item
    target.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _models_with_expiry() -> Iterator[type[models.Model]]:
    yield Page
    for model in apps.get_models():
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page):
            yield model
