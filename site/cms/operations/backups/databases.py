"""PostgreSQL as backups see it: a moment that a dump and counts share, and a restore that happens wholly or not."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import IO, Any

import dj_database_url
import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from cms.operations.backups import programs
from cms.operations.backups.errors import BackupError

CONNECT_SECONDS = "10"
LOCK_HOLDER = "cms backup lock"
"""How the connection calls itself that holds the lock of a backup, a restore or a drill."""
_TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    ) ORDER BY 1, 2
"""
# What belongs to an extension stays: the extension may be the administrator's.
_RELATIONS = """
    SELECT n.nspname, c.relname, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    ) ORDER BY 1, 2
"""
_ROUTINES = """
    SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    )
"""
_SCHEMAS = """
    SELECT n.nspname FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
    WHERE r.rolname = current_user AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('public', 'information_schema')
    AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e'
    )
"""
_TYPES = """
    SELECT t.oid::regtype::text FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype IN ('e', 'd') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
    )
"""
# In the order in which they are dropped; CASCADE and IF EXISTS do the rest.
_KINDS = {"v": "VIEW", "m": "MATERIALIZED VIEW", "f": "FOREIGN TABLE", "p": "TABLE", "r": "TABLE", "S": "SEQUENCE"}


@dataclass(frozen=True)
class Database:
    """One database and how to reach it, as parameters of libpq."""

    parameters: Mapping[str, str]

    @classmethod
    def from_url(cls, url: str) -> Database:
        """The database of a URL such as postgresql://user:password@host:5432/name."""
        return cls.from_config(dict(dj_database_url.parse(url)))

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Database:
        """The database of an entry in Django's DATABASES. Options that only Django knows are left out."""
        known = {option.keyword.decode() for option in Conninfo.get_defaults()}
        parameters = {name: str(value) for name, value in config.get("OPTIONS", {}).items() if name in known}
        named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
        parameters |= {name: str(config[key]) for name, key in named.items() if config.get(key)}
        return cls({"connect_timeout": CONNECT_SECONDS} | parameters)

    @property
    def name(self) -> str:
        return self.parameters["dbname"]

    def __str__(self) -> str:
        place = self.parameters.get("host", "this machine")
        return f"{self.name} on {place}:{self.parameters.get('port', '5432')}"

    def beside(self, name: str) -> Database:
        """Another database on the same server, for the same user."""
        return replace(self, parameters={**self.parameters, "dbname": name})

    @contextmanager
    def connected(
        self, *, autocommit: bool = True, application_name: str = "cms backup"
    ) -> Iterator[psycopg.Connection]:
        """A connection of its own. Raises BackupError when there is none, or when it breaks."""
        try:
            conninfo = make_conninfo(**self.parameters)
            with psycopg.connect(conninfo, autocommit=autocommit, application_name=application_name) as connection:
                yield connection
        except psycopg.Error as error:
            raise BackupError(f"Database {self}: {self._without_password(error)}") from None

    def _without_password(self, error: psycopg.Error) -> str:
        text = " ".join(str(error).split())
        password = self.parameters.get("password")
        return text.replace(password, "…") if password else text

    def environment(self) -> dict[str, str]:
        """What PostgreSQL's programs need to connect: in the environment, which no other user can read."""
        variables = {option.keyword.decode(): option.envvar for option in Conninfo.get_defaults()}
        found = {
            variable.decode(): self.parameters[name]
            for name, variable in variables.items()
            if variable and name in self.parameters
        }
        return {**settings.BACKUP_PROCESS_ENVIRONMENT, **found, "PGAPPNAME": "cms backup"}

    def arguments(self) -> list[str]:
        """The parameters that have no environment variable. None of them is a secret: such a one is refused."""
        rest = {}
        for option in Conninfo.get_defaults():
            name = option.keyword.decode()
            if name in self.parameters and not option.envvar:
                if option.dispchar == b"*":
                    raise BackupError(f"{name} in a database URL cannot be handed to pg_dump in secret.")
                rest[name] = self.parameters[name]
        return [f"--dbname={make_conninfo(**rest)}"] if rest else []


def is_same(one: psycopg.Connection, other: psycopg.Connection) -> bool:
    """Whether both are connected to the same database of the same server, however it was named."""
    question = "SELECT pg_postmaster_start_time(), oid FROM pg_database WHERE datname = current_database()"
    return one.execute(question).fetchone() == other.execute(question).fetchone()


class Snapshot:
    """A moment of the database. What is read here and what a dump of it reads is the same, whatever others write."""

    def __init__(self, database: Database, connection: psycopg.Connection) -> None:
        self._database = database
        self.connection = connection
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        self.id = str(row[0]) if row else ""

    @contextmanager
    def dump(self) -> Iterator[IO[bytes]]:
        """A stream with everything that is in the database."""
        command = ["pg_dump", "--format=custom", "--compress=0", "--no-password", "--lock-wait-timeout=300000"]
        command += [f"--snapshot={self.id}", *self._database.arguments()]
        with programs.reading(command, self._database.environment()) as stream:
            yield stream


