"""Bringing the database to the schema of this code, while an older release may still be serving from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, cast

import psycopg
from django.core.management import call_command
from django.core.management.base import CommandError, OutputWrapper
from django.core.management.commands import migrate
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.db.utils import OperationalError

Say = Callable[[str], None]

LOCK_KEY = 0x636D_735F_6D69_6772
"""The advisory lock of PostgreSQL under which migrations run: "cms_migr" in ASCII."""

LOCK_TIMEOUT_SECONDS = 5
"""How long a migration waits for a table. While it waits, all who come after it wait too, readers included."""

ATTEMPTS = 8
UNREACHABLE = 2
"""Exit status when the database did not answer, to be told from 1: migrations are missing, or one failed."""

_CONNECT_SECONDS = 5
_ASK_AGAIN_SECONDS = 1


def is_postgresql() -> bool:
    """SQLite locks itself, and there is one process."""
    return connection.vendor == "postgresql"


def wait_for_database(seconds: float, say: Say) -> None:
    """Return once the database answers. Raises CommandError after so many seconds."""
    deadline = time.monotonic() + seconds
    told = False
    while True:
        try:
            if is_postgresql():
                _session().close()
            else:
                connection.ensure_connection()
        except (psycopg.Error, DatabaseError) as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            if time.monotonic() >= deadline:
                raise CommandError(
                    f"The database did not answer within {seconds:g} seconds: {reason}", returncode=UNREACHABLE
                ) from None
            if not told:
                say(f"Waiting up to {seconds:g} seconds for the database: {reason}")
            told = True
            time.sleep(_ASK_AGAIN_SECONDS)
        else:
            return


@contextmanager
def only_one_at_a_time(seconds: float, say: Say) -> Iterator[None]:
    """Hold the lock of migrations. Raises CommandError when another process holds it for longer than that.

    It belongs to a connection of its own, so PostgreSQL takes it back when this process is killed.
    """
    if not is_postgresql():
        with nullcontext():
            yield
        return
    with _session() as holder:
        deadline = time.monotonic() + seconds
        told = False
        while not _take(holder):
            if time.monotonic() >= deadline:
                raise CommandError(
                    f"Another process has been migrating this database for more than {seconds:g} seconds."
                )
            if not told:
                say("Another process is migrating this database; waiting until it is done")
            told = True
            time.sleep(_ASK_AGAIN_SECONDS)
        yield
        if not _still_held(holder):
            raise CommandError("The connection that held the lock broke. Run this again to see whether all is applied.")


def pending() -> list[str]:
    """The migrations of this code that are not applied, in their order, as `app.name`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def apply(say: Say, out: OutputWrapper) -> None:
    """Apply what is pending. A migration that does not get its table soon steps back and tries again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            call_command(_Migrate(), interactive=False, verbosity=1, stdout=out)
        except OperationalError as error:
            if not isinstance(error.__cause__, _BUSY):
                raise
            if attempt == ATTEMPTS:
                raise CommandError(
                    f"A table that a migration changes was in use all the time ({ATTEMPTS} attempts). What was applied "
                    "stays; end long transactions and run this again."
                ) from error
            wait = min(2**attempt, 30)
            say(f"A table is in use; letting others go first, next attempt in {wait} seconds")
            connection.close()
            time.sleep(wait)
        else:
            return


_BUSY = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)


class _Migrate(migrate.Command):
    """Django's, with limits that fit a database in use."""

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action == "apply_start" and is_postgresql():
            _limit(atomic=migration.atomic)
        super().migration_progress_callback(action, migration, fake)


def _limit(*, atomic: bool) -> None:
    """What a migration may wait for. One that is not atomic would leave half of itself behind: it waits on."""
    seconds = LOCK_TIMEOUT_SECONDS if atomic else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{seconds}s"])
        # Limits that the role has for requests would break off a long migration in the middle.
        for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute("SELECT set_config(%s, '0', false)", [name])


def _session() -> psycopg.Connection[Any]:
    options = cast("DatabaseWrapper", connection).get_connection_params()
    options |= {"connect_timeout": _CONNECT_SECONDS, "autocommit": True, "keepalives_idle": 30}
    return psycopg.connect(**options)


def _take(holder: psycopg.Connection[Any]) -> bool:
    row = holder.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY]).fetchone()
    return bool(row and row[0])


def _still_held(holder: psycopg.Connection[Any]) -> bool:
    try:
        holder.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True
