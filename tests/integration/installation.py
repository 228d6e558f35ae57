"""The product's commands as an operator runs them: as processes, with an environment, on servers of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.services import postgresql, s3
from tests.services.addresses import Addresses, current_worker
from tests.services.bucket import Bucket

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "the-password-of-the-backups-#%&"


@dataclass(frozen=True)
class Installation:
    """One installation: its environment says which database, which bucket, and where its backups are."""

    services: Addresses
    environment: dict[str, str]

    @property
    def database(self) -> str:
        return self.environment["DATABASE_URL"]

    @property
    def bucket(self) -> Bucket:
        return Bucket(self.services, self.environment["AWS_S3_BUCKET"])

    def where(self, **variables: str) -> Installation:
        """The same with other variables."""
        return replace(self, environment={**self.environment, **variables})

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start a command of manage.py, with its output in a pipe."""
        return subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=self.environment,
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )

    def run(self, *arguments: str) -> Outcome:
        """Run a command of manage.py to its end."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=240)
        return Outcome(process.returncode, output, errors)

    def succeed(self, *arguments: str) -> str:
        """What a command prints that must succeed."""
        outcome = self.run(*arguments)
        assert outcome.code == 0, outcome.errors
        return outcome.output

    def fail(self, *arguments: str) -> str:
        """What a command says that must fail: with exit code 1, and without a traceback."""
        outcome = self.run(*arguments)
        assert outcome.code == 1, outcome.output
        assert "Traceback" not in outcome.errors
        return outcome.errors


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    output: str
    errors: str


def installation(services: Addresses, repository: str, **variables: str) -> Installation:
    """The installation of this worker: the database and the bucket that its tests work on."""
    path = f"{postgresql.binaries()}{os.pathsep}{os.environ['PATH']}"
    own = {
        "DJANGO_SETTINGS_MODULE": "settings.test",
        "PATH": path,
        "BACKUP_REPOSITORY": repository,
        "BACKUP_PASSWORD": PASSWORD,
        "BACKUP_AWS_ACCESS_KEY_ID": "cms",
        "BACKUP_AWS_SECRET_ACCESS_KEY": services.secret,
        "NO_PROXY": "127.0.0.1,localhost",
    }
    return Installation(services, services.variables(current_worker()) | own | variables)


@contextmanager
def empty_place(base: Installation, name: str) -> Iterator[Installation]:
    """Another installation with an empty database and an empty bucket, gone at the end."""
    name = f"{current_worker()}-{name}"
    bucket = f"test-{name}"
    with database(base.services, name) as url:
        s3.create_bucket(base.services, bucket)
        place = base.where(DATABASE_URL=url, AWS_S3_BUCKET=bucket)
        yield place
        place.bucket.empty()
        place.bucket.client.delete_bucket(Bucket=bucket)


@contextmanager
def database(services: Addresses, name: str) -> Iterator[str]:
    """An empty database, gone at the end. Its URL."""
    identifier = sql.Identifier(f"test_{name}")
    with psycopg.connect(services.database_url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(identifier))
        try:
            yield services.database_url(f"test_{name}")
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def contents(url: str) -> dict[str, list[str]]:
    """All rows of all tables of a database, each as text, in order."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        ).fetchall()
        return {
            table: [row for (row,) in connection.execute(_rows(table)).fetchall()]  # as text, whatever the types
            for (table,) in tables
        }


def _rows(table: str) -> sql.Composed:
    return sql.SQL("SELECT row::text FROM {} AS row ORDER BY 1").format(sql.Identifier(table))


def objects(bucket: Bucket) -> dict[str, tuple[bytes, str, str]]:
    """All objects with their content, media type and cache rule."""
    found = {}
    for key in bucket.keys(""):
        answer = bucket.client.get_object(Bucket=bucket.name, Key=key)
        found[key] = (answer["Body"].read(), answer["ContentType"], answer.get("CacheControl", ""))
    return found
