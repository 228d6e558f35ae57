"""The repository of backups: restic, which encrypts, deduplicates and checks what it keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from cms.operations.backups import programs
from cms.operations.backups.errors import BackupError, ProgramError

HOST = "cms"
"""Stands for the machine in restic: pods have a new name each time, and backups belong to the installation."""

ANSWER_SECONDS = 120
_ABSENT = ("specified key does not exist", "bucket does not exist", "no such file or directory")


@dataclass(frozen=True)
class Part:
    """One stream that is kept: the database, the files, their index, or the manifest of a run."""

    id: str
    run: str
    name: str
    at: datetime


class Repository:
    """A restic repository. `environment` says which, and holds its password and keys."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.place = environment["RESTIC_REPOSITORY"]

    def exists(self) -> bool:
        """Whether there is a repository. Raises BackupError when that cannot be told, or the password is wrong."""
        return self._opens("cat", "config", "--no-lock")

    def unlock(self) -> bool:
        """Remove locks whose owners are gone: dead processes of this machine, and those half an hour old.

        Answers whether there is a repository, as `exists` does.
        """
        return self._opens("unlock", "--quiet")

    def _opens(self, *arguments: str) -> bool:
        try:
            self._answer(*arguments)
        except ProgramError as error:
            if any(phrase in error.output for phrase in _ABSENT):
                return False
            raise self._explained(error) from None
        return True

    def create(self) -> None:
        """Make a new, empty repository."""
        try:
            self._answer("init")
        except ProgramError as error:
            raise self._explained(error) from None

    def parts(self) -> list[Part]:
        """Everything of ours that is kept, of complete runs and others."""
        try:
            listed = json.loads(self._answer("snapshots", "--json", "--no-lock", f"--host={HOST}") or "[]")
        except ProgramError as error:
            raise self._explained(error) from None
        return [part for snapshot in listed or [] if (part := _part(snapshot))]

    @contextmanager
    def keeping(self, run: str, name: str) -> Iterator[IO[bytes]]:
        """A stream to write one part of a run to. It is kept when the block ends, and not when an error leaves it."""
        command = ["restic", "backup", "--stdin", f"--stdin-filename={name}", f"--tag=run={run}", f"--host={HOST}"]
        try:
            with programs.writing([*command, "--quiet"], self._environment) as stream:
                yield stream
        except ProgramError as error:
            raise self._explained(error) from None

    @contextmanager
    def content(self, part: Part) -> Iterator[IO[bytes]]:
        """What was written. restic checks each piece against its digest and fails where one does not fit."""
        # Reading takes no lock: a lock that somebody has left behind must never be in the way of a restore.
        command = ["restic", "dump", "--no-lock", "--quiet", part.id, f"/{part.name}"]
        try:
            with programs.reading(command, self._environment) as stream:
                yield stream
        except ProgramError as error:
            raise self._explained(error) from None

    def forget(self, parts: Sequence[Part], *, prune: bool) -> None:
        """Remove these parts; with `prune` what nothing else needs of their data too."""
        if not parts:
            return
        command = ["forget", "--quiet", *(["--prune"] if prune else []), *(part.id for part in parts)]
        try:
            self._answer(*command, seconds=None)
        except ProgramError as error:
            raise self._explained(error) from None

    def check(self) -> None:
        """Raise BackupError when something that backups consist of is missing from the repository."""
        try:
            self._answer("check", "--no-lock", "--quiet", seconds=None)
        except ProgramError as error:
            raise BackupError(f"The repository of backups is damaged: {error.output}") from None

    def _answer(self, *arguments: str, seconds: float | None = ANSWER_SECONDS) -> str:
        return programs.output_of(["restic", *arguments], self._environment, seconds=seconds)

    def _explained(self, error: ProgramError) -> BackupError:
        output = error.output
        if "wrong password" in output:
            return BackupError(f"BACKUP_PASSWORD is not the password of {self.place}.")
        if "Access Denied" in output or "SignatureDoesNotMatch" in output or "InvalidAccessKeyId" in output:
            return BackupError(f"{self.place} refuses the key BACKUP_AWS_ACCESS_KEY_ID: {output}")
        if "already locked" in output:
            return LockedError(
                f"{self.place} is in use, or was left locked: {output}\nA lock of a process that is gone expires after "
                "half an hour. `restic unlock` removes it earlier."
            )
        if "unable to open config file" in output:
            return BackupError(f"{self.place} cannot be reached: {output}")
        if "no space left on device" in output:
            return BackupError(f"There is no space left for {self.place} or in the temporary folder: {output}")
        return error


class LockedError(BackupError):
    """Somebody else is changing the repository, or was killed while doing so."""


def _part(snapshot: Mapping[str, object]) -> Part | None:
    """None: a snapshot that somebody else has put there."""
    tags, paths = snapshot.get("tags") or [], snapshot.get("paths") or []
    if not isinstance(tags, list) or not isinstance(paths, list) or len(paths) != 1:
        return None
    runs = [str(tag).removeprefix("run=") for tag in tags if str(tag).startswith("run=")]
    if len(runs) != 1:
        return None
    at = datetime.fromisoformat(_microseconds(str(snapshot["time"])))
    return Part(id=str(snapshot["id"]), run=runs[0], name=str(paths[0]).removeprefix("/"), at=at)


def _microseconds(moment: str) -> str:
    """restic writes nanoseconds, with as many digits as are needed; Python reads six at the most."""
    whole, dot, rest = moment.partition(".")
    digits = rest.rstrip("Z").partition("+")[0].partition("-")[0]
    return f"{whole}.{digits[:6]:0<6}{rest[len(digits) :]}" if dot else moment
