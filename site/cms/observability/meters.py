"""What each server process counts and measures. Labels are words of ours, never a client's."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, disable_created_metrics

from cms.observability import worker_files

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 10
"""After a failure, such as a full disk, nothing is counted for this long."""

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds in seconds: from a kept answer (a few milliseconds) to what a proxy gives up on."""


def _join() -> Path | None:
    if not settings.METRICS_FOLDER:
        return None
    folder = Path(settings.METRICS_FOLDER)
    try:
        worker_files.join(folder)
    except OSError:
        logger.exception("Metrics are of single processes", extra={"event": "metrics.no_folder"})
        return None
    return folder


_folder = _join()
disable_created_metrics()
_registry = CollectorRegistry()

requests = Counter("cms_http_requests", "Requests answered.", ["method", "route", "status"], registry=_registry)
durations = Histogram(
    "cms_http_request_duration_seconds",
    "Time until an answer was ready.",
    ["method", "route"],
    buckets=BUCKETS,
    registry=_registry,
)
in_progress = Gauge(
    "cms_http_requests_in_progress", "Requests being worked on.", multiprocess_mode="livesum", registry=_registry
)
cache = Counter("cms_response_cache", "Lookups in the cache of answers.", ["result"], registry=_registry)
scans = Counter("cms_document_scans", "Uploads that the virus scanner looked at.", ["result"], registry=_registry)
pool_connections = Gauge(
    "cms_database_pool_connections",
    "Connections to the database that are open, those of them that are idle, and requests waiting for one.",
    ["state"],
    multiprocess_mode="livesum",
    registry=_registry,
)
pool_max = Gauge(
    "cms_database_pool_max",
    "The most connections that the processes of this server may open.",
    multiprocess_mode="livesum",
    registry=_registry,
)
pool_timeouts = Counter(
    "cms_database_pool_timeouts", "Requests that got no connection to the database in time.", registry=_registry
)


class _State:
    paused_until = 0.0


@contextmanager
def _counting() -> Iterator[None]:
    """Keeps a failure to count away from the request."""
    try:
        yield
    except Exception:
        _State.paused_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("Nothing is counted for some seconds", extra={"event": "metrics.failed"}, exc_info=True)


def _is_paused() -> bool:
    return time.monotonic() < _State.paused_until


def prepare() -> None:
    """Show what has not happened yet as 0, so that the first time is a change that an alert can see."""
    with _counting():
        for outcome in ("hit", "miss", "bypass"):
            cache.labels(outcome)
        for result in ("clean", "infected", "failed"):
            scans.labels(result)


@contextmanager
def one_more_in_progress() -> Iterator[None]:
    """Count a request as being worked on."""
    with _counting():
        in_progress.inc()
    try:
        yield
    finally:
        with _counting():
            in_progress.dec()


def count_request(method: str, route: str, status: int, seconds: float, cached: str | None) -> None:
    """Count a request that was answered."""
    if _is_paused():
        return
    with _counting():
        requests.labels(method, route, str(status)).inc()
        durations.labels(method, route).observe(seconds)
        if cached is not None:
            cache.labels(cached).inc()


def count_scan(result: str, **_: Any) -> None:
    """Count an upload that the virus scanner looked at: clean, infected or failed."""
    if not _is_paused():
        with _counting():
            scans.labels(result).inc()


def note_pool(stats: Mapping[str, int], timeouts: int) -> None:
    """Note what a pool of connections tells of itself, and how many more requests got none in time."""
    if _is_paused():
        return
    with _counting():
        pool_max.set(stats["pool_max"])
        for state, name in (("open", "pool_size"), ("idle", "pool_available"), ("waiting", "requests_waiting")):
            pool_connections.labels(state).set(stats.get(name, 0))
        pool_timeouts.inc(timeouts)


def collect() -> Iterable[Metric]:
    """All numbers, of all processes of this server. Raises OSError when their folder cannot be read."""
    if _folder is not None:
        return worker_files.collect(_folder)
    return _registry.collect()
