"""How many SQL statements the work on a request takes, and how long. Their text and parameters are not looked at."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


@dataclass
class Tally:
    """Statements so far."""

    count: int = 0
    seconds: float = 0.0


_current: ContextVar[Tally | None] = ContextVar("statements", default=None)


def begin() -> Tally:
    """Count anew from here on, in this thread."""
    tally = Tally()
    _current.set(tally)
    return tally


def watch_connections() -> None:
    """Count on every connection that is opened from now on."""
    connection_created.connect(_watch, dispatch_uid="cms.observability.statements")


def _watch(sender: type[BaseDatabaseWrapper], connection: BaseDatabaseWrapper, **_: Any) -> None:
    # Each thread has its wrapper, which connects anew for every request.
    if _counted not in connection.execute_wrappers:
        connection.execute_wrappers.append(_counted)


def _counted(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    tally = _current.get()
    if tally is None:
        return execute(sql, params, many, context)
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        tally.count += 1
        tally.seconds += time.perf_counter() - started
