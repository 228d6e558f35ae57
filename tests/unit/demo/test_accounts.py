"""The file with the passwords."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from cms.demo import accounts


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path / "var"


def test_file_is_written_for_its_owner_only() -> None:
    accounts.write_accounts({"writer": "secret"})
    path = accounts.accounts_path()
    assert json.loads(path.read_text(encoding="utf-8")) == {"writer": {"username": "writer", "password": "secret"}}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_file_is_replaced_as_a_whole(folder: Path) -> None:
    accounts.write_accounts({"writer": "old"})
    accounts.accounts_path().chmod(0o644)
    accounts.write_accounts({"writer": "new"})
    assert [path.name for path in folder.iterdir()] == ["demo-accounts.json"]
    assert "new" in accounts.accounts_path().read_text(encoding="utf-8")
    assert stat.S_IMODE(accounts.accounts_path().stat().st_mode) == 0o600


def test_failure_leaves_the_old_file_and_no_half_of_a_new_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.write_accounts({"writer": "old"})

    def full(self: Path, target: Path) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space"):
        accounts.write_accounts({"writer": "new"})
    assert "old" in accounts.accounts_path().read_text(encoding="utf-8")
    assert len(list(folder.iterdir())) == 1
