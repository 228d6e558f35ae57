"""Gives a backup back: files first, which may be repeated, then the database, wholly or not at all. Then compares."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import IO

from django.db.migrations.loader import MigrationLoader

from cms.operations.backups import runs
from cms.operations.backups.archive import SMALL_BYTES, Digesting, Entry, ahead, all_of, read_archive, read_index
from cms.operations.backups.databases import (
    Database,
    emptying_statements,
    is_empty,
    load,
    major_version,
    other_sessions,
    row_counts,
)
from cms.operations.backups.errors import BackupError
from cms.operations.backups.manifests import Content, Manifest, copy_index, manifest_of
from cms.operations.backups.repository import Repository
from cms.operations.backups.runs import Run
from cms.operations.backups.stores import FileStore, digest_of, file_stores

SHOWN = 20
Decide = Callable[[FileStore, Entry, Digesting], "str | None"]


@dataclass(frozen=True)
class Backup:
    """One complete run, with what it says about itself."""

    repository: Repository
    run: Run
    manifest: Manifest


@dataclass
class Outcome:
    """What became of the files. `differences` are those that are not as in the backup."""

    same: int = 0
    written: int = 0
    removed: int = 0
    differences: list[str] = field(default_factory=list)


def opened_backup(repository: Repository, name: str) -> Backup:
    """The backup of that name, or the newest for `latest`. Raises BackupError when there is none."""
    if not repository.exists():
        raise BackupError(f"There is no repository of backups at {repository.place}.")
    run = runs.chosen_run(repository.parts(), name)
    return Backup(repository, run, manifest_of(repository, run))


def unknown_migrations(manifest: Manifest) -> list[str]:
    """The migrations that the backup's database has and this software does not know."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}}
    return [name for name in manifest.migrations if name not in known]


def preparation(backup: Backup, target: Database, *, replace: str | None) -> list[str]:
    """The statements that make room in `target`: none where it is empty.

    Raises BackupError when something is in it and `replace` is not its name, when it is in use, or when its server is
    older than the one that was backed up.
    """
    with target.connected() as connection:
        if major_version(connection) < backup.manifest.postgresql:
            raise BackupError(
                f"The backup is of PostgreSQL {backup.manifest.postgresql}, and the server of {target} is older: "
                f"{major_version(connection)}."
            )
        if is_empty(connection):
            return []
        if replace is None:
            raise BackupError(
                f"The database {target} is not empty. Restore into an empty one; or, to lose everything that is in it, "
                f"say --replace-database {target.name}"
            )
        if replace != target.name:
            raise BackupError(f"--replace-database says {replace}, but the database is {target.name}.")
        if sessions := other_sessions(connection):
            raise BackupError(
                f"The database {target} is in use by {len(sessions)} sessions ({', '.join(sessions[:5])}). Stop web, "
                "worker and scheduler first."
            )
        return emptying_statements(connection)


def restore_database(backup: Backup, target: Database, *, first: list[str]) -> None:
    """Fill `target` after the statements `first`. Nothing in it changes unless all of the backup is in it."""
    with backup.repository.content(backup.run.parts[runs.DATABASE]) as dump:
        load(target, _Verified(dump, backup.manifest.dump), first=first)


class _Verified:
    """Reads a stream and raises BackupError at its end when it was not the one that was kept."""

    def __init__(self, stream: IO[bytes], expected: Content) -> None:
        self._digesting = Digesting(stream)
        self._expected = expected

    def read(self, size: int = -1) -> bytes:
        data = self._digesting.read(size)
        if not data and Content(self._digesting.size, self._digesting.sha256) != self._expected:
            raise BackupError(
                f"The dump of the database in this backup is damaged: {self._digesting.size} bytes of "
                f"{self._expected.size} could be read. Nothing was restored."
            )
        return data


