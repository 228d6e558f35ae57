"""Asking the database something quickly, without taking a connection away from a request for long."""

from __future__ import annotations

from typing import Any, LiteralString, cast

import psycopg
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

POOL_WAIT_SECONDS = 0.3
CONNECT_SECONDS = 2  # the least that libpq knows
_FULL = ("too many clients", "too many connections", "connection slots are reserved")
"""What PostgreSQL says then. The code of the error does not come through a connection that was refused."""

Rows = list[tuple[Any, ...]]


class DatabaseFullError(Exception):
    """The server answers, and has no connection to spare."""


def read(statement: LiteralString) -> Rows:
    """The rows of a statement. Raises DatabaseFullError, and what the driver raises when the database is not there.

    On PostgreSQL an idle connection of the pool is used. Where there is none, a new one is made beside the pool: that
    requests keep the pool busy must not look like a database that is away, or all pods would be taken out of service
    at once, under load. Call it in a thread that may hang.
    """
    if connection.vendor != "postgresql":
        return _with_django(statement)
    postgresql = cast("DatabaseWrapper", connection)
    options = postgresql.get_connection_params()
    if postgresql.pool is None:
        return _beside_the_pool(statement, options)
    postgresql.pool.open()
    try:
        with postgresql.pool.connection(timeout=POOL_WAIT_SECONDS) as borrowed:
            rows: Rows = borrowed.execute(statement).fetchall()
            return rows
    except psycopg.OperationalError:
        # No connection was free (PoolTimeout), or one died while it was idle.
        return _beside_the_pool(statement, options)


def _with_django(statement: LiteralString) -> Rows:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows: Rows = cursor.fetchall()
            return rows
    finally:
        connection.close()


def _beside_the_pool(statement: LiteralString, options: dict[str, Any]) -> Rows:
    try:
        with psycopg.connect(**options | {"connect_timeout": CONNECT_SECONDS, "autocommit": True}) as own:
            return own.execute(statement).fetchall()
    except psycopg.OperationalError as error:
        if any(text in str(error) for text in _FULL):
            raise DatabaseFullError from error
        raise
