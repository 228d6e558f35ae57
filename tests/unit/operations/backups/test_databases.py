"""How a database is reached by programs, and what makes room in one."""

from __future__ import annotations

import io
from typing import Any

import psycopg
import pytest

from cms.operations.backups import databases
from cms.operations.backups.configuration import main_database
from cms.operations.backups.databases import Database
from cms.operations.backups.errors import BackupError

pytestmark = pytest.mark.django_db(transaction=True)


def test_programs_get_everything_in_their_environment() -> None:
    url = "postgresql://us%20er:p%40ss%2Fw%25d@db.example.org:6432/cms%20x?sslmode=verify-full&sslrootcert=/ca.pem"
    database = Database.from_url(url)
    environment = database.environment()
    assert environment["PGHOST"] == "db.example.org"
    assert environment["PGPORT"] == "6432"
    assert environment["PGUSER"] == "us er"
    assert environment["PGPASSWORD"] == "p@ss/w%d"
    assert environment["PGDATABASE"] == "cms x"
    assert environment["PGSSLMODE"] == "verify-full"
    assert environment["PGSSLROOTCERT"] == "/ca.pem"
    assert database.arguments() == []
    assert "p@ss" not in str(database)


def test_options_without_a_variable_are_arguments_unless_they_are_secret() -> None:
    database = Database.from_url("postgresql://u:p@h/d?keepalives_idle=30")
    assert database.arguments() == ["--dbname=keepalives_idle=30"]
    with pytest.raises(BackupError, match="sslpassword"):
        Database.from_url("postgresql://u:p@h/d?sslpassword=secret").arguments()


def test_options_that_only_django_knows_are_left_out() -> None:
    config = {"NAME": "d", "HOST": "h", "OPTIONS": {"pool": {"min_size": 1}, "sslmode": "require"}}
    assert Database.from_config(config).parameters == {
        "connect_timeout": "10",
        "sslmode": "require",
        "host": "h",
        "dbname": "d",
    }


def test_error_does_not_show_the_password() -> None:
    parameters = {**main_database().parameters, "dbname": "not there"}
    with pytest.raises(BackupError, match="does not exist") as error, Database(parameters).connected():
        pass
    assert main_database().parameters["password"] not in str(error.value)


def test_everything_is_dropped_but_extensions() -> None:
    with psycopg.connect(**main_database().parameters) as connection:
        connection.execute("CREATE SCHEMA other")
        connection.execute("CREATE TYPE mood AS ENUM ('fair')")
        connection.execute("CREATE VIEW seen AS SELECT 1 AS one")
        connection.execute("CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one")
        connection.execute("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        connection.execute('CREATE TABLE other."odd ""name""" (id serial, feeling mood DEFAULT \'fair\')')
        connection.execute("CREATE TABLE parted (id int) PARTITION BY RANGE (id)")
        connection.execute("CREATE TABLE part PARTITION OF parted FOR VALUES FROM (1) TO (10)")
        connection.execute("CREATE SEQUENCE alone")
        before = databases.row_counts(connection)
        assert before['other.odd "name"'] == 0
        assert "public.parted" not in before
        for statement in databases.emptying_statements(connection):
            connection.execute(statement.encode())
        assert databases.is_empty(connection)
        assert databases.emptying_statements(connection) == []
        assert connection.execute("SELECT to_regnamespace('other')").fetchone() == (None,)
        connection.rollback()


def test_nothing_is_committed_unless_the_dump_ends_well(settings: Any) -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            if not data:
                raise BackupError("the end is not the end")
            return data

    database = main_database()
    with databases.snapshot_of(database) as snapshot, snapshot.dump() as stream:
        dump = stream.read()
    with psycopg.connect(**database.parameters) as connection:
        first = databases.emptying_statements(connection)
    with pytest.raises(BackupError, match="the end is not the end"):
        databases.load(database, Breaking(dump), first=first)
    with psycopg.connect(**database.parameters) as connection:
        assert not databases.is_empty(connection)
        assert databases.row_counts(connection)["public.wagtailcore_page"] == 2


def test_snapshot_does_not_see_what_is_written_after_it() -> None:
    with (
        databases.snapshot_of(main_database()) as snapshot,
        psycopg.connect(**main_database().parameters, autocommit=True) as other,
    ):
        before = databases.row_counts(snapshot.connection)
        other.execute("INSERT INTO auth_group (name) VALUES ('later')")
        assert databases.row_counts(snapshot.connection) == before
        assert "wagtailcore.0001_initial" in databases.applied_migrations(snapshot.connection)


def test_limit_of_time_for_requests_is_none_for_backups() -> None:
    database = Database({**main_database().parameters, "options": "-c statement_timeout=100"})
    with databases.snapshot_of(database) as snapshot:
        # As a count of very many rows would take.
        assert snapshot.connection.execute("SELECT 1 FROM pg_sleep(0.3)").fetchone() == (1,)
