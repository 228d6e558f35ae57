"""Keeps public answers, so that the same question costs no work until content changes.

A hit ends in ApiMiddleware: no session, no authentication, no rate limit, no database.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from api.caching import generations, policy, store
from api.caching.generations import Generation
from api.caching.release import release
from api.compression import preferred_coding

LIFETIME_SECONDS = 300
"""The longest that an answer is kept, should a change of content not have reached the cache."""
MAX_BYTES = 1_000_000

Make = Callable[[HttpRequest], HttpResponseBase]

_FRESHNESS = "_api_freshness"
_OUTCOME = "_api_cache_outcome"


@dataclass(frozen=True)
class Freshness:
    """Since when content is as the answer shows it, and when it changes by the clock. None: unknown; never."""

    since: float | None
    ends: float | None


class Kept(TypedDict):
    """An answer in the cache, made of simple values."""

    status: int
    headers: dict[str, str]
    body: bytes
    ends: float | None
    until: float


def answer(request: HttpRequest, make: Make) -> HttpResponseBase:
    """The kept answer to a public question, else the one that `make` gives, which is kept if it may be."""
    question = _question(request) if policy.is_public_question(request) else None
    generation = generations.current() if question is not None else None
    if question is None or generation is None:
        setattr(request, _OUTCOME, "bypass")
        return make(request)
    kept = _find(generation, question)
    setattr(request, _OUTCOME, "miss" if kept is None else "hit")
    if kept is not None:
        _note(request, Freshness(generation.since, kept["ends"]))
        return _restored(kept, request)
    generation = generations.with_end(generation)
    response = make(request)
    if generation is not None:
        _note(request, Freshness(generation.since, generation.ends))
        if isinstance(response, HttpResponse) and policy.is_shareable(request, response):
            _keep(generation, question, response)
    return response


def freshness_of(request: HttpRequest) -> Freshness | None:
    """What is known of the answer to this request; None when it has nothing to do with a generation."""
    found: Freshness | None = getattr(request, _FRESHNESS, None)
    return found


def outcome_of(request: HttpRequest) -> str | None:
    """`hit`, `miss`, or `bypass` where an answer is never kept; None for a request that was not looked up at all."""
    found: str | None = getattr(request, _OUTCOME, None)
    return found


def _note(request: HttpRequest, freshness: Freshness) -> None:
    setattr(request, _FRESHNESS, freshness)


def _question(request: HttpRequest) -> str | None:
    """All that an answer depends on, besides content; None where the host is not ours. `_` means nothing, by contract.

    To be asked at the beginning: views write the site into `request.GET`.
    """
    try:
        host = request.get_host()
    except DisallowedHost:
        return None
    parameters = sorted((name, value) for name, value in request.GET.items() if name != "_")
    coding = preferred_coding(request.headers.get("Accept-Encoding", ""))
    parts = [release(), request.scheme, host, request.path_info, parameters, coding]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _find(generation: Generation, question: str) -> Kept | None:
    try:
        kept: Kept | None = store.read(f"{generation.token}:{question}")
    except store.StoreUnavailableError:
        return None
    return kept if kept is not None and time.time() < kept["until"] else None


def _keep(generation: Generation, question: str, response: HttpResponse) -> None:
    seconds = _lifetime(generation, response)
    if seconds <= 0 or not 0 < len(response.content) <= MAX_BYTES:
        return
    kept = Kept(
        status=response.status_code,
        headers=dict(response.items()),
        body=response.content,
        ends=generation.ends,
        until=time.time() + seconds,
    )
    with contextlib.suppress(store.StoreUnavailableError):
        store.write(f"{generation.token}:{question}", kept, seconds)


def _lifetime(generation: Generation, response: HttpResponse) -> float:
    """Not longer than a view says itself: what it shows may depend on more than content."""
    said = policy.directives(response).get("s-maxage")
    until_end = generation.ends - time.time() if generation.ends is not None else LIFETIME_SECONDS
    return min(LIFETIME_SECONDS, until_end, LIFETIME_SECONDS if said is None else said)


def _restored(kept: Kept, request: HttpRequest) -> HttpResponse:
    response = HttpResponse(kept["body"], status=kept["status"], headers=kept["headers"])
    if kept["status"] >= 400:
        _set_instance(response, request)
    return response


def _set_instance(response: HttpResponse, request: HttpRequest) -> None:
    """A problem names the request that it answers, not the one for which it was made."""
    members: Any = json.loads(response.content)
    if isinstance(members, dict) and "instance" in members:
        response.content = json.dumps(members | {"instance": getattr(request, "request_id", None)}).encode()
        del response["Content-Length"]
