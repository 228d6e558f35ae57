"""A database that a drill may fill: made beside the main one and dropped, or one that the operator has set aside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from psycopg import sql

from cms.operations.backups.databases import Database, emptying_statements, is_empty, is_same
from cms.operations.backups.errors import BackupError

SUFFIX = "_restore_drill"
MARK = "cms_restore_drill"
"""The table that says that a database is ours to empty: a drill that was killed has left it."""


@contextmanager
def scratch_database(main: Database) -> Iterator[Database]:
    """An empty database until the end of the block. Raises BackupError rather than touch one that is not for drills."""
    url = settings.RESTORE_DRILL_DATABASE_URL
    with _set_aside(main, Database.from_url(url)) if url else _made_beside(main) as scratch:
        yield scratch


@contextmanager
def _set_aside(main: Database, scratch: Database) -> Iterator[Database]:
    _take(main, scratch)
    try:
        yield scratch
    finally:
        with scratch.connected() as connection:
            _empty(connection)


@contextmanager
def _made_beside(main: Database) -> Iterator[Database]:
    scratch = main.beside(f"{main.name}{SUFFIX}")
    name = sql.Identifier(scratch.name)
    with main.connected() as connection:
        exists = "SELECT FROM pg_database WHERE datname = %s"
        if connection.execute(exists, [scratch.name]).fetchone() is None:
            _create(connection, name)
    _take(main, scratch)
    try:
        yield scratch
    finally:
        with main.connected() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def _create(connection: psycopg.Connection, name: sql.Identifier) -> None:
    try:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
    except psycopg.errors.InsufficientPrivilege:
        raise BackupError(
            "The role of DATABASE_URL may not make databases. Make an empty one for drills and name it in "
            "RESTORE_DRILL_DATABASE_URL."
        ) from None


def _take(main: Database, scratch: Database) -> None:
    """See that the database is empty, or was left by a drill, and mark it as ours."""
    with main.connected() as connection, scratch.connected() as other:
        if is_same(connection, other):
            raise BackupError("RESTORE_DRILL_DATABASE_URL is the database of this installation.")
        if not is_empty(other):
            marked = other.execute("SELECT to_regclass(%s)", [f"public.{MARK}"]).fetchone()
            if marked == (None,):
                raise BackupError(f"The database {scratch} is not empty, and no drill has filled it. Use another one.")
            _empty(other)
        other.execute(sql.SQL("CREATE TABLE public.{} ()").format(sql.Identifier(MARK)))


def _empty(connection: psycopg.Connection) -> None:
    # All or nothing: the mark must not go before the rest.
    with connection.transaction():
        for statement in emptying_statements(connection):
            connection.execute(statement.encode())
