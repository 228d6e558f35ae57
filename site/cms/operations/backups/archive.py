"""All files as one stream: a tar archive, with an index of names, sizes and digests beside it.

Nothing is on disk and memory stays small however many files there are and however large they are. Small ones are
fetched ahead, several at a time, because a store takes milliseconds for each.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from cms.operations.backups.errors import BackupError
from cms.operations.backups.programs import CHUNK_BYTES, Readable, Writable
from cms.operations.backups.stores import FileStore, Listed, Opened

T = TypeVar("T")
R = TypeVar("R")

SMALL_BYTES = 2 * 1024 * 1024
AT_ONCE = 8


@dataclass(frozen=True)
class Entry:
    """One file in the index. `key` is the alias of its store, a slash, and its name there."""

    key: str
    size: int
    sha256: str

    @property
    def alias(self) -> str:
        return self.key.partition("/")[0]

    @property
    def name(self) -> str:
        return self.key.partition("/")[2]

    def line(self) -> bytes:
        """Its line in the index."""
        text = json.dumps({"key": self.key, "size": self.size, "sha256": self.sha256}, ensure_ascii=False)
        return f"{text}\n".encode("utf-8", "surrogateescape")


def read_index(lines: Iterable[bytes]) -> Iterator[Entry]:
    """The entries of an index, which may have empty lines."""
    for line in filter(bytes.strip, lines):
        yield Entry(**json.loads(line.decode("utf-8", "surrogateescape")))


class Digesting:
    """Passes on what is read or written, and knows its digest and how much it was."""

    def __init__(self, stream: Any = None) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        try:
            data: bytes = self._stream.read(size)
        except tarfile.TarError as error:
            raise BackupError(f"The archive of files cannot be read: {error}") from None
        self._note(data)
        return data

    def write(self, data: bytes) -> int:
        self._note(data)
        if self._stream is not None:
            self._stream.write(data)
        return len(data)

    def _note(self, data: bytes) -> None:
        self._digest.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def write_archive(target: Writable, stores: Iterable[FileStore]) -> Iterator[Entry]:
    """Write all files of the stores to `target`, and yield the entry of each when it is written.

    A file that is deleted between the listing and the reading is left out.
    """
    with closing(
        tarfile.open(fileobj=_Counted(target), mode="w|", bufsize=CHUNK_BYTES, format=tarfile.PAX_FORMAT)
    ) as tar:
        for store in stores:
            for listed, opened in _fetched(store):
                yield _add(tar, f"{store.alias}/{listed.name}", listed.modified, opened)


class _Counted(io.RawIOBase):
    """What tarfile wants of a stream, with a `write` that takes everything."""

    def __init__(self, target: Writable) -> None:
        self._target = target

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._target.write(bytes(data))
        return len(data)


def _add(tar: tarfile.TarFile, key: str, modified: int, opened: Opened) -> Entry:
    member = tarfile.TarInfo(key)
    member.size, member.mtime, member.mode = opened.size, modified, 0o600
    content = Digesting(opened.stream)
    try:
        tar.addfile(member, content)  # it only reads
    except OSError as error:
        # Shorter than it was said to be, which tarfile finds out for us.
        if not isinstance(error, BrokenPipeError):
            raise BackupError(f"{key} changed while it was read: {error}") from None
        raise
    _forget_members(tar)
    return Entry(key, content.size, content.sha256)


def _forget_members(tar: tarfile.TarFile) -> None:
    """tarfile remembers each member, and there may be a million."""
    cast("Any", tar).members = []


def _fetched(store: FileStore) -> Iterator[tuple[Listed, Opened]]:
    """The files of a store in the order of its list, small ones read ahead."""

    def fetch(listed: Listed) -> Opened | None:
        opened = store.opened(listed.name)
        return opened and Opened(io.BytesIO(all_of(opened.stream)), opened.size)

    def fetch_if_small(listed: Listed) -> Callable[[], Opened | None]:
        if listed.size > SMALL_BYTES:
            return lambda: store.opened(listed.name)  # when its turn has come
        small = fetch(listed)
        return lambda: small

    for listed, opened in ahead(lambda listed: (listed, fetch_if_small(listed)), store.listed()):
        if (found := opened()) is not None:
            yield listed, found


def all_of(stream: Readable) -> bytes:
    """Everything that a stream has."""
    chunks = []
    while chunk := stream.read(CHUNK_BYTES):
        chunks.append(chunk)
    return b"".join(chunks)


def ahead(action: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """What `action` makes of each item, in order, a few of them done ahead on threads."""
    waiting: deque[Future[R]] = deque()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="backup") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(action, item))
                if len(waiting) >= 2 * AT_ONCE:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def read_archive(source: Readable, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Digesting]]:
    """The files of an archive with their entries. Each has to be read before the next one is asked for.

    Raises BackupError when archive and index do not fit together, the contents included.
    """
    expected = iter(entries)
    try:
        with tarfile.open(fileobj=source, mode="r|", bufsize=CHUNK_BYTES) as tar:  # type: ignore[call-overload]
            while (member := tar.next()) is not None:
                entry = next(expected, None)
                content = tar.extractfile(member)
                if entry is None or content is None or (member.name, member.size) != (entry.key, entry.size):
                    raise BackupError(f"The archive holds {member.name}, which its index does not expect there.")
                digesting = Digesting(content)
                yield entry, digesting
                while digesting.read(CHUNK_BYTES):
                    pass
                if digesting.sha256 != entry.sha256:
                    raise BackupError(f"The content of {entry.key} in the backup is not what was backed up.")
                _forget_members(tar)
    except tarfile.TarError as error:
        raise BackupError(f"The archive of files cannot be read: {error}") from None
    if (left := next(expected, None)) is not None:
        raise BackupError(f"The archive of files ends before {left.key}.")