@contextmanager
def snapshot_of(database: Database) -> Iterator[Snapshot]:
    """Hold a snapshot until the end of the block. Raises BackupError when pg_dump is too old for the server."""
    with database.connected(autocommit=False) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        connection.execute("SET LOCAL statement_timeout = 0")
        _refuse_old_program("pg_dump", major_version(connection))
        yield Snapshot(database, connection)


def major_version(connection: psycopg.Connection) -> int:
    """15 for a server of version 15.18."""
    return connection.info.server_version // 10000


def _refuse_old_program(program: str, wanted: int) -> None:
    version = programs.output_of([program, "--version"], settings.BACKUP_PROCESS_ENVIRONMENT, seconds=30)
    match = re.search(r"(\d+)(\.\d+|devel|beta\d+|rc\d+)", version)
    if match is None or int(match[1]) < wanted:
        raise BackupError(
            f"{program} is {version.strip() or 'of an unknown version'}, and must be {wanted} or newer: an older one "
            f"cannot read what PostgreSQL {wanted} writes. Install postgresql-client-{wanted}."
        )


def row_counts(connection: psycopg.Connection) -> dict[str, int]:
    """How many rows each table has, by schema and name."""
    counts = {}
    for schema, table in connection.execute(_TABLES).fetchall():
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        row = connection.execute(query).fetchone()
        counts[f"{schema}.{table}"] = int(row[0]) if row else 0
    return counts


def applied_migrations(connection: psycopg.Connection) -> list[str]:
    """The migrations that were applied, such as `pages.0001_initial`. None before the first."""
    if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
        return []
    rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    return [f"{app}.{name}" for app, name in rows]


def is_empty(connection: psycopg.Connection) -> bool:
    """Whether there is no table, view or sequence in the database."""
    return not connection.execute(_RELATIONS).fetchall()


def other_sessions(connection: psycopg.Connection) -> list[str]:
    """Who else of the same role is connected to this database: web pods, workers, people."""
    rows = connection.execute(
        "SELECT application_name, client_addr::text FROM pg_stat_activity WHERE datname = current_database()"
        " AND usename = current_user AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        " AND application_name <> %s ORDER BY 1, 2",
        [LOCK_HOLDER],
    ).fetchall()
    return [" from ".join(filter(None, row)) or "without a name" for row in rows]


def emptying_statements(connection: psycopg.Connection) -> list[str]:
    """SQL that drops every table, view, sequence, function, type and schema, except what belongs to extensions."""
    relations = connection.execute(_RELATIONS).fetchall()
    order = list(_KINDS)
    statements = [
        sql.SQL("DROP {} IF EXISTS {} CASCADE").format(sql.SQL(_KINDS[kind]), sql.Identifier(schema, name))
        for schema, name, kind in sorted(relations, key=lambda relation: order.index(relation[2]))
    ]
    texts = [statement.as_string(connection) for statement in statements]
    texts += [f"DROP ROUTINE IF EXISTS {name} CASCADE" for (name,) in connection.execute(_ROUTINES).fetchall()]
    texts += [f"DROP TYPE IF EXISTS {name} CASCADE" for (name,) in connection.execute(_TYPES).fetchall()]
    for (name,) in connection.execute(_SCHEMAS).fetchall():
        texts.append(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)).as_string(connection))
    return texts


def load(database: Database, dump: programs.Readable, *, first: list[str] | None = None) -> None:
    """Fill `database` from a dump, after the statements `first`: in one transaction, so wholly or not at all.

    Reads `dump` to its end; what that raises stops it. Nothing is committed before it has ended well, not even if we
    are killed: the COMMIT is ours to send.
    """
    with database.connected() as connection:
        _refuse_old_program("pg_restore", major_version(connection))
    psql = ["psql", "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"]
    # Terse: otherwise an error shows the row, and what is in it is not for logs.
    psql += ["--set=VERBOSITY=terse", "--file=-", *database.arguments()]
    converter = ["pg_restore", "--file=-", "--no-owner", "--no-privileges", "--no-comments"]
    with programs.writing(psql, database.environment()) as script:
        script.write(b"BEGIN;\nSET LOCAL lock_timeout = '60s';\n")
        for statement in first or []:
            script.write(f"{statement};\n".encode())
        with _converted(converter, dump) as converted:
            programs.copy(converted, script)
        script.write(b"COMMIT;\n")


@contextmanager
def _converted(command: list[str], dump: programs.Readable) -> Iterator[IO[bytes]]:
    """What a program makes of `dump`, which is fed to it on the side. An error of the dump is raised here."""
    failures: list[BaseException] = []
    with programs.filtering(command, settings.BACKUP_PROCESS_ENVIRONMENT) as (entry, result):

        def feed() -> None:
            try:
                # The program may have all it needs before the dump is at its end, which has to be seen all the same.
                programs.copy(dump, _Forgiving(entry))
            except BaseException as error:
                failures.append(error)
            with suppress(OSError):
                entry.close()

        feeder = threading.Thread(target=feed, daemon=True)
        feeder.start()
        yield result
        feeder.join()
        if failures:
            raise failures[0]


class _Forgiving:
    """Writes until nobody reads any more, and drops the rest."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._closed = False

    def write(self, data: bytes) -> int:
        if not self._closed:
            try:
                self._target.write(data)
            except (BrokenPipeError, ValueError):  # ValueError: closed, because the other side has given up
                self._closed = True
        return len(data)
