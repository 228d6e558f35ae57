"""The cache that all processes share, alias `responses`, and what happens when its server is away."""

from __future__ import annotations

import logging
import pickle
import time
import zlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.dummy import DummyCache
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

T = TypeVar("T")

ALIAS = "responses"
PAUSE_SECONDS = 5
"""After a failure the server is left alone for this long: else every request would wait for a time-out."""

_FAILURES = (RedisError, ConnectionInterrupted, OSError, EOFError, zlib.error, pickle.PickleError)
_paused_until: dict[str, float] = {}


class StoreUnavailableError(Exception):
    """The server does not answer."""


def is_shared() -> bool:
    """Whether there is a place that all processes share. Without one nothing can be forgotten together."""
    return not isinstance(caches[ALIAS], DummyCache)


def read(key: str) -> Any:
    """The value, or None. Raises StoreUnavailableError."""
    return _try(lambda cache: cache.get(key))


def write(key: str, value: Any, timeout: float | None) -> None:
    """Keep a value for `timeout` seconds, or for good. Raises StoreUnavailableError."""
    _try(lambda cache: cache.set(key, value, timeout))


def end_pause() -> None:
    """Try the server again, even if it did not answer a moment ago."""
    _paused_until.pop(_server(), None)


def _try(operation: Callable[[BaseCache], T]) -> T:
    if time.monotonic() < _paused_until.get(_server(), 0):
        raise StoreUnavailableError
    try:
        return operation(caches[ALIAS])
    except _FAILURES as error:
        _paused_until[_server()] = time.monotonic() + PAUSE_SECONDS
        logger.warning("Answers are not cached", extra={"event": "responses.unavailable"}, exc_info=error)
        raise StoreUnavailableError from error


def _server() -> str:
    return str(settings.CACHES[ALIAS].get("LOCATION", ""))
