"""One line in the log for every request, and a second one for a slow request."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from api.caching.responses import outcome_of
from cms.observability import meters, request_ids, routes, statements, traces

logger = logging.getLogger("cms.requests")


class Observed:
    """The work on one request, from its first moment to the last byte."""

    def __init__(self, request: HttpRequest, span: traces.Span = traces.NO_SPAN) -> None:
        self._request = request
        self._span = span
        self._tally = statements.begin()
        self._started = time.perf_counter()
        self._trace_id = traces.current_id()

    def answered(self, response: HttpResponseBase) -> None:
        """The answer is ready. That of a streaming response is told of once it is sent."""
        self.seconds = time.perf_counter() - self._started
        self.method = routes.method_of(self._request)
        self._address = routes.address_of(self._request)
        self._describe_span(response)
        if not routes.is_probe(self._request):
            meters.count_request(self.method, self.route, response.status_code, self.seconds, outcome_of(self._request))
        if response.streaming:
            # The list that Django closes files with at the end (django/http/response.py): public API has none.
            response._resource_closers.append(lambda: self._log(response, sent=True))  # type: ignore[attr-defined]
        else:
            self._log(response)

    def _describe_span(self, response: HttpResponseBase) -> None:
        self._span.rename(f"{self.method} {self.route}")
        self._span.set(
            http__request__method=self.method,
            http__route=self.route,
            http__response__status_code=response.status_code,
            cms__request_id=request_ids.current_request_id(),
            cms__sql_count=self._tally.count,
            cms__cache=outcome_of(self._request),
        )
        if response.status_code >= 500:
            self._span.fail()

    @property
    def route(self) -> str:
        return self._address.route

    def _log(self, response: HttpResponseBase, *, sent: bool = False) -> None:
        fields = self._fields(response)
        if sent:
            fields["sent_ms"] = _milliseconds(time.perf_counter() - self._started)
        level = logging.DEBUG if routes.is_probe(self._request) else logging.INFO
        text = f"{self.method} {self.route} {response.status_code}"
        logger.log(level, text, extra={"event": "request"} | fields)
        if self.seconds > settings.SLOW_REQUEST_THRESHOLD.total_seconds():
            logger.warning(f"Slow: {text}", extra={"event": "slow_request"} | fields)

    def _fields(self, response: HttpResponseBase) -> dict[str, Any]:
        fields = {
            "method": self.method,
            "route": self.route,
            "path": self._address.path,
            "parameters": routes.parameter_names(self._request) or None,
            "status": response.status_code,
            "duration_ms": _milliseconds(self.seconds),
            "user_id": _user_id(self._request),
            "sql_count": self._tally.count,
            "sql_ms": _milliseconds(self._tally.seconds),
            "cache": outcome_of(self._request),
            "trace_id": self._trace_id,
        }
        return {name: value for name, value in fields.items() if value is not None}


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _user_id(request: HttpRequest) -> int | None:
    """Who asked, if that was found out: the log line must not be what reads the session."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = request.__dict__.get("_cached_user")  # django/contrib/auth/middleware.py
    found: int | None = getattr(user, "pk", None)
    return found
