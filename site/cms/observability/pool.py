"""How busy the connections to the database are."""

from __future__ import annotations

from typing import Any, cast

from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from cms.observability import meters


class _State:
    timeouts_told = 0


def note(**_: Any) -> None:
    """Read the pool of this process. SQLite has none."""
    if connection.vendor != "postgresql":
        return
    pool = cast("DatabaseWrapper", connection).pool
    if pool is None:
        return
    stats = pool.get_stats()
    timeouts = stats.get("requests_errors", 0)
    meters.note_pool(stats, max(0, timeouts - _State.timeouts_told))
    _State.timeouts_told = timeouts
