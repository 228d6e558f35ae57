"""The two stores of files, object by object: listed, read, compared and written without asking which kind they are."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import FileSystemStorage, Storage, storages
from storages.backends.s3 import S3Storage
from urllib3.exceptions import HTTPError

from cms.operations.backups.errors import BackupError
from cms.operations.backups.programs import CHUNK_BYTES, Readable

ALIASES = ("private", "media")
"""The stores that are kept. What is read from one goes back into that one, so nothing private becomes public."""

_READ_SECONDS = 60
_ATTEMPTS = 4


@dataclass(frozen=True)
class Listed:
    """An object as a list of its store shows it. `modified` is in seconds since 1970."""

    name: str
    size: int
    modified: int


@dataclass(frozen=True)
class Opened:
    """An object that is being read, and how large it is."""

    stream: Readable
    size: int


class FileStore(Protocol):
    """One store. Errors of the network or the disk are raised as BackupError."""

    alias: str

    def listed(self) -> Iterator[Listed]:
        """All objects, always in the same order. Fails when the store is not there."""

    def opened(self, name: str) -> Opened | None:
        """The object to read from; None when there is none of that name."""

    def write(self, name: str, content: Readable, size: int) -> None:
        """Put the object there, with the headers and rights that the product gives it, in the place of any other."""

    def delete(self, name: str) -> None:
        """Remove the object."""


def file_stores() -> list[FileStore]:
    """The stores of this installation, in a fixed order."""
    return [_store(alias, storages[alias]) for alias in ALIASES]


def _store(alias: str, storage: Storage) -> FileStore:
    if isinstance(storage, S3Storage):
        return BucketStore(alias, storage)
    if isinstance(storage, FileSystemStorage):
        return FolderStore(alias, storage)
    raise BackupError(f"Backups do not know how to read the store {alias}, a {type(storage).__name__}.")


def digest_of(store: FileStore, name: str) -> str | None:
    """SHA-256 of an object; None when it is not there."""
    opened = store.opened(name)
    if opened is None:
        return None
    digest = hashlib.sha256()
    while chunk := opened.stream.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


class FolderStore:
    """A store in a local folder."""

    def __init__(self, alias: str, storage: FileSystemStorage) -> None:
        self.alias = alias
        self._storage = storage
        self._root = Path(storage.location)

    def listed(self) -> Iterator[Listed]:
        with _explained(self.alias):
            yield from _files_below(self._root, "")

    def opened(self, name: str) -> Opened | None:
        with _explained(self.alias):
            try:
                stream = Path(self._storage.path(name)).open("rb")  # noqa: SIM115 - closed at its end
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                return None
            return Opened(_Closing(stream, self.alias), os.fstat(stream.fileno()).st_size)

    def write(self, name: str, content: Readable, size: int) -> None:
        with _explained(self.alias):
            path = Path(self._storage.path(name))  # refuses what would lead out of the folder
            path.parent.mkdir(parents=True, exist_ok=True)
            # Under its name it must be whole, whatever happens meanwhile.
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".restoring-", delete=False) as draft:
                try:
                    while chunk := content.read(CHUNK_BYTES):
                        draft.write(chunk)
                    Path(draft.name).chmod(self._storage.file_permissions_mode or 0o644)
                    Path(draft.name).replace(path)
                except BaseException:
                    Path(draft.name).unlink(missing_ok=True)
                    raise

    def delete(self, name: str) -> None:
        with _explained(self.alias):
            self._storage.delete(name)


def _files_below(folder: Path, prefix: str) -> Iterator[Listed]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return  # nothing was uploaded yet
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files_below(Path(entry.path), f"{prefix}{entry.name}/")
        elif entry.is_file(follow_symlinks=False):
            with suppress(FileNotFoundError):  # deleted since
                stat = entry.stat(follow_symlinks=False)
                yield Listed(f"{prefix}{entry.name}", stat.st_size, int(stat.st_mtime))


class _Closing:
    """Closes a file when it has been read to its end."""

    def __init__(self, stream: IO[bytes], alias: str) -> None:
        self._stream = stream
        self._alias = alias

    def read(self, size: int = -1) -> bytes:
        if self._stream.closed:
            return b""
        with _explained(self._alias):
            data = self._stream.read(size)
        if not data:
            self._stream.close()
        return data


class BucketStore:
    """A store in a bucket, behind the prefix that belongs to it. May be used by several threads."""

    def __init__(self, alias: str, storage: Any) -> None:
        self.alias = alias
        self._storage = storage
        self._bucket: str = storage.bucket_name
        self._prefix = f"{storage.location.strip('/')}/" if storage.location else ""
        # The product gives up early, because somebody waits for an answer. Here nobody does.
        patience = Config(read_timeout=_READ_SECONDS, retries={"mode": "standard", "total_max_attempts": _ATTEMPTS})
        session = boto3.Session(
            aws_access_key_id=storage.access_key,
            aws_secret_access_key=storage.secret_key,
            aws_session_token=storage.security_token,
        )
        self._client = session.client(
            "s3",
            region_name=storage.region_name,
            endpoint_url=storage.endpoint_url,
            verify=storage.verify,
            config=storage.client_config.merge(patience),
        )

    def listed(self) -> Iterator[Listed]:
        with _explained(self.alias):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            for page in pages:
                for item in page.get("Contents", []):
                    name = item["Key"].removeprefix(self._prefix)
                    if name and not name.endswith("/"):  # a folder that some tool has drawn
                        yield Listed(name, item["Size"], int(item["LastModified"].timestamp()))

    def opened(self, name: str) -> Opened | None:
        with _explained(self.alias):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            except ClientError as error:
                if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
                    raise
                self._client.head_bucket(Bucket=self._bucket)  # some servers say so of a bucket that is gone
                return None
            return Opened(_Resuming(self, name, answer), answer["ContentLength"])

    def reopened(self, name: str, position: int, etag: str) -> Any:
        """The rest of an object from `position` on, if it is still the same."""
        return self._client.get_object(
            Bucket=self._bucket, Key=self._prefix + name, Range=f"bytes={position}-", IfMatch=etag
        )

    def write(self, name: str, content: Readable, size: int) -> None:
        with _explained(self.alias):
            self._client.upload_fileobj(
                content,
                self._bucket,
                self._prefix + name,
                ExtraArgs=self._headers(name),
                Config=TransferConfig(use_threads=False),
            )

    def _headers(self, name: str) -> dict[str, Any]:
        """What the product itself sends with an upload of that name. No rights: those are the bucket's."""
        return dict(self._storage._get_write_parameters(name))

    def delete(self, name: str) -> None:
        with _explained(self.alias):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)


