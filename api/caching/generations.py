"""When public content last changed, and when it will change by the clock.

Everything that is kept is kept under the token of a generation. Each committed change of content sets a new token, at
random: whoever asks from then on finds nothing that is older. A reader who began before the change holds the old token,
so what it makes of old content, and whenever it stores that, is never found again.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import threading
import time
from dataclasses import dataclass

from django.db import DatabaseError, transaction

from api.caching import store
from api.caching.release import release
from pages.moments import next_moment

logger = logging.getLogger(__name__)

_CURRENT = "generation"
_RELEASE = "release"


@dataclass(frozen=True)
class Generation:
    """A time in which public content did not change. Times are in seconds since 1970."""

    token: str
    since: float
    ends: float | None = None
    """When content changes by the clock next. Known only after `with_end`; None if it never does."""


@dataclass
class _Process:
    """What this process has yet to do, or has done."""

    has_announced_release: bool = False
    owes_renewal: bool = False


class _Thread(threading.local):
    renewed_at = 0.0


_process = _Process()
_thread = _Thread()


def current() -> Generation | None:
    """The generation that begins no later than now; None where nothing can be kept.

    That is: without a shared cache, when its server is away, and inside a transaction, which may show its own changes
    to itself or not those of others.
    """
    if not store.is_shared() or transaction.get_connection().in_atomic_block:
        return None
    try:
        _catch_up()
        return _read() or _begin()
    except store.StoreUnavailableError:
        return None


def with_end(generation: Generation) -> Generation | None:
    """The generation and its end; a new one if that has come already. None when nobody can tell."""
    try:
        ends = _end_of(generation)
        if ends is None or ends > time.time():
            return Generation(generation.token, generation.since, ends)
        successor = _begin()
        return Generation(successor.token, successor.since, _end_of(successor))
    except (store.StoreUnavailableError, DatabaseError):
        return None


def renew_after_commit() -> None:
    """Begin a new generation when the current transaction has committed: at once, if there is none.

    Once for a transaction, however often it is called. Never raises: a publication does not fail because of a cache.
    """
    noted_at = time.monotonic()

    def renew_once() -> None:
        if noted_at >= _thread.renewed_at:
            renew()
            _thread.renewed_at = time.monotonic()

    transaction.on_commit(renew_once, robust=True)


def renew() -> None:
    """Begin a new generation. When the server is away, it is made up for by the next request to this process."""
    if not store.is_shared():
        return
    try:
        store.end_pause()
        _begin()
        _process.owes_renewal = False
    except store.StoreUnavailableError:
        _process.owes_renewal = True
        logger.error("Cached answers could not be dropped", extra={"event": "generations.not_renewed"})


def _catch_up() -> None:
    if _process.owes_renewal:
        _begin()
        _process.owes_renewal = False
    if not _process.has_announced_release:
        if store.read(_RELEASE) != release():
            store.write(_RELEASE, release(), None)
            _begin()
        _process.has_announced_release = True


def _read() -> Generation | None:
    found = store.read(_CURRENT)
    return Generation(*found) if found is not None else None


def _begin() -> Generation:
    generation = Generation(secrets.token_hex(8), time.time())
    store.write(_CURRENT, (generation.token, generation.since), None)
    return generation


def _end_of(generation: Generation) -> float | None:
    """Looked for once in a generation, from its beginning on: the same answer for whoever asks, however late."""
    key = f"{generation.token}:ends"
    found: tuple[float | None] | None = store.read(key)
    if found is None:
        moment = next_moment(dt.datetime.fromtimestamp(generation.since, dt.UTC))
        found = (moment.timestamp() if moment else None,)
        store.write(key, found, 86_400)
    return found[0]
