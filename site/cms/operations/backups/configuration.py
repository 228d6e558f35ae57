"""The settings of backups, checked before anything is done."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from cms.operations.backups.databases import Database
from cms.operations.backups.errors import BackupError
from cms.operations.backups.repository import Repository


@contextmanager
def opened_repository() -> Iterator[Repository]:
    """The repository that BACKUP_REPOSITORY names, with a temporary folder for restic until the end of the block."""
    for name in ("BACKUP_REPOSITORY", "BACKUP_PASSWORD"):
        if not getattr(settings, name):
            raise BackupError(f"{name} is not set, so there are no backups. See docs/operations/backup-and-restore.md.")
    with temporary_folder() as folder:
        yield Repository(_environment(folder))


def _environment(folder: Path) -> dict[str, str]:
    environment: dict[str, str] = {
        **settings.BACKUP_PROCESS_ENVIRONMENT,
        "RESTIC_REPOSITORY": settings.BACKUP_REPOSITORY,
        "RESTIC_PASSWORD": settings.BACKUP_PASSWORD,
        "RESTIC_CACHE_DIR": str(folder),
        "TMPDIR": str(folder),
    }
    if settings.BACKUP_AWS_ACCESS_KEY_ID:
        environment["AWS_ACCESS_KEY_ID"] = settings.BACKUP_AWS_ACCESS_KEY_ID
        environment["AWS_SECRET_ACCESS_KEY"] = settings.BACKUP_AWS_SECRET_ACCESS_KEY
    return environment | {"AWS_DEFAULT_REGION": settings.BACKUP_AWS_REGION}


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that only we may read, gone at the end. Raises BackupError where none can be made."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="cms-backup-"))
    except OSError as error:
        raise BackupError(
            f"No temporary folder can be made in TMPDIR or /tmp ({error.strerror}). Some "
            "hundred megabytes are needed there."
        ) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main_database() -> Database:
    """The database of this installation. Raises BackupError when it is not PostgreSQL."""
    config = settings.DATABASES["default"]
    if config["ENGINE"].endswith("sqlite3"):
        raise BackupError(
            "Backups are made of PostgreSQL, and this installation uses SQLite. Stop it and copy the folder VAR_DIR."
        )
    return Database.from_config(config)
