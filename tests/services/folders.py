"""The folder in which the servers of one session keep everything; gone at its end, or when the next session starts."""

from __future__ import annotations

import contextlib
import fcntl
import glob
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

_PREFIX = "cms-tests-"
_YOUNG_SECONDS = 60
_LEFTOVERS = "leftovers"


class SessionFolder:
    """A temporary folder with a lock that lives as long as this process, however that ends."""

    def __init__(self) -> None:
        _sweep()
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self.path.chmod(0o711)  # PostgreSQL runs as another user and must pass through
        self._lock: IO[str] = (self.path / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def remove(self) -> None:
        """Delete the folder."""
        _delete(self.path)
        self._lock.close()


def leave_behind(folder: str, patterns: Sequence[str]) -> None:
    """Note files outside of the folder, which a server puts there whatever it is told, to be deleted with it."""
    with (Path(folder) / _LEFTOVERS).open("a", encoding="utf-8") as notes:
        notes.writelines(f"{pattern}\n" for pattern in patterns)


def _delete(folder: Path) -> None:
    notes = folder / _LEFTOVERS
    for pattern in notes.read_text(encoding="utf-8").splitlines() if notes.exists() else ():
        for path in glob.glob(pattern):  # noqa: PTH207 - an absolute pattern
            with contextlib.suppress(OSError):
                Path(path).unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Delete what sessions have left that were killed. A young folder may not have got its lock yet."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            if folder.stat().st_uid != os.getuid() or time.time() - folder.stat().st_mtime < _YOUNG_SECONDS:
                continue
            with (folder / "lock").open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _delete(folder)
        except OSError:
            continue  # in use, or gone
