"""A Redis server that is not there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_django import Settings


def take_redis_away(settings: Settings, alias: str = "limits") -> None:
    """Nobody listens where the limits are counted (or where another cache is), as when the server has crashed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        _point_to(settings, alias, free.getsockname()[1])


@contextmanager
def silent_redis(settings: Settings, alias: str = "limits") -> Iterator[None]:
    """Somebody listens and never answers, as when the network drops packets."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        _point_to(settings, alias, silent.getsockname()[1], SOCKET_TIMEOUT=0.2)
        yield


def _point_to(settings: Settings, alias: str, port: int, **options: object) -> None:
    before = settings.CACHES[alias]
    changed = before | {"LOCATION": f"redis://127.0.0.1:{port}/0", "OPTIONS": before["OPTIONS"] | options}
    settings.CACHES = settings.CACHES | {alias: changed}
