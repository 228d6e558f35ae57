"""Counting what a client does in a window of time, in Redis or, without it, in the memory of the process.

A window has a fixed length and begins at another moment for each client, so that not all of them come back in the
same second. The count is one atomic operation on the server: any number of processes may count the same client.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django_redis.cache import RedisCache
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5
"""After a failure Redis is left alone for this long: else every request would wait for a time-out."""


class CountersUnavailableError(Exception):
    """Redis does not answer, so nobody knows the count. The caller decides what that means."""


@dataclass(frozen=True)
class Count:
    """How often something happened in the current window, this time included."""

    key: str
    used: int
    resets_in_seconds: int


def add(what: str, who: str, window: timedelta) -> Count:
    """Count one more of `what` for `who` in the current window. Raises CountersUnavailableError."""
    length = window.total_seconds()
    position = time.time() + crc32(f"{what}:{who}".encode()) % max(1, int(length))
    number = math.floor(position / length)
    key = f"{what}:{who}:{number}"
    resets_in = math.ceil((number + 1) * length - position)
    return Count(key, _increase(key, 1, resets_in), resets_in)


def take_back(count: Count) -> None:
    """Undo one `add`. Raises CountersUnavailableError."""
    _increase(count.key, -1, count.resets_in_seconds)


def remember(what: str, lifetime: timedelta) -> None:
    """Keep a mark that `is_remembered` finds. Raises CountersUnavailableError."""
    _increase(f"mark:{what}", 1, math.ceil(lifetime.total_seconds()))


def is_remembered(what: str) -> bool:
    """Whether the mark is there. Raises CountersUnavailableError."""
    cache = caches["limits"]
    try:
        return cache.get(f"mark:{what}") is not None
    except (RedisError, ConnectionInterrupted) as error:
        raise CountersUnavailableError from error


def _increase(key: str, amount: int, lifetime_seconds: int) -> int:
    cache = caches["limits"]
    if not isinstance(cache, RedisCache):
        return _increase_in_memory(cache, key, amount, lifetime_seconds)
    if time.monotonic() < getattr(cache, "_paused_until", 0):
        raise CountersUnavailableError
    try:
        with cache.client.get_client(write=True).pipeline(transaction=True) as pipeline:
            pipeline.incrby(str(cache.make_key(key)), amount)
            pipeline.expire(str(cache.make_key(key)), lifetime_seconds)
            return int(pipeline.execute()[0])
    except (RedisError, ConnectionInterrupted) as error:
        cache._paused_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("Redis does not count", extra={"event": "counters.unavailable"}, exc_info=error)
        raise CountersUnavailableError from error


def _increase_in_memory(cache: BaseCache, key: str, amount: int, lifetime_seconds: int) -> int:
    cache.add(key, 0, lifetime_seconds)
    try:
        return int(cache.incr(key, amount))
    except ValueError:
        # It was dropped between the two calls, because its time was up or the memory is full.
        cache.set(key, amount, lifetime_seconds)
        return amount
