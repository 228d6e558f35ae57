"""`migrate_database` as a deployment runs it: several at once, without a database, beside requests."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cms.operations.migration import LOCK_KEY, LOCK_TIMEOUT_SECONDS, UNREACHABLE
from tests.integration.gates import gate
from tests.integration.own_processes import run, running, send, wait_until
from tests.services.addresses import Addresses, current_worker

FIRST = "operations.0003_task_worker"


@pytest.fixture
def url(services: Addresses, transactional_db: None) -> str:
    """The migrated database of this test."""
    return os.environ["DATABASE_URL"]


@pytest.fixture
def empty_url(services: Addresses) -> Iterator[str]:
    """A database with nothing in it."""
    name = f"empty_{current_worker()}"
    with psycopg.connect(services.database_url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        yield services.database_url(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def take_back_last_migration(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE operations_taskworker")
        connection.execute("DELETE FROM django_migrations WHERE app = 'operations' AND name = '0003_task_worker'")


def test_two_at_once_on_an_empty_database_both_succeed(empty_url, tmp_path):
    with (
        running(tmp_path, "migrate_database", DATABASE_URL=empty_url) as first,
        running(tmp_path, "migrate_database", DATABASE_URL=empty_url) as second,
    ):
        statuses = [process._process.wait(280) for process in (first, second)]
        printed = [process.log.read_text() for process in (first, second)]
    assert statuses == [0, 0]
    assert sorted("Applying operations.0002_last_success" in text for text in printed) == [False, True]
    assert sum("Another process is migrating" in text for text in printed) == 1
    with psycopg.connect(empty_url) as connection:
        assert connection.execute("SELECT count(*) FROM auth_group").fetchone()[0] > 2, "roles were applied"


def test_second_time_there_is_nothing_to_do(url):
    answer = run("migrate_database", DATABASE_URL=url)
    assert answer.returncode == 0, answer.stderr
    assert "No migrations to apply" in answer.stdout
    assert answer.stdout.endswith("The database is up to date\n")


def test_check_and_plan_tell_and_change_nothing(url):
    assert run("migrate_database", "--check", DATABASE_URL=url).returncode == 0
    take_back_last_migration(url)
    for _ in range(2):
        answer = run("migrate_database", "--check", DATABASE_URL=url)
        assert answer.returncode == 1
        assert FIRST in answer.stdout
    answer = run("migrate_database", "--plan", DATABASE_URL=url)
    assert answer.returncode == 0
    assert answer.stdout.splitlines()[0] == FIRST


def test_waits_for_a_database_that_is_starting(url, services, tmp_path):
    with gate(services.postgresql_port) as door:
        door.refuse()
        own = {"DATABASE_URL": url.replace(str(services.postgresql_port), str(door.port))}
        with running(tmp_path, "migrate_database", **own) as process:
            wait_until(lambda: "Waiting up to 60 seconds" in process.log.read_text())
            door.open()
            assert process._process.wait(60) == 0


def test_database_that_never_comes_is_told_without_the_password(url, services):
    with gate(services.postgresql_port) as door:
        door.refuse()
        own = {"DATABASE_URL": url.replace(str(services.postgresql_port), str(door.port))}
        answer = run("migrate_database", "--wait=1", **own)
        assert run("migrate_database", "--check", "--wait=0", **own).returncode == UNREACHABLE
    assert answer.returncode == UNREACHABLE
    assert "did not answer within 1 seconds" in answer.stderr
    assert services.secret not in answer.stderr + answer.stdout


def test_who_waits_too_long_for_another_gives_up(url):
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK_KEY])
        answer = run("migrate_database", "--lock-wait=1", DATABASE_URL=url)
    assert answer.returncode == 1
    assert "Another process has been migrating" in answer.stderr


def test_lock_of_a_killed_process_is_free(url, tmp_path):
    with psycopg.connect(url, autocommit=True) as reader:
        reader.execute("BEGIN")
        reader.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        with (
            running(tmp_path, "migrate_database", DATABASE_URL=url) as process,
            psycopg.connect(url, autocommit=True) as watcher,
        ):
            held = (
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
                " WHERE datname = current_database() AND locktype = 'advisory' AND granted"
            )
            wait_until(lambda: watcher.execute(held).fetchone()[0] == 1)
            send(process.pid, signal.SIGKILL)
            wait_until(lambda: watcher.execute(held).fetchone()[0] == 0)
        reader.execute("ROLLBACK")
    assert run("migrate_database", DATABASE_URL=url).returncode == 0


def test_migration_steps_back_for_readers_and_tries_again(url, tmp_path):
    """It would wait for a long reader with all later readers behind it: the site would stand still."""
    take_back_last_migration(url)
    with psycopg.connect(url, autocommit=True) as holder, psycopg.connect(url, autocommit=True) as reader:
        holder.execute("BEGIN")
        holder.execute("CREATE TABLE operations_taskworker (a int)")  # the name is taken until this is rolled back
        with running(tmp_path, "migrate_database", "--no-bootstrap", DATABASE_URL=url) as process:
            wait_until(lambda: "A table is in use" in process.log.read_text(), seconds=LOCK_TIMEOUT_SECONDS + 60)
            reader.execute("SELECT count(*) FROM django_migrations").fetchone()
            holder.execute("ROLLBACK")
            assert process._process.wait(90) == 0
        assert reader.execute("SELECT count(*) FROM operations_taskworker").fetchone() == (0,)


def test_migration_that_fails_is_told(url):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'operations' AND name = '0003_task_worker'")
    answer = run("migrate_database", DATABASE_URL=url)
    assert answer.returncode == 1
    assert "already exists" in answer.stdout + answer.stderr


def test_on_sqlite_too(tmp_path: Path):
    own = {"DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    answer = run("migrate_database", timeout=280, **own)
    assert answer.returncode == 0, answer.stderr
    assert run("migrate_database", "--check", **own).returncode == 0
