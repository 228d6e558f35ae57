"""Headers that answers under /api/ carry, and what they mean for who may keep them."""

from __future__ import annotations

import datetime as dt
import time

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from api.caching import policy
from api.caching.responses import freshness_of
from api.caching.tags import set_tag_headers
from api.caching.validators import etag_of
from api.compression import IDENTITY, compress, is_compressible, preferred_coding
from api.throttling import rate_limit_headers
from pages.moments import next_moment

# ApiMiddleware takes the first two away and the third is not looked at: no cache needs to tell answers apart by them.
_IGNORED_REQUEST_HEADERS = {"cookie", "accept-language", "accept"}


def describe(request: HttpRequest, response: HttpResponseBase) -> None:
    """Add what an answer is kept with: its validator, its tags. And compress it."""
    if not isinstance(response, HttpResponse) or policy.is_personal(request) or request.method not in {"GET", "HEAD"}:
        return
    shareable = policy.is_shareable(request, response)
    if shareable:
        set_tag_headers(request, response)
    if response.status_code == 200 and "no-store" not in policy.directives(response):
        coding = _coding(request, response) if shareable else IDENTITY
        response["ETag"] = etag_of(response.content, coding)
        if coding != IDENTITY:
            response.content = compress(response.content, coding)
            response["Content-Encoding"] = coding


def set_cache_headers(request: HttpRequest, response: HttpResponseBase, asked_at: float) -> None:
    """`Cache-Control` and `Vary`. `asked_at` is when work on the request began."""
    left = _seconds_left(request, asked_at) if policy.is_shareable(request, response) else None
    response["Cache-Control"] = policy.cache_control(request, response, left)
    response["Vary"] = _vary(response, is_negotiated=policy.is_public_question(request))


def add_headers(request: HttpRequest, response: HttpResponseBase) -> None:
    """What every answer carries, made now or kept."""
    response["API-Version"] = settings.API_VERSION
    response["X-Content-Type-Options"] = "nosniff"
    if isinstance(response, HttpResponse) and response.status_code not in {204, 304}:
        response["Content-Length"] = str(len(response.content))
    for name, value in rate_limit_headers(request).items():
        response[name] = value


def _coding(request: HttpRequest, response: HttpResponse) -> str:
    if "Content-Encoding" in response or not is_compressible(response["Content-Type"], len(response.content)):
        return IDENTITY
    return preferred_coding(request.headers.get("Accept-Encoding", ""))


def _seconds_left(request: HttpRequest, asked_at: float) -> float | None:
    """Until content changes by the clock; None if it never does."""
    freshness = freshness_of(request)
    if freshness is not None:
        ends = freshness.ends
    else:
        try:
            moment = next_moment(dt.datetime.fromtimestamp(asked_at, dt.UTC))
        except DatabaseError:
            return 0
        ends = moment.timestamp() if moment else None
    return None if ends is None else ends - time.time()


def _vary(response: HttpResponseBase, *, is_negotiated: bool) -> str:
    ours = ["Authorization", *(["Accept-Encoding"] if is_negotiated else []), "Origin"]
    dropped = {*_IGNORED_REQUEST_HEADERS, *(name.lower() for name in ours)}
    named = [name.strip() for name in response.get("Vary", "").split(",")]
    return ", ".join([*ours, *(name for name in named if name and name.lower() not in dropped)])
