"""Numbers of several server processes as one: each keeps its own in files of a shared folder, any of them adds them up.

The files are those of prometheus-client's multi-process mode. What that leaves to its users is done here: a folder that
is nobody else's, files of processes that have died, and a disk that is full.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from prometheus_client import Metric, values
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector

logger = logging.getLogger(__name__)

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Tells the processes of one server where their folder is. prometheus-client reads it too."""

_PREFIX = "cms-metrics-"
_SERVING = "serving.lock"
_READING = "reading.lock"
_GONE = "gone"
"""Stands for all processes that have died: what they counted stays counted."""

_FIRST_SIZE = 1 << 16  # _INITIAL_MMAP_SIZE in prometheus_client/mmap_dict.py


def prepare_folder() -> None:
    """Make a folder for the server that this process is about to become. Where that fails, each process counts alone.

    It is marked as used for as long as this process or one of its children lives, also when another program takes its
    place (exec). Folders of servers that have ended are deleted.
    """
    os.unsetenv(VARIABLE)
    try:
        _delete_abandoned()
        unfinished = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}"))
        mark = (unfinished / _SERVING).open("wb")
        fcntl.flock(mark, fcntl.LOCK_EX)
        # Never closed. A descriptor of its own, because Python's do not survive exec.
        os.set_inheritable(os.dup(mark.fileno()), True)
        folder = unfinished.rename(unfinished.with_name(unfinished.name.removeprefix(".")))
        os.putenv(VARIABLE, str(folder))  # for what takes the place of this process
    except OSError:
        logger.exception("Metrics are of single processes", extra={"event": "metrics.no_folder"})


def _delete_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # another server deletes it too
            if folder.lstat().st_uid == os.getuid() and folder.is_dir() and not _is_held(folder / _SERVING):
                shutil.rmtree(folder)  # which refuses symbolic links


def join(folder: Path) -> None:
    """Keep the numbers of this process in the folder from now on. To be called before the first meter is made.

    Raises OSError when that is not possible; the numbers are then kept in memory.
    """
    values.ValueClass = values.MutexValue
    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    mark = _alive(folder, name).open("wb")
    fcntl.flock(mark, fcntl.LOCK_EX)
    _held.append(mark)
    for kind in ("counter", "histogram", "gauge_livesum"):
        _allocate(folder / f"{kind}_{name}.db")
    values.MmapedDict = _AllocatedDict  # type: ignore[attr-defined]
    values.ValueClass = values.MultiProcessValue(lambda: name)


_held: list[IO[bytes]] = []


def _allocate(file: Path) -> None:
    if not file.exists():
        unfinished = file.with_suffix(".part")
        unfinished.write_bytes(bytes(_FIRST_SIZE))
        unfinished.rename(file)


class _AllocatedDict(MmapedDict):
    """Takes its place on the disk before it writes.

    The original maps files with holes. On a full disk the kernel ends a process that writes into one (SIGBUS); here the
    number is lost, with an OSError.
    """

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        if not read_mode:
            _allocate(Path(filename))
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]

    def _init_value(self, key: str) -> None:
        needed = self._used + len(key.encode()) + 32  # length, padding and two numbers
        capacity = self._capacity
        while needed > capacity:
            capacity *= 2
        if capacity > self._capacity:
            os.write(self._f.fileno(), bytes(capacity - self._capacity))  # the file is open for appending
        super()._init_value(key)  # type: ignore[no-untyped-call]


def collect(folder: Path) -> Iterable[Metric]:
    """The numbers of all processes, those that have died included. Raises OSError."""
    with _locked(folder / _READING):
        _bury_dead(folder)
        found: Iterable[Metric] = MultiProcessCollector(None, path=str(folder)).collect()
        return found


def _bury_dead(folder: Path) -> None:
    """Add the counts of each dead process to those of the others, and drop its gauges: it is busy with nothing."""
    for name in {_owner(file) for file in folder.glob("*.db")} - {_GONE}:
        if _is_held(_alive(folder, name)):
            continue
        for file in folder.glob(f"*_{name}.db"):
            if not file.name.startswith("gauge_"):
                _add(file, file.with_name(file.name.replace(f"_{name}.db", f"_{_GONE}.db")))
            file.unlink()
        _alive(folder, name).unlink(missing_ok=True)


def _add(file: Path, total: Path) -> None:
    parts = [str(part) for part in (file, total) if part.exists()]
    unfinished = total.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    kept = _AllocatedDict(str(unfinished))
    try:
        for metric in MultiProcessCollector.merge(parts, accumulate=False):
            for sample in metric.samples:
                key = mmap_key(
                    metric.name, sample.name, list(sample.labels), list(sample.labels.values()), metric.documentation
                )
                kept.write_value(key, sample.value, 0.0)  # type: ignore[no-untyped-call]
    finally:
        kept.close()  # type: ignore[no-untyped-call]
    unfinished.rename(total)


def _owner(file: Path) -> str:
    return file.stem.rpartition("_")[2]


def _alive(folder: Path, name: str) -> Path:
    return folder / f"{name}.alive"


def _is_held(file: Path) -> bool:
    """Whether a living process has locked this file: the kernel lets go of it when a process ends, however it ends."""
    try:
        with file.open("rb") as probe:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
