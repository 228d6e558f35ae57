"""docs/reference/environment.md lists what the code reads: no more, no less, and nothing else about it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.plugin import ROOT, product_variables

REFERENCE = ROOT / "docs" / "reference" / "environment.md"


def run_generator(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "settings.reference", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_reference_is_what_the_code_says() -> None:
    answer = run_generator("--check")
    assert answer.returncode == 0, answer.stderr


def test_reference_does_not_depend_on_who_makes_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("PORT", "4000")
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    assert run_generator("--check").returncode == 0


def test_reference_lists_every_variable_once() -> None:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    listed = [line.split("`")[1] for line in lines if line.startswith("| `")]
    assert sorted(listed) == sorted(product_variables())


def test_secrets_are_marked() -> None:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    marked = {line.split("`")[1] for line in lines if line.startswith("| `") and "| yes |" in line}
    assert marked == {
        "AWS_SECRET_ACCESS_KEY",
        "BACKUP_AWS_SECRET_ACCESS_KEY",
        "BACKUP_PASSWORD",
        "DATABASE_URL",
        "JWT_PREVIOUS_SECRETS",
        "JWT_SECRET",
        "OPERATIONS_PREVIOUS_TOKENS",
        "OPERATIONS_TOKEN",
        "OTEL_EXPORTER_OTLP_HEADERS",
        "REDIS_PASSWORD",
        "REDIS_URL",
        "RESTORE_DATABASE_URL",
        "RESTORE_DRILL_DATABASE_URL",
        "SECRET_KEY",
        "SECRET_KEY_FALLBACKS",
        "SMTP_PASS",
    }


def test_reference_names_no_path_of_this_machine() -> None:
    assert str(ROOT) not in REFERENCE.read_text(encoding="utf-8")


def test_outdated_reference_is_noticed_and_written_anew(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "settings", tmp_path / "settings", ignore=shutil.ignore_patterns("__pycache__"))
    copy = tmp_path / "docs" / "reference" / "environment.md"
    copy.parent.mkdir(parents=True)
    copy.write_text("Something else.", encoding="utf-8")
    refusal = run_generator("--check", cwd=tmp_path)
    assert (refusal.returncode, refusal.stderr.count("\n")) == (1, 1)
    assert "is out of date. Run: " in refusal.stderr
    assert run_generator(cwd=tmp_path).returncode == 0
    assert copy.read_text(encoding="utf-8") == REFERENCE.read_text(encoding="utf-8")
