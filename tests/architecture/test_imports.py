"""Arrows between packages point one way, and the contract that says so really holds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": f"{root}:{root / 'site'}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the product's packages, to break rules in."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_contract_is_kept() -> None:
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("pages/intruder.py", "import api.router"),
        ("pages/intruder.py", "import documents.models"),
        ("documents/intruder.py", "import pages.models"),
        ("api/intruder.py", "import cms.urls"),
        ("settings/intruder.py", "import cms"),
        ("api/intruder.py", "import settings.env"),
    ],
)
def test_import_against_the_arrows_is_noticed(module: str, line: str, copy: Path) -> None:
    (copy / module).write_text(f"{line}\n", encoding="utf-8")
    answer = lint_imports(copy)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "intruder" in answer.stdout
