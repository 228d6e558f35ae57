"""backup.sh and restore.sh run the right command in the right place, and end as it ends.

docker and kubectl are played: what would be done is written down. The command itself is tested with the product.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

KUBECTL = """#!/bin/bash
printf '%q ' "$@" >>"$CALLS"; echo >>"$CALLS"
case "$*" in
  *"create job"*) echo '{"spec": {"template": {"spec": {"containers": [{"args": ["backup"]}]}}}}' ;;
  *"patch --local"*) cat >/dev/null; while [ "$1" != --patch ]; do shift; done; echo "$2" ;;
  *"create --filename=-"*) cat >"$CALLS.created" ;;
  *logs*) echo "Made the backup X" ;;
  *"get job/"*) if [ -e "$CALLS.asked" ]; then echo -n "$STATE"; fi; touch "$CALLS.asked" ;;
esac
"""
DOCKER = """#!/bin/sh
[ "$1 $2" = "compose version" ] && exit 0
echo "$COMPOSE_FILE: $*" >>"$CALLS"
exit "${CODE:-0}"
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the played programs write how they were called."""
    for name, script in {"kubectl": KUBECTL, "docker": DOCKER}.items():
        program = tmp_path / name
        program.write_text(script)
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("STATE", "Complete")
    return tmp_path / "calls"


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "scripts" / script, *arguments], capture_output=True, text=True, timeout=60, check=False, cwd="/"
    )


def test_backup_is_made_in_the_checkout() -> None:
    shown = run("backup.sh", "--show", "--list")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.split()[1:] == ["manage.py", "backup", "--list"]


def test_backup_is_made_in_compose(calls: Path) -> None:
    assert run("backup.sh", "--in", "compose", "--dry-run").returncode == 0
    called = "compose/docker-compose.prod.yml: compose -p cms run --rm --no-deps -T backup backup --dry-run\n"
    assert calls.read_text() == called


def test_command_that_fails_in_compose_fails_the_script(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODE", "1")
    assert run("backup.sh", "--in", "compose").returncode == 1


def test_backup_is_made_by_a_job_in_kubernetes(calls: Path) -> None:
    done = run("backup.sh", "--in", "kubernetes", "--namespace", "cms-staging")
    assert done.returncode == 0, done.stderr
    assert "Made the backup X" in done.stdout
    (made,) = [call for call in calls.read_text().splitlines() if "create job" in call]
    assert made.startswith("--namespace cms-staging create job cms-backend-backup-")
    assert "--from=cronjob/cms-backend-backup" in made
    patch = json.loads((calls.parent / "calls.created").read_text())
    assert {"op": "replace", "path": "/spec/template/spec/containers/0/args", "value": ["backup"]} in patch
    assert {"op": "add", "path": "/spec/backoffLimit", "value": 0} in patch


def test_job_that_fails_fails_the_script(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE", "Failed")
    done = run("backup.sh", "--in", "kubernetes")
    assert done.returncode == 1
    assert "describe job/cms-backend-backup-" in done.stderr


def test_restore_hands_its_arguments_to_the_job(calls: Path) -> None:
    arguments = ["latest", "--to-this-installation", "--only", "files", "--match", "private/documents/*.pdf"]
    assert run("restore.sh", "--in", "kubernetes", *arguments).returncode == 0
    patch = json.loads((calls.parent / "calls.created").read_text())
    assert patch[0]["value"] == ["restore_backup", *arguments]
    assert "create job cms-backend-restore-backup-" in calls.read_text()


def test_drill_needs_no_arguments(calls: Path) -> None:
    assert run("restore.sh", "--drill", "--in", "compose").returncode == 0
    assert calls.read_text().endswith("backup restore_drill\n")


def test_restore_without_saying_what_is_refused(calls: Path) -> None:
    done = run("restore.sh", "--in", "compose")
    assert done.returncode == 2
    assert "Nothing was restored" in done.stderr
    assert not calls.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--in", "mars"], "--in takes checkout, compose or kubernetes"),
        (["--in"], "not ."),
        (["--in", "kubernetes", 'a"b'], "cannot be handed to Kubernetes"),
        (["--in", "kubernetes", "a b; rm -rf /"], "cannot be handed to Kubernetes"),
    ],
)
def test_what_makes_no_sense_is_refused(calls: Path, arguments: list[str], words: str) -> None:
    done = run("backup.sh", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert not calls.exists()


def test_show_does_nothing(calls: Path) -> None:
    for where in ("compose", "kubernetes", "checkout"):
        assert run("restore.sh", "--show", "--in", where, "latest", "--to-this-installation").returncode == 0
    assert not calls.exists()
