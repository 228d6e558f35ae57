"""Lets only one backup, restore or drill of a kind run at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum

import psycopg

from cms.operations.backups.databases import LOCK_HOLDER, Database
from cms.operations.backups.errors import BackupError

_CLASS = 0x626B7570
"""The first of the two numbers of our advisory locks. Others of this database have other ones."""


class Work(IntEnum):
    """What may run once at a time. The values are the second number of the lock."""

    BACKUP = 1
    RESTORE = 2
    DRILL = 3


@contextmanager
def only_one(database: Database, work: Work) -> Iterator[None]:
    """Hold the lock of this work until the end of the block. Raises BackupError when somebody else has it.

    PostgreSQL gives it back when we are killed. It belongs to a transaction, so it works through a pooler too.
    """
    with database.connected(autocommit=False, application_name=LOCK_HOLDER) as connection:
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        row = connection.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_CLASS, int(work)]).fetchone()
        if row != (True,):
            raise BackupError(f"Another {work.name.lower()} is running on {database}.")
        yield
        # The server may have been restarted meanwhile: that does not undo what was done.
        with suppress(psycopg.Error):
            connection.rollback()
        connection.close()
