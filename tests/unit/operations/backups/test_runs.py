"""What counts as a backup, and what is old enough to go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest

from cms.operations.backups.errors import BackupError
from cms.operations.backups.repository import Part
from cms.operations.backups.runs import NAMES, chosen_run, complete_runs, expired_runs, new_id, runs_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def parts(run: str, days_ago: float, names: frozenset[str] = NAMES) -> list[Part]:
    at = NOW - timedelta(days=days_ago)
    return [Part(id=f"{run}-{name}", run=run, name=name, at=at) for name in sorted(names)]


def expired(*runs: list[Part], keep_days: int = 30) -> list[str]:
    found = expired_runs(runs_of(chain.from_iterable(runs)), keep_days=keep_days, now=NOW)
    return [run.id for run in found]


def test_names_sort_by_time_and_never_meet() -> None:
    names = [new_id() for _ in range(50)]
    assert len(set(names)) == 50
    assert names[0][:16] <= names[-1][:16]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_run_that_lacks_a_part_is_no_backup(name: str) -> None:
    assert complete_runs(parts("a", 1, NAMES - {name})) == []
    with pytest.raises(BackupError, match="no backup yet"):
        chosen_run(parts("a", 1, NAMES - {name}), "latest")


def test_latest_is_the_newest_whole_one() -> None:
    known = [*parts("old", 3), *parts("new", 2), *parts("cut off", 1, NAMES - {"manifest.json"})]
    assert chosen_run(known, "latest").id == "new"
    assert chosen_run(known, "old").id == "old"
    with pytest.raises(BackupError, match="There is no backup cut off"):
        chosen_run(known, "cut off")


def test_old_backups_go() -> None:
    assert expired(parts("a", 31), parts("b", 29), parts("c", 0)) == ["a"]


def test_newest_backup_stays_however_old_it_is() -> None:
    assert expired(parts("a", 400), parts("b", 300)) == ["a"]
    cut_off = parts("c", 200, frozenset({"database.dump"}))
    assert expired(parts("b", 300), cut_off) == ["c"]


def test_keeping_for_ever_still_removes_what_the_dead_have_left() -> None:
    assert expired(parts("a", 400), parts("x", 2, frozenset({"files.tar"})), parts("b", 0), keep_days=0) == ["x"]


def test_run_of_today_may_still_be_going_on() -> None:
    assert expired(parts("a", 0.9, frozenset({"database.dump"})), parts("b", 5)) == []
