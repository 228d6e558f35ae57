"""Who may keep an answer, and for how long: `Cache-Control`. Reasons: docs/decisions/0008-cached-answers.md."""

from __future__ import annotations

import math
import re
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Directives = dict[str, int | None]
"""Of a Cache-Control header: seconds by name, None for those without a number."""

NOBODY = "no-store"
ONLY_THE_CLIENT = "private, no-store"
ASK_EACH_TIME = "no-cache"

_PUBLIC_PLACES = ("/api/v2/", "/api/schema")
_FORBIDDING = frozenset({"no-store", "private", "no-cache"})
_ABSENT = frozenset({404, 410})
_STALE = ("stale-while-revalidate", "stale-if-error")


def is_personal(request: HttpRequest) -> bool:
    """Whether the request says who asks: the answer is then for nobody else."""
    return "HTTP_AUTHORIZATION" in request.META


def is_public_question(request: HttpRequest) -> bool:
    """Whether anybody who asks this gets the same answer, as long as content does not change."""
    return (
        request.method in {"GET", "HEAD"}
        and request.path_info.startswith(_PUBLIC_PLACES)
        and not is_personal(request)
        and not _is_random(request)
    )


def _is_random(request: HttpRequest) -> bool:
    """Whether the same question gets another answer each time. True for a query that Django refuses to read."""
    try:
        return request.GET.get("order") == "random"
    except TooManyFieldsSent:
        return True


def is_shareable(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether others may be given this answer. That there is nothing may be kept only where the view says so."""
    own = directives(response)
    if response.status_code != 200 and not (response.status_code in _ABSENT and "public" in own):
        return False
    if response.streaming or response.cookies or _FORBIDDING & own.keys():
        return False
    return is_public_question(request)


def cache_control(request: HttpRequest, response: HttpResponseBase, seconds_left: float | None) -> str:
    """The header. `seconds_left` until content changes by the clock: nothing may be shown for longer, not even stale.

    What a view says itself is respected, except that nothing personal is public, and that what one sees of nothing
    (an error) is not kept.
    """
    if is_personal(request):
        return ONLY_THE_CLIENT
    if is_shareable(request, response):
        return _written(_capped(directives(response) or _default(), seconds_left))
    if response.status_code == 304 and "Cache-Control" in response:
        return str(response["Cache-Control"])
    if response.status_code >= 400 or request.method not in {"GET", "HEAD"} or _is_random(request):
        return str(response.get("Cache-Control", NOBODY)) if "no-store" in directives(response) else NOBODY
    return str(response.get("Cache-Control", ASK_EACH_TIME))


def directives(response: HttpResponseBase) -> Directives:
    """What the response's Cache-Control says so far."""
    found: Directives = {}
    for part in response.get("Cache-Control", "").split(","):
        name, _, value = part.strip().lower().partition("=")
        if name:
            found[name] = int(value) if re.fullmatch("[0-9]{1,9}", value) else None
    return found


def _default() -> Directives:
    return {
        "public": None,
        "max-age": 0,
        "s-maxage": _seconds(settings.API_SHARED_MAX_AGE),
        "stale-while-revalidate": _seconds(settings.API_STALE_WHILE_REVALIDATE),
        "stale-if-error": _seconds(settings.API_STALE_IF_ERROR),
    }


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())


def _capped(said: Directives, seconds_left: float | None) -> Directives:
    if seconds_left is None:
        return said
    left = max(0, math.floor(seconds_left))
    fresh = {name: min(value, left) for name in ("max-age", "s-maxage") if (value := said.get(name)) is not None}
    stale_left = left - max(fresh.values(), default=0)
    stale = {name: min(value, stale_left) for name in _STALE if (value := said.get(name)) is not None}
    return said | fresh | stale


def _written(said: Directives) -> str:
    useful = {name: value for name, value in said.items() if not (name in _STALE and value == 0)}
    return ", ".join(name if value is None else f"{name}={value}" for name, value in useful.items())
