"""`/metrics`, as Prometheus reads it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from api.errors import problem_http_response
from cms import __version__
from cms.observability import meters
from cms.observability.access import may_read
from cms.observability.database_numbers import numbers

logger = logging.getLogger(__name__)


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """All numbers, for those who run the service. Takes some seconds at most, also without the database."""
    if not may_read(request):
        return problem_http_response(request, 404)
    return _answer(request)


@require_safe
def _answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(generate_latest(_All()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _All(Collector):
    def collect(self) -> Iterator[Metric]:
        yield from _of_processes()
        yield from numbers.collect()
        build = GaugeMetricFamily("cms_build_info", "The version that runs.", labels=["version"])
        build.add_metric([__version__], 1)
        yield build


def _of_processes() -> list[Metric]:
    try:
        return list(meters.collect())
    except Exception:
        logger.exception("The numbers of the server processes cannot be read", extra={"event": "metrics.failed"})
        return []
