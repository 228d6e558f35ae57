"""The probe of processes without a port."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cms.health import alive

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


def probe(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "importtime", "-m", "cms.health.alive", *arguments]
    env = os.environ | {"PYTHONPATH": str(ROOT / "site")}
    return subprocess.run(command, env=env, check=False, capture_output=True, text=True)


def test_process_is_alive_as_long_as_it_said():
    assert probe("run_worker").returncode == 1
    alive.beat("run_worker", seconds=60)
    assert probe("run_worker").returncode == 0
    assert probe("run_scheduler").returncode == 1, "each for itself"
    alive.beat("run_worker", seconds=-1)
    assert probe("run_worker").returncode == 1


def test_process_that_has_ended_is_not_alive():
    alive.beat("run_worker", seconds=60)
    alive.end("run_worker")
    assert not alive.is_alive("run_worker")


def test_probe_does_not_load_django():
    alive.beat("run_worker", seconds=60)
    answer = probe("run_worker")
    assert answer.returncode == 0
    assert "cms.health" in answer.stderr
    assert "django" not in answer.stderr


@pytest.mark.parametrize("arguments", [[], ["run_worker", "run_scheduler"], ["../../etc/passwd"], [""]])
def test_probe_that_asks_in_a_wrong_way_is_told(arguments):
    assert probe(*arguments).returncode == 2


def test_folder_that_cannot_be_written_ends_no_process(monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/proc/not-there")
    alive.beat("run_worker", seconds=60)
    assert not alive.is_alive("run_worker")
    alive.end("run_worker")


def test_what_somebody_else_wrote_there_is_no_sign_of_life():
    alive.path_of("run_worker").write_text("nonsense")
    assert not alive.is_alive("run_worker")
