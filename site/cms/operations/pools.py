"""How many connections to the database a command of ours holds."""

from __future__ import annotations

from django.db import connection


def hold_connections(count: int) -> None:
    """Keep at most `count` idle connections in this process, which has as many threads. Before the first query.

    DATABASE_POOL_MIN is meant for the processes that serve requests; each of the others would hold as many for nothing.
    """
    pool = connection.settings_dict["OPTIONS"].get("pool")
    if isinstance(pool, dict):
        pool["min_size"] = min(pool.get("min_size", count), count)