class _Resuming(io.RawIOBase):
    """Reads an object, and goes on where it was when the connection breaks."""

    def __init__(self, store: BucketStore, name: str, answer: Any) -> None:
        self._store = store
        self._name = name
        self._etag: str = answer["ETag"]
        self._size: int = answer["ContentLength"]
        self._body = answer["Body"]
        self._position = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """As many bytes as are asked for, except at the end: tarfile takes fewer for the end."""
        wanted = self._size - self._position if size is None or size < 0 else size
        wanted = min(wanted, self._size - self._position)
        parts = []
        while wanted > 0:
            part = self._next(wanted)
            wanted -= len(part)
            parts.append(part)
        return b"".join(parts)

    def _next(self, size: int) -> bytes:
        for attempts_left in reversed(range(_ATTEMPTS)):
            try:
                data: bytes = self._body.read(size)
                if not data:
                    raise EOFError("it ended too early")
            except (BotoCoreError, HTTPError, OSError, EOFError) as error:
                if not attempts_left:
                    raise BackupError(f"{self._store.alias}/{self._name} could not be read: {error}") from None
                with _explained(self._store.alias):
                    self._body = self._store.reopened(self._name, self._position, self._etag)["Body"]
            else:
                self._position += len(data)
                return data
        raise AssertionError


@contextmanager
def _explained(alias: str) -> Iterator[None]:
    """Turn errors of S3 and of the disk into one sentence."""
    try:
        yield
    except (BotoCoreError, ClientError, HTTPError, OSError) as error:
        raise BackupError(f"The store of {alias} files failed: {error}") from None
