"""The command `restore_drill`: it measures, leaves nothing behind, touches nothing else, and is loud."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import CommandError
from psycopg import sql

from cms.operations.backups.configuration import main_database
from cms.operations.models import LastSuccess
from documents.models import CustomDocument
from tests.factories.documents import DocumentFactory
from tests.services.addresses import Addresses
from tests.services.bucket import Bucket
from tests.unit.operations.backups.commands import Backups, real_program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def document(s3_bucket: Bucket) -> Iterator[CustomDocument]:
    """One file."""
    return DocumentFactory.create(file=ContentFile(b"text", "text.txt"))


@pytest.fixture
def set_aside(backups: Backups, services: Addresses) -> Iterator[str]:
    """A database for drills, which the installation is told of."""
    name = f"{main_database().name}_aside"
    with psycopg.connect(**main_database().parameters, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        backups.settings.RESTORE_DRILL_DATABASE_URL = services.database_url(name)
        yield name
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def databases() -> set[str]:
    """This worker's databases."""
    with psycopg.connect(**main_database().parameters) as connection:
        names = {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}
    main = main_database().name
    return {name for name in names if name == main or name.startswith(f"{main}_")}


def tables(name: str) -> list[str]:
    with psycopg.connect(**main_database().beside(name).parameters) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return [table for (table,) in rows]


def test_drill_measures_notes_and_leaves_nothing_behind(backups: Backups) -> None:
    backups.make()
    before = databases()
    printed = backups.drill()
    assert "The restore drill succeeded" in printed
    assert databases() == before
    note = LastSuccess.objects.get(name="restore_drill")
    assert note.details["run"] == backups.names()[0]
    assert 0 <= note.details["rpo_seconds"] < 600
    assert note.details["rto_seconds"] >= 0
    assert note.details["files"] == 1
    assert note.seconds > 0


def test_drill_takes_the_backup_that_it_is_told(backups: Backups) -> None:
    backups.make()
    backups.make()
    backups.drill(backups.names()[0])
    assert LastSuccess.objects.get(name="restore_drill").details["run"] == backups.names()[0]


def test_drill_uses_the_database_that_was_set_aside(backups: Backups, set_aside: str) -> None:
    backups.make()
    before = databases()
    backups.drill()
    backups.drill()
    assert databases() == before
    assert tables(set_aside) == []


def test_drill_goes_on_where_a_killed_one_has_left_its_rows(backups: Backups, set_aside: str) -> None:
    backups.make()
    with psycopg.connect(**main_database().beside(set_aside).parameters) as connection:
        connection.execute("CREATE TABLE cms_restore_drill ()")
        connection.execute("CREATE TABLE django_session ()")
    backups.drill()
    assert tables(set_aside) == []


def test_database_that_is_not_for_drills_is_left_alone(backups: Backups, set_aside: str) -> None:
    backups.make()
    with psycopg.connect(**main_database().beside(set_aside).parameters) as connection:
        connection.execute("CREATE TABLE precious ()")
    with pytest.raises(CommandError, match="is not empty, and no drill has filled it"):
        backups.drill()
    assert tables(set_aside) == ["precious"]


def test_main_database_is_never_the_scratch_one(backups: Backups, services: Addresses) -> None:
    backups.make()
    url = services.database_url(main_database().name).replace("127.0.0.1", "localhost")
    backups.settings.RESTORE_DRILL_DATABASE_URL = url
    with pytest.raises(CommandError, match="is the database of this installation"):
        backups.drill()
    assert CustomDocument.objects.exists()


def test_role_that_may_make_no_databases_is_told_what_to_do(backups: Backups, services: Addresses) -> None:
    backups.make()
    connect = {**main_database().parameters, "user": "postgres"}
    with psycopg.connect(**connect, autocommit=True) as administrator:
        administrator.execute("ALTER ROLE cms NOCREATEDB")
        try:
            with pytest.raises(CommandError, match="name it in RESTORE_DRILL_DATABASE_URL"):
                backups.drill()
        finally:
            administrator.execute("ALTER ROLE cms CREATEDB")


FAILURES = [
    ("pg_restore", '[ "$1" = --version ] || { $REAL "$@" | sed "/sessions.0001/d"; exit; }', "django_migrations: "),
    ("restic", 'case "$*" in dump*files.tar*) $REAL "$@" | tr t T; exit;; esac', "archive|content"),
    ("restic", 'case "$*" in dump*files.jsonl*) $REAL "$@" | tr 0 1; exit;; esac', "index"),
    ("restic", '[ "$1" = check ] && echo "error: pack 5 is missing" >&2 && exit 1', "pack 5 is missing"),
]


def test_drill_is_loud_when_something_is_not_as_it_was(backups: Backups) -> None:
    backups.make()
    before = databases()
    for program, script, words in FAILURES:
        script = f"REAL={real_program(program)}\n{script}"
        with backups.in_place_of(program, script), pytest.raises(CommandError, match="restore drill failed") as error:
            backups.drill()
        assert any(word in str(error.value) for word in words.split("|")), error.value
        assert databases() == before
        assert not LastSuccess.objects.filter(name="restore_drill").exists()


def test_drill_without_a_backup_fails(backups: Backups) -> None:
    with pytest.raises(CommandError, match="There is no repository of backups"):
        backups.drill()


def test_age_of_the_backup_is_measured(backups: Backups) -> None:
    backups.make()
    LastSuccess.objects.all().delete()

    # Only this process is in the future: PostgreSQL and restic need not know.
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=30)):
        backups.drill()
    assert LastSuccess.objects.get(name="restore_drill").details["rpo_seconds"] // 3600 == 30
