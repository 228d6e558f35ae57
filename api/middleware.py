"""What applies to every request under /api/, whichever view answers it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC
from http import HTTPStatus
from typing import Any

from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

from api import input_rules
from api.caching import responses
from api.caching.validators import answer_conditionally
from api.errors import BadInput, problem_http_response, unknown_parameters
from api.response_headers import add_headers, describe, set_cache_headers

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5
REFUSED_BY_THE_DATABASE = "A value in the request is not valid."
_UNAVAILABLE = (OperationalError, InterfaceError, RedisError, ConnectionInterrupted)


class ApiMiddleware:
    """Refuses bad input before any work is done, and sees to it that the API always answers in JSON, with times in UTC.

    Must stand before the session and locale middleware: what they read is taken away here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return self.get_response(request)
        asked_at = time.time()
        _forget_ambient_state(request)
        with timezone.override(UTC):
            response = _refusal(request) or responses.answer(request, self._make)
        set_cache_headers(request, response, asked_at)
        freshness = responses.freshness_of(request)
        response = answer_conditionally(request, response, freshness.since if freshness else None)
        if response.status_code == HTTPStatus.PRECONDITION_FAILED:
            response = _as_problem(request, response)
            set_cache_headers(request, response, asked_at)
        add_headers(request, response)
        return response

    def _make(self, request: HttpRequest) -> HttpResponseBase:
        """The answer of a view, in the form in which it may be kept."""
        response = self.get_response(request)
        if response.status_code >= 400 and not _is_json(response):
            response = _as_problem(request, response)
        describe(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Refuse a query parameter that the view does not declare in `query_parameters`.

        None there means that the view looks for itself, because what it knows depends on the request.
        """
        view_class = getattr(view, "cls", None)
        if view_class is None or not is_api(request):
            return None
        known: frozenset[str] | None = getattr(view_class, "query_parameters", frozenset())
        unknown = set() if known is None else request.GET.keys() - known
        if not unknown:
            return None
        return _bad_input_response(request, unknown_parameters(unknown))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer what is nobody's mistake in the code. The rest is Django's to log and report."""
        if not is_api(request):
            return None
        if isinstance(error, _UNAVAILABLE):
            logger.error("A server that the API needs is not available.", exc_info=error)
            response = problem_http_response(request, 503, "The service is busy or being restarted. Try again.")
            response["Retry-After"] = str(RETRY_AFTER_SECONDS)
            return response
        if isinstance(error, DataError):
            # A value that passed the rules and that the database cannot hold. A rule is missing: hence the log.
            logger.warning("The database refused a value of a request.", exc_info=error)
            return problem_http_response(request, 400, REFUSED_BY_THE_DATABASE)
        return None


def is_api(request: HttpRequest) -> bool:
    """Whether the path belongs to the API."""
    return request.path_info.startswith("/api/") or request.path_info == "/api"


def _forget_ambient_state(request: HttpRequest) -> None:
    """Only the Authorization header says who asks: a browser sends cookies even for somebody else's page.

    The browser's languages are dropped for another reason: an answer must not depend on what caches do not look at.
    """
    request.META.pop("HTTP_COOKIE", None)
    request.COOKIES = {}
    request.META.pop("HTTP_ACCEPT_LANGUAGE", None)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    try:
        input_rules.check(request)
    except BadInput as error:
        return _bad_input_response(request, error)
    return None


def _bad_input_response(request: HttpRequest, error: BadInput) -> HttpResponse:
    return problem_http_response(request, error.status_code, str(error.detail), errors=error.errors)


def _is_json(response: HttpResponseBase) -> bool:
    return response.get("Content-Type", "").partition(";")[0].endswith("json")


def _as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """What Django itself answers in HTML: unknown addresses, refused hosts, crashes. The page's text is not kept."""
    answer = problem_http_response(request, response.status_code)
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in response:
            answer[name] = response[name]
    return answer
