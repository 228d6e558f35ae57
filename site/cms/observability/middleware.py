"""Gives every request an id, and tells of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cms.observability import meters, request_ids, routes, traces
from cms.observability.requests import Observed
from cms.observability.views import metrics

logger = logging.getLogger(__name__)


class RequestIdMiddleware:
    """Sets `request.request_id`, answers it in `X-Request-ID` and gives it to error reports."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        # The SDK takes half a second to import.
        self._set_tag = import_module("sentry_sdk").set_tag if settings.SENTRY_DSN else None

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = request_ids.begin(request.headers.get("X-Request-ID"))
        request.request_id = request_id  # type: ignore[attr-defined]
        if self._set_tag is not None:
            self._set_tag("request_id", request_id)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class ObservationMiddleware:
    """Logs and counts every request. Stands outside of everything else, so that no answer goes past it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        meters.prepare()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if routes.is_probe(request):
            return self._answered(request, Observed(request))
        with traces.request_span(request) as span, meters.one_more_in_progress():
            return self._answered(request, Observed(request, span))

    def _answered(self, request: HttpRequest, observed: Observed) -> HttpResponseBase:
        response = self.get_response(request)
        try:
            observed.answered(response)
        except Exception:
            # The answer is there: what is wrong with telling of it must not take it away.
            logger.exception("A request could not be told of", extra={"event": "request.untold"})
        return response


class MetricsMiddleware:
    """Answers /metrics. Prometheus asks as a kubelet does: see `cms.health.middleware.ProbeMiddleware`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return metrics(request) if request.path_info == "/metrics" else self.get_response(request)
