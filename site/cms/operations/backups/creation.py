"""Makes a backup: the database, then the files, then the manifest that says that both are whole."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO

from django.conf import settings

import cms
from cms.operations.backups import runs
from cms.operations.backups.archive import Digesting, write_archive
from cms.operations.backups.configuration import main_database
from cms.operations.backups.databases import (
    Database,
    applied_migrations,
    major_version,
    row_counts,
    snapshot_of,
)
from cms.operations.backups.errors import BackupError
from cms.operations.backups.locks import Work, only_one
from cms.operations.backups.manifests import Content, Manifest
from cms.operations.backups.programs import copy
from cms.operations.backups.references import referenced_keys
from cms.operations.backups.repository import LockedError, Part, Repository
from cms.operations.backups.stores import file_stores
from cms.operations.successes import age_of_success, record_success

logger = logging.getLogger(__name__)

MISSING_SHOWN = 100
Say = Callable[[str], None]


@dataclass(frozen=True)
class _DatabasePart:
    """What is known of the database when its dump is kept."""

    moment: datetime
    postgresql: int
    dump: Content
    rows: dict[str, int]
    migrations: list[str]
    references: set[str]


@dataclass
class _FilesPart:
    """What is known of the files when they are kept."""

    index: Content | None = None
    count: int = 0
    size: int = 0
    missing: set[str] = field(default_factory=set)


def make_backup(repository: Repository, *, new_repository: bool, say: Say) -> Manifest:
    """Make a backup, note the success, then remove what is too old. Raises BackupError; then there is no new backup.

    The message says so where only the removal failed.
    """
    database = main_database()
    with only_one(database, Work.BACKUP):
        prepare(repository, new_repository=new_repository, say=say)
        run = runs.new_id()
        try:
            manifest = _keep(repository, run, database, say)
        except BaseException:
            # Without a manifest it is no backup anyhow; but it need not lie about either.
            with suppress(BackupError):
                _forget(repository, run)
            raise
        kept = repository.parts()
        runs.chosen_run(kept, run)  # that it is there, and whole, is seen from the outside
        _note(manifest)
        _remove_old(repository, kept, run, say)
    return manifest


def prepare(repository: Repository, *, new_repository: bool, say: Say) -> None:
    """See that there is a repository, and no lock that the dead have left in it.

    One is made where none has been yet. Where there has been one, it has been moved or deleted, and a silent new
    beginning would hide that.
    """
    if repository.unlock():
        return
    if age_of_success("backup") is not None and not new_repository:
        raise BackupError(
            f"There is no repository at {repository.place}, though backups were made before. If it was deleted, find "
            "out by whom. If BACKUP_REPOSITORY has changed: run `manage.py backup --new-repository` once."
        )
    repository.create()
    say(f"Made a new repository at {repository.place}.")


def _forget(repository: Repository, run: str) -> None:
    repository.unlock()  # restic was killed, lest it take half for the whole; its lock is still there
    repository.forget([part for part in repository.parts() if part.run == run], prune=False)


def _keep(repository: Repository, run: str, database: Database, say: Say) -> Manifest:
    # The database first. A file that is added after that moment is one too many, which does no harm. The other way
    # round a row could name a file that was not yet there when the files were read.
    of_database = _keep_database(repository, run, database)
    say(f"Database: {of_database.dump.size} bytes, {sum(of_database.rows.values())} rows.")
    of_files = _keep_files(repository, run, of_database.references)
    say(f"Files: {of_files.size} bytes in {of_files.count} files.")
    assert of_files.index is not None  # noqa: S101
    manifest = Manifest(
        run=run,
        software=cms.__version__,
        postgresql=of_database.postgresql,
        started=of_database.moment,
        finished=datetime.now(UTC),
        dump=of_database.dump,
        rows=of_database.rows,
        migrations=of_database.migrations,
        files=of_files.count,
        files_size=of_files.size,
        index=of_files.index,
        missing=len(of_files.missing),
        missing_files=sorted(of_files.missing)[:MISSING_SHOWN],
    )
    with repository.keeping(run, runs.MANIFEST) as stream:
        stream.write(manifest.written())
    return manifest


def _keep_database(repository: Repository, run: str, database: Database) -> _DatabasePart:
    with snapshot_of(database) as snapshot:
        moment = datetime.now(UTC)
        with repository.keeping(run, runs.DATABASE) as target:
            digesting = Digesting(target)
            with snapshot.dump() as dump:
                copy(dump, digesting)
        return _DatabasePart(
            moment=moment,
            postgresql=major_version(snapshot.connection),
            dump=Content(digesting.size, digesting.sha256),
            rows=row_counts(snapshot.connection),
            migrations=applied_migrations(snapshot.connection),
            references=referenced_keys(snapshot.connection),
        )


def _keep_files(repository: Repository, run: str, references: set[str]) -> _FilesPart:
    part = _FilesPart(missing=set(references))
    with tempfile.TemporaryFile() as index:
        lines = Digesting(index)
        with repository.keeping(run, runs.FILES) as target:
            for entry in write_archive(target, file_stores()):
                lines.write(entry.line())
                part.missing.discard(entry.key)
                part.count += 1
                part.size += entry.size
            if references and not part.count:
                raise BackupError(
                    f"The stores hold no files, though the database names {len(references)}. Is it the right bucket?"
                )
        lines.write(b"\n")  # restic keeps nothing that is empty, and a new installation has no files
        part.index = Content(lines.size, lines.sha256)
        index.seek(0)
        _keep_index(repository, run, index)
    return part


def _keep_index(repository: Repository, run: str, index: IO[bytes]) -> None:
    with repository.keeping(run, runs.INDEX) as target:
        copy(index, target)


def _note(manifest: Manifest) -> None:
    seconds = (manifest.finished - manifest.started).total_seconds()
    details = {
        "run": manifest.run,
        "rows": sum(manifest.rows.values()),
        "database_bytes": manifest.dump.size,
        "files": manifest.files,
        "file_bytes": manifest.files_size,
        "missing_files": manifest.missing,
    }
    record_success("backup", seconds=seconds, details=details)
    logger.info("A backup was made", extra={"event": "backup.made", "seconds": round(seconds, 1), **details})


def _remove_old(repository: Repository, kept: list[Part], run: str, say: Say) -> None:
    expired = expired_runs(kept)
    try:
        repository.forget([part for old in expired for part in old.parts.values()], prune=True)
    except LockedError as error:
        say(f"Old backups are removed by the next run. {error}")
    except BackupError as error:
        raise BackupError(f"The backup {run} was made, but old ones could not be removed. {error}") from None
    else:
        if removed := sum(old.is_complete for old in expired):
            say(f"Removed {removed} old backups.")


def expired_runs(kept: list[Part]) -> list[runs.Run]:
    """What goes at the end of a backup: those older than BACKUP_KEEP_DAYS, and what dead runs have left."""
    return runs.expired_runs(runs.runs_of(kept), keep_days=settings.BACKUP_KEEP_DAYS, now=datetime.now(UTC))
