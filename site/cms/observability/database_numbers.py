"""Numbers that are in the database, and so the same from every server: tasks, workflow, regular work."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as TooLateError
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from wagtail.models import PageLogEntry, TaskState

from cms.health.single_runs import SingleRun
from cms.operations.models import LastSuccess

logger = logging.getLogger(__name__)

DEADLINE_SECONDS = 3
"""How long a scrape waits for the database, whatever holds it up: Prometheus gives up after ten seconds."""
KEPT_SECONDS = 5
STATEMENT_SECONDS = 2

_STATUSES = {
    "queued": TaskResultStatus.READY,
    "running": TaskResultStatus.RUNNING,
    "failed": TaskResultStatus.FAILED,
}
_OTHER_QUEUE = "other"
_MAX_JOBS = 50
_PUBLISHED = ("wagtail.publish", "wagtail.publish.scheduled")


class DatabaseNumbers:
    """Reads them at most once in a few seconds, whoever asks and however often."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reader = SingleRun("metrics")
        self._read_at = float("-inf")
        self._metrics: list[Metric] = []

    def collect(self) -> list[Metric]:
        """The numbers, and `cms_metrics_database_up`; that alone, as 0, where the database does not give them."""
        with self._lock:
            if time.monotonic() - self._read_at >= KEPT_SECONDS:
                self._metrics = self._read()
                self._read_at = time.monotonic()
            return self._metrics

    def _read(self) -> list[Metric]:
        try:
            metrics: list[Metric] = self._reader.submit(_read).result(DEADLINE_SECONDS)
        except (Exception, TooLateError) as error:
            logger.warning(
                "The database gave no numbers", extra={"event": "metrics.no_database", "reason": type(error).__name__}
            )
            return [_up(0)]
        return [*metrics, _up(1)]


def _up(value: int) -> Metric:
    return GaugeMetricFamily(
        "cms_metrics_database_up", "Whether the numbers from the database could be read.", value=value
    )


def _read() -> list[Metric]:
    """In a thread of its own, which may hang: a server that swallows packets cannot be told from a slow one."""
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'")
            return [*_tasks(), *_jobs(), *_workflow(), _published()]
    finally:
        connection.close()


def _tasks() -> Iterator[Metric]:
    known = [*settings.TASKS["default"]["QUEUES"], _OTHER_QUEUE]
    now, at_once = timezone.now(), Q(run_after=get_date_max())
    ready = Q(status=TaskResultStatus.READY)
    counts = {name: Count("pk", filter=Q(status=status)) for name, status in _STATUSES.items()}
    rows = (
        DBTaskResult.objects.order_by()
        .exclude(status=TaskResultStatus.SUCCESSFUL)
        .values("queue_name")
        .annotate(
            **counts,
            enqueued=Min("enqueued_at", filter=ready & at_once),
            due=Min("run_after", filter=ready & Q(run_after__lte=now)),
        )
    )
    number = dict.fromkeys(((queue, status) for queue in known for status in _STATUSES), 0)
    oldest = dict.fromkeys(known, 0.0)
    for row in cast("Iterable[dict[str, Any]]", rows):
        queue = row["queue_name"] if row["queue_name"] in known else _OTHER_QUEUE
        for status in _STATUSES:
            number[queue, status] += row[status]
        oldest[queue] = max(oldest[queue], *(_seconds(moment, now) for moment in (row["enqueued"], row["due"])))
    tasks = GaugeMetricFamily("cms_tasks", "Background tasks.", labels=["queue", "status"])
    for (queue, status), count in number.items():
        tasks.add_metric([queue, status], count)
    yield tasks
    waiting = GaugeMetricFamily(
        "cms_tasks_oldest_queued_seconds", "How long the oldest task that is due has waited.", labels=["queue"]
    )
    for queue, seconds in oldest.items():
        waiting.add_metric([queue], seconds)
    yield waiting


def _jobs() -> Iterator[Metric]:
    succeeded = GaugeMetricFamily(
        "cms_job_last_success_timestamp_seconds", "When this work last went well.", labels=["job"]
    )
    took = GaugeMetricFamily("cms_job_last_duration_seconds", "How long it took then.", labels=["job"])
    broken = GaugeMetricFamily("cms_broken_links", "Links that led nowhere when they were last checked.")
    for job in LastSuccess.objects.order_by("name")[:_MAX_JOBS]:
        succeeded.add_metric([job.name], job.succeeded_at.timestamp())
        took.add_metric([job.name], job.seconds)
        if job.name == "link_check" and isinstance(job.details.get("broken"), int):
            broken.add_metric([], job.details["broken"])
    yield from (succeeded, took, broken)


def _workflow() -> Iterator[Metric]:
    waiting = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).aggregate(
        count=Count("pk"), since=Min("started_at")
    )
    yield GaugeMetricFamily("cms_workflow_waiting", "Changes that wait for an approval.", value=waiting["count"])
    yield GaugeMetricFamily(
        "cms_workflow_oldest_waiting_seconds",
        "How long the one that has waited longest has.",
        value=_seconds(waiting["since"], timezone.now()),
    )


def _published() -> Metric:
    count = PageLogEntry.objects.filter(action__in=_PUBLISHED).aggregate(count=Count("pk"))["count"]
    return CounterMetricFamily("cms_pages_published", "How often a page was published.", value=count)


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


numbers = DatabaseNumbers()
