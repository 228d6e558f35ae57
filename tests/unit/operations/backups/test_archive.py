"""All files as one stream, and back, whatever they are called and whatever happens meanwhile."""

from __future__ import annotations

import io
import tarfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from cms.operations.backups.archive import SMALL_BYTES, Digesting, Entry, read_archive, read_index, write_archive
from cms.operations.backups.errors import BackupError
from cms.operations.backups.stores import FolderStore, Listed, Opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files with all kinds of names and sizes."""
    files = {
        "documents/plan.pdf": b"plan",
        "documents/Ärzte & Ŵy 文.txt": "ŵ".encode(),
        "documents/" + "long/" * 30 + "name.txt": b"deep",
        "images/empty.png": b"",
        "images/large.png": b"0123456789" * (SMALL_BYTES // 5),
    }
    for name, content in files.items():
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "files"


def store(folder: Path, alias: str = "private") -> FolderStore:
    return FolderStore(alias, FileSystemStorage(location=folder))


def archived(*stores: FolderStore) -> tuple[io.BytesIO, list[Entry]]:
    target = io.BytesIO()
    entries = list(write_archive(target, stores))
    target.seek(0)
    return target, entries


def contents(source: io.BytesIO, entries: list[Entry]) -> dict[str, bytes]:
    return {entry.key: content.read() for entry, content in read_archive(source, entries)}


def test_everything_comes_back(folder: Path) -> None:
    stream, entries = archived(store(folder), store(folder / "images", "media"))
    found = contents(stream, entries)
    for path in folder.rglob("*.*"):
        assert found[f"private/{path.relative_to(folder)}"] == path.read_bytes()
    assert found["media/empty.png"] == b""
    assert len(found) == 7


def test_other_programs_can_read_it(folder: Path) -> None:
    stream, _ = archived(store(folder))
    with tarfile.open(fileobj=stream) as archive:
        assert "private/documents/Ärzte & Ŵy 文.txt" in archive.getnames()
        assert {member.mode for member in archive.getmembers()} == {0o600}


def test_index_is_read_as_it_was_written(folder: Path) -> None:
    _, entries = archived(store(folder))
    lines = [entry.line() for entry in entries]
    assert list(read_index(lines)) == entries
    odd = Entry("private/\udcff\n.txt", 1, "0" * 64)
    assert list(read_index([odd.line()])) == [odd]


def test_same_files_make_the_same_stream(folder: Path) -> None:
    assert archived(store(folder))[0].read() == archived(store(folder))[0].read()


def test_store_in_which_nothing_is_yet_is_an_empty_archive(tmp_path: Path) -> None:
    stream, entries = archived(store(tmp_path / "none"))
    assert entries == []
    assert contents(stream, entries) == {}


def test_links_out_of_the_store_are_not_followed(folder: Path) -> None:
    (folder / "passwd").symlink_to("/etc/passwd")
    assert "private/passwd" not in [entry.key for entry in archived(store(folder))[1]]


class Changing(FolderStore):
    """A store in which something happens between the listing and the reading."""

    def listed(self) -> Iterator[Listed]:
        for listed in super().listed():
            if listed.name.endswith("plan.pdf"):
                Path(self._storage.path(listed.name)).unlink()
            yield listed


class Lying(FolderStore):
    """A store that says that its objects are larger than they are."""

    def opened(self, name: str) -> Opened | None:
        opened = super().opened(name)
        return opened and Opened(opened.stream, opened.size + 1)


def test_file_that_is_deleted_meanwhile_is_left_out(folder: Path) -> None:
    stream, entries = archived(Changing("private", FileSystemStorage(location=folder)))
    assert "private/documents/plan.pdf" not in contents(stream, entries)
    assert len(entries) == 4


def test_file_that_is_shorter_than_it_was_said_to_be_is_an_error(folder: Path) -> None:
    with pytest.raises(BackupError, match="changed while it was read"):
        archived(Lying("private", FileSystemStorage(location=folder)))


def test_archive_that_does_not_fit_its_index_is_refused(folder: Path) -> None:
    stream, entries = archived(store(folder))
    whole = stream.getvalue()
    with pytest.raises(BackupError, match="ends before"):
        contents(io.BytesIO(whole), [*entries, Entry("private/x", 1, "0")])
    with pytest.raises(BackupError, match="does not expect"):
        contents(io.BytesIO(whole), entries[1:])
    with pytest.raises(BackupError, match=r"cannot be read|ends before"):
        contents(io.BytesIO(whole[: len(whole) // 2]), entries)
    with pytest.raises(BackupError, match="not what was backed up"):
        contents(io.BytesIO(whole), _with_other_digests(entries))


def _with_other_digests(entries: list[Entry]) -> list[Entry]:
    """The index of an archive in which one content is another."""
    return [Entry(entry.key, entry.size, "0" * 64) for entry in entries]


def test_content_is_checked_although_nobody_reads_it(folder: Path) -> None:
    stream, entries = archived(store(folder))
    with pytest.raises(BackupError, match="not what was backed up"):
        for _ in read_archive(stream, _with_other_digests(entries)):
            pass


class Many:
    """A store of very many small files."""

    alias = "private"

    def listed(self) -> Iterator[Listed]:
        return (Listed(f"documents/{number}.txt", 10, 0) for number in range(20_000))

    def opened(self, name: str) -> Opened | None:
        return Opened(io.BytesIO(b"0123456789"), 10)

    def write(self, name: str, content: object, size: int) -> None:
        raise NotImplementedError

    def delete(self, name: str) -> None:
        raise NotImplementedError


def test_memory_does_not_grow_with_the_number_of_files() -> None:
    tracemalloc.start()
    try:
        for count, _ in enumerate(write_archive(Digesting(), [Many()])):
            if count == 1000:
                before = tracemalloc.get_traced_memory()[0]
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 1_000_000
