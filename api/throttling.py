"""The rate limit of the API: RATE_LIMIT_MAX requests per RATE_LIMIT_WINDOW for each client.

A client is a signed-in person, or else an address. Answers that cost no work, from a cache in front, are not counted.
When Redis is away requests pass uncounted: an API that can be read is worth more than the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api import counters
from api.clients import client_network

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which imports this module for its settings


@dataclass(frozen=True)
class RateLimit:
    """Where a client stands."""

    limit: int
    remaining: int
    resets_in_seconds: int
    exceeded: bool


class ApiThrottle(BaseThrottle):
    """Counts every request that reaches a view; the REST framework answers 429 for the one too many."""

    def __init__(self) -> None:
        self._wait: int | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether the client may have this answer."""
        status = _count(request._request, _client(request))
        if status is None or not status.exceeded:
            return True
        self._wait = status.resets_in_seconds
        return False

    def wait(self) -> float | None:
        """Seconds until the client may ask again, for the `Retry-After` header."""
        return self._wait


def count_refused_credential(request: HttpRequest) -> None:
    """Count a request whose credential was refused for its address. Raises Throttled when that was one too many.

    The REST framework asks who it is before it asks its throttles, so these would pass uncounted.
    """
    status = _count(request, f"address:{client_network(request)}")
    if status is not None and status.exceeded:
        raise Throttled(wait=status.resets_in_seconds)


def rate_limit_headers(request: HttpRequest | Request) -> dict[str, str]:
    """The `RateLimit-*` headers for the answer to this request. Empty when it was not counted."""
    status: RateLimit | None = getattr(request, "rate_limit", None)
    if status is None:
        return {}
    return {
        "RateLimit-Limit": str(status.limit),
        "RateLimit-Remaining": str(status.remaining),
        "RateLimit-Reset": str(status.resets_in_seconds),
    }


def _client(request: Request) -> str:
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return f"address:{client_network(request._request)}"


def _count(request: HttpRequest, client: str) -> RateLimit | None:
    try:
        count = counters.add("requests", client, settings.RATE_LIMIT_WINDOW)
    except counters.CountersUnavailableError:
        return None
    limit = settings.RATE_LIMIT_MAX
    status = RateLimit(limit, max(0, limit - count.used), count.resets_in_seconds, count.used > limit)
    request.rate_limit = status  # type: ignore[attr-defined]
    return status
