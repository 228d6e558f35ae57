"""Which parts belong together, which runs are backups, and which of them are old enough to go."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cms.operations.backups.errors import BackupError
from cms.operations.backups.repository import Part

DATABASE = "database.dump"
FILES = "files.tar"
INDEX = "files.jsonl"
MANIFEST = "manifest.json"
NAMES = frozenset({DATABASE, FILES, INDEX, MANIFEST})

LEFT_BEHIND = timedelta(days=1)
"""How old a run without a manifest must be to be taken for dead. Until then it may be one that is being made."""


@dataclass(frozen=True)
class Run:
    """One backup, or what a run that was cut off has left."""

    id: str
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """When its last part was kept."""
        return max(part.at for part in self.parts.values())

    @property
    def is_complete(self) -> bool:
        """Whether it is a backup. The manifest is written last, when everything else is there."""
        return self.parts.keys() >= NAMES


def new_id() -> str:
    """A name for a run that begins now, in the order of time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def runs_of(parts: Iterable[Part]) -> list[Run]:
    """The runs that these parts make up, the oldest first."""
    runs: dict[str, Run] = {}
    for part in parts:
        runs.setdefault(part.run, Run(part.run)).parts[part.name] = part
    return sorted(runs.values(), key=lambda run: (run.at, run.id))


def complete_runs(parts: Iterable[Part]) -> list[Run]:
    """The backups among them, the oldest first."""
    return [run for run in runs_of(parts) if run.is_complete]


def chosen_run(parts: Iterable[Part], name: str) -> Run:
    """The backup of that name, or the newest for `latest`. Raises BackupError when there is none."""
    runs = complete_runs(parts)
    if not runs:
        raise BackupError("There is no backup yet.")
    if name == "latest":
        return runs[-1]
    found = [run for run in runs if run.id == name]
    if not found:
        raise BackupError(f"There is no backup {name}. `manage.py backup --list` lists those there are.")
    return found[0]


def expired_runs(runs: Sequence[Run], *, keep_days: int, now: datetime) -> list[Run]:
    """The runs that may go: backups older than `keep_days`, except the newest, and what dead runs have left.

    With `keep_days` 0 no backup is ever old.
    """
    complete = [run for run in runs if run.is_complete]
    old = [run for run in complete[:-1] if keep_days and run.at < now - timedelta(days=keep_days)]
    dead = [run for run in runs if not run.is_complete and run.at < now - LEFT_BEHIND]
    return [*old, *dead]
