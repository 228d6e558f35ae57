"""Backups of this worker's database and bucket."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.services import postgresql
from tests.unit.operations.backups.commands import Backups


@pytest.fixture
def backups(settings: Any, tmp_path: Path) -> Backups:
    """Backups in a folder of this test. The programs are those that fit the server of the tests."""
    made = Backups(settings, tmp_path / "repository", tmp_path / "programs")
    made.programs.mkdir()
    settings.BACKUP_REPOSITORY = str(made.folder)
    settings.BACKUP_PASSWORD = "the-password-of-the-backups"
    path = os.pathsep.join([str(made.programs), str(postgresql.binaries()), os.environ["PATH"]])
    settings.BACKUP_PROCESS_ENVIRONMENT = {**settings.BACKUP_PROCESS_ENVIRONMENT, "PATH": path}
    return made
