"""The commands of backups, in this process, with a repository of the test's own."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from cms.operations.backups import runs
from cms.operations.backups.configuration import opened_repository
from cms.operations.backups.repository import Part
from tests.services import postgresql


@dataclass(frozen=True)
class Backups:
    """The commands, with what they print as their answer, and a look into the repository."""

    settings: Any
    folder: Path
    programs: Path

    def make(self, *arguments: str, at: datetime | None = None) -> str:
        """Run `backup`; with `at`, restic is told that it is that time."""
        if at is None:
            return self._call("backup", *arguments)
        with self.in_place_of("restic", f'case "$1" in backup) set -- "$@" "--time={at:%Y-%m-%d %H:%M:%S}";; esac'):
            return self._call("backup", *arguments)

    def restore(self, *arguments: str) -> str:
        """Run `restore_backup`. The connection of the test is closed before: it would count as somebody's."""
        connection.close()
        cast("DatabaseWrapper", connection).close_pool()
        return self._call("restore_backup", *arguments)

    def drill(self, *arguments: str) -> str:
        """Run `restore_drill`."""
        return self._call("restore_drill", *arguments)

    def _call(self, *arguments: str) -> str:
        out = io.StringIO()
        call_command(*arguments, stdout=out, stderr=out)
        return out.getvalue()

    def names(self) -> list[str]:
        """The names of the backups there are, the oldest first."""
        return [run.id for run in runs.complete_runs(self.parts())]

    def parts(self) -> list[Part]:
        """Everything in the repository."""
        with opened_repository() as repository:
            return repository.parts()

    @contextmanager
    def in_place_of(self, program: str, script: str) -> Iterator[None]:
        """Run this shell script before the program, which it may change the arguments of, or never come to."""
        path = self.programs / program
        path.write_text(f'#!/bin/sh\nPATH={os.environ["PATH"]}\n{script}\nexec {real_program(program)} "$@"\n')
        path.chmod(0o755)
        yield
        path.unlink()


def real_program(program: str) -> str:
    """The program itself: the one that fits the server of the tests, or the one on PATH."""
    found = postgresql.binaries() / program
    return str(found) if found.exists() else program
