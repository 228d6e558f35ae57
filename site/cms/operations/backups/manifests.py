"""What a backup says about itself: enough to tell whether a restore gave everything back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cms.operations.backups.archive import Digesting
from cms.operations.backups.errors import BackupError
from cms.operations.backups.programs import copy
from cms.operations.backups.repository import Repository
from cms.operations.backups.runs import INDEX, MANIFEST, Run

FORMAT = 1


@dataclass(frozen=True)
class Content:
    """Size in bytes and digest of one stream."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """One backup. `rows`, `migrations` and `dump` are of one moment of the database, `started`."""

    run: str
    software: str
    postgresql: int
    started: datetime
    finished: datetime
    dump: Content
    rows: dict[str, int]
    migrations: list[str]
    files: int
    files_size: int
    index: Content
    missing_files: list[str]
    """Files that rows name and that were not in their store, by key; the first hundred."""
    missing: int

    def written(self) -> bytes:
        """As it is kept."""
        moments = {"started": self.started.isoformat(), "finished": self.finished.isoformat()}
        return json.dumps({"format": FORMAT, **asdict(self), **moments}, indent=1, ensure_ascii=False).encode()

    @classmethod
    def read(cls, text: bytes) -> Manifest:
        """The manifest that was written. Raises BackupError when a later version of this software wrote it."""
        content: dict[str, Any] = json.loads(text)
        if content.pop("format") != FORMAT:
            raise BackupError("This backup was made by a newer version of the software. Restore it with that one.")
        for moment in ("started", "finished"):
            content[moment] = datetime.fromisoformat(content[moment])
        for part in ("dump", "index"):
            content[part] = Content(**content[part])
        return cls(**content)


def manifest_of(repository: Repository, run: Run) -> Manifest:
    """The manifest of a backup."""
    with repository.content(run.parts[MANIFEST]) as stream:
        text = stream.read()
    # Not before: what could not be read is noticed at the end of the block.
    return Manifest.read(text)


def copy_index(repository: Repository, run: Run, manifest: Manifest, target: Any) -> None:
    """Write the index of the files to `target` and go to its beginning. Raises BackupError when it is not that one."""
    digesting = Digesting(target)
    with repository.content(run.parts[INDEX]) as stream:
        copy(stream, digesting)
    if Content(digesting.size, digesting.sha256) != manifest.index:
        raise BackupError("The index of the files is not the one that the manifest speaks of.")
    target.seek(0)
