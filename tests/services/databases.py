"""Databases of the tests: migrated once for the whole session, then copied: a copy takes a tenth of a second."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

import psycopg
from psycopg import sql

from tests.services import postgresql
from tests.services.addresses import Addresses

TEMPLATE = "template_cms"
_UNFINISHED = "template_cms_unfinished"
_DUMPS = Path(__file__).resolve().parents[2] / "var" / "test"
_DUMPS_KEPT = 3


def provide_template(
    addresses: Addresses, migrate: Callable[[str], None], dump: Path | None, template: str = TEMPLATE
) -> None:
    """Make the migrated database `template`, unless another worker has. The others wait meanwhile.

    `migrate` is called with the name of an empty database and must leave no connection to it. With `dump`, that file
    is restored instead; where there is none yet, it is written.
    """
    with _locked(Path(addresses.folder) / "template.lock"), _maintenance(addresses) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            return
        _execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", _UNFINISHED)
        _execute(connection, "CREATE DATABASE {}", _UNFINISHED)
        if dump is not None and dump.exists():
            _run(addresses, "pg_restore", "--no-owner", "--exit-on-error", "-d", _UNFINISHED, str(dump))
        else:
            migrate(_UNFINISHED)
            if dump is not None:
                _write(addresses, dump)
        # The name says that it is complete, so it gets it last.
        _execute(connection, "ALTER DATABASE {} RENAME TO {}", _UNFINISHED, template)


def renew(addresses: Addresses, name: str, template: str = TEMPLATE) -> None:
    """Make the database `name` a fresh copy of `template`. Whoever is connected to the old one is thrown out."""
    with _maintenance(addresses) as connection:
        _execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _execute(connection, "CREATE DATABASE {} TEMPLATE {}", name, template)


def dump_path(apps: list[Path]) -> Path | None:
    """Where the dump of the migrated database is kept: named after all that decides what is in it.

    `apps` are the folders of the installed apps. Their migrations count, their `apps.py` (handlers of post_migrate),
    and the versions of all packages. None under CI=true: there the migrations really run.
    """
    if os.environ.get("CI", "").lower() in ("1", "true"):
        return None
    digest = hashlib.sha256()
    for app in sorted(apps):
        for path in sorted([*app.glob("migrations/*.py"), *app.glob("apps.py")]):
            digest.update(str(path).encode() + path.read_bytes())
    for package in sorted(f"{found.name}=={found.version}" for found in distributions()):
        digest.update(package.encode())
    digest.update(str(postgresql.binaries()).encode())
    return _DUMPS / f"migrated-{digest.hexdigest()[:24]}.dump"


def _write(addresses: Addresses, dump: Path) -> None:
    dump.parent.mkdir(parents=True, exist_ok=True)
    draft = dump.with_name(f".{dump.name}.{os.getpid()}")
    _run(addresses, "pg_dump", "-Fc", "-Z1", "-f", str(draft), _UNFINISHED)
    draft.replace(dump)
    dumps = sorted(dump.parent.glob("migrated-*.dump"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in dumps[_DUMPS_KEPT:]:
        old.unlink(missing_ok=True)


def _run(addresses: Addresses, program: str, *arguments: str) -> None:
    access = {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(addresses.postgresql_port),
        "PGUSER": "cms",
        "PGPASSWORD": addresses.secret,
    }
    command = [str(postgresql.binaries() / program), *arguments]
    subprocess.run(command, env=os.environ | access, check=True, timeout=120)


@contextmanager
def _maintenance(addresses: Addresses) -> Iterator[psycopg.Connection]:
    with psycopg.connect(addresses.database_url("postgres"), autocommit=True) as connection:
        yield connection


def _execute(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
