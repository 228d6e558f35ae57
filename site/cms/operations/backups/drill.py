"""Proves that the newest backup can be restored, and measures how long that takes and how much would be lost."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from cms.operations.backups.configuration import main_database
from cms.operations.backups.databases import Database
from cms.operations.backups.errors import BackupError
from cms.operations.backups.locks import Work, only_one
from cms.operations.backups.repository import Repository
from cms.operations.backups.restoration import (
    SHOWN,
    Backup,
    check_files,
    database_differences,
    opened_backup,
    restore_database,
)
from cms.operations.backups.scratch import MARK, scratch_database
from cms.operations.successes import record_success

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """What a drill found. `rpo_seconds`: how old the backup is. `rto_seconds`: how long it took to get it back."""

    run: str
    rpo_seconds: int
    rto_seconds: int
    database_seconds: int
    files_seconds: int
    rows: int
    files: int


def run_drill(repository: Repository, name: str = "latest") -> Result:
    """Restore a backup into a scratch database, read all its files, compare both with the manifest, note the success.

    Raises BackupError when anything is not as it was.
    """
    main = main_database()
    with only_one(main, Work.DRILL):
        began = time.monotonic()
        backup = opened_backup(repository, name)
        age = datetime.now(UTC) - backup.manifest.started
        with scratch_database(main) as scratch:
            _restore(backup, scratch)
            restored = time.monotonic()
        check_files(backup)
        ended = time.monotonic()
        repository.check()
        result = Result(
            run=backup.run.id,
            rpo_seconds=round(age.total_seconds()),
            rto_seconds=round(ended - began),
            database_seconds=round(restored - began),
            files_seconds=round(ended - restored),
            rows=sum(backup.manifest.rows.values()),
            files=backup.manifest.files,
        )
        record_success("restore_drill", seconds=time.monotonic() - began, details=asdict(result))
        logger.info("A backup was restored on trial", extra={"event": "backup.drill", **asdict(result)})
    return result


def _restore(backup: Backup, scratch: Database) -> None:
    restore_database(backup, scratch, first=[])
    differences = [line for line in database_differences(scratch, backup.manifest) if f".{MARK}:" not in line]
    if differences:
        shown = "\n".join(f"  {line}" for line in differences[:SHOWN])
        raise BackupError(f"The restored database differs from the backup {backup.run.id}:\n{shown}")