def database_differences(target: Database, manifest: Manifest) -> list[str]:
    """What the tables of `target` have more or less than at the moment of the backup."""
    with target.connected() as connection:
        connection.execute("SET statement_timeout = 0")
        found = row_counts(connection)
    return [
        f"Table {table}: {found.get(table, 'no table')} instead of {manifest.rows.get(table, 'no table')} rows."
        for table in sorted(found.keys() | manifest.rows.keys())
        if found.get(table) != manifest.rows.get(table)
    ]


def restore_files(backup: Backup, pattern: str = "*") -> Outcome:
    """Write to the stores what is missing there or different; leave everything else alone. Reads back what it wrote.

    `pattern` chooses files by their key, with * and ?.
    """

    def settle(store: FileStore, entry: Entry, content: Digesting) -> str | None:
        if digest_of(store, entry.name) == entry.sha256:
            return None
        store.write(entry.name, content, entry.size)
        return "written" if digest_of(store, entry.name) == entry.sha256 else "was written, but reads differently"

    return _settled(backup, pattern, settle)


def compare_files(backup: Backup, pattern: str = "*") -> Outcome:
    """Compare the stores with the backup, and change nothing."""

    def compare(store: FileStore, entry: Entry, content: Digesting) -> str | None:
        found = digest_of(store, entry.name)
        return None if found == entry.sha256 else "is missing" if found is None else "is different"

    return _settled(backup, pattern, compare)


def check_files(backup: Backup) -> int:
    """Read all files of the backup and compare their digests; nothing is stored. Returns how many there are.

    Raises BackupError when one cannot be read, or is not what was backed up.
    """
    with _archive(backup) as files:
        return sum(1 for _ in files)


def _settled(backup: Backup, pattern: str, decide: Decide) -> Outcome:
    outcome = Outcome()
    stores = {store.alias: store for store in file_stores()}

    def work(item: tuple[Entry, Digesting]) -> tuple[Entry, str | None]:
        return item[0], decide(stores[item[0].alias], *item)

    with _archive(backup) as files:
        chosen = ((entry, content) for entry, content in files if fnmatchcase(entry.key, pattern))
        for entry, result in ahead(work, _handed_over(chosen, work, outcome)):
            _count(outcome, entry, result)
    return outcome


def _handed_over(
    files: Iterator[tuple[Entry, Digesting]],
    work: Callable[[tuple[Entry, Digesting]], tuple[Entry, str | None]],
    outcome: Outcome,
) -> Iterator[tuple[Entry, Digesting]]:
    """Small files, each in memory, to be done on threads. Large ones stream, so they are done here and now."""
    for entry, content in files:
        if entry.size <= SMALL_BYTES:
            yield entry, Digesting(io.BytesIO(all_of(content)))
        else:
            _count(outcome, *work((entry, content)))


def _count(outcome: Outcome, entry: Entry, result: str | None) -> None:
    if result is None:
        outcome.same += 1
    elif result == "written":
        outcome.written += 1
    else:
        outcome.differences.append(f"File {entry.key} {result}.")


@contextmanager
def _archive(backup: Backup) -> Iterator[Iterator[tuple[Entry, Digesting]]]:
    with tempfile.TemporaryFile() as index:
        copy_index(backup.repository, backup.run, backup.manifest, index)
        with backup.repository.content(backup.run.parts[runs.FILES]) as stream:
            yield read_archive(stream, read_index(index))
            while stream.read(SMALL_BYTES):  # what tar fills its last block with
                pass


def strangers(backup: Backup) -> Iterator[tuple[FileStore, str]]:
    """The files in the stores that are not in the backup."""
    with tempfile.TemporaryFile() as index:
        copy_index(backup.repository, backup.run, backup.manifest, index)
        keys = {entry.key for entry in read_index(index)}
    for store in file_stores():
        for listed in store.listed():
            if f"{store.alias}/{listed.name}" not in keys:
                yield store, listed.name


def remove_strangers(backup: Backup) -> int:
    """Delete from the stores what is not in the backup. Returns how many."""
    found = list(strangers(backup))
    for store, name in found:
        store.delete(name)
    return len(found)
