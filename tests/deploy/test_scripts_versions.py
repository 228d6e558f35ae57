"""The pieces that deploy.sh and rollback.sh share."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PIECES = sorted((ROOT / "scripts" / "lib").glob("*.sh"))


def bash(command: str) -> subprocess.CompletedProcess[str]:
    pieces = "; ".join(f"source scripts/lib/{name}.sh" for name in ("console", "versions", "arguments"))
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"{pieces}; {command}"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("piece", PIECES, ids=lambda path: path.stem)
def test_piece_is_clean(piece: Path) -> None:
    for command in (["shellcheck", "--external-sources"], ["shfmt", "--indent", "2", "--case-indent", "--diff"]):
        checked = subprocess.run([*command, str(piece)], cwd=ROOT, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("one", "other", "is_older"),
    [("0.9.0", "0.10.0", True), ("0.10.0", "0.9.0", False), ("1.0.0", "1.0.0", False), ("0.0.0", "0.1.0", True)],
)
def test_versions_are_compared_as_numbers(one: str, other: str, is_older: bool) -> None:
    assert (bash(f"older {one} {other}").returncode == 0) is is_older


@pytest.mark.parametrize("wrong", ["latest", "1.2", "v1.2.3-rc1", "1.2.3;id", "", "main"])
def test_what_is_no_version_is_refused(wrong: str) -> None:
    assert bash(f"plain_version '{wrong}'").returncode == 2


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("helm/cms-backend/Chart.yaml", 'appVersion: "{}"'),
        ("k8s/overlays/staging/release/kustomization.yaml", "newTag: {}"),
        ("compose/docker-compose.prod.yml", "cms-backend:{}}}"),
        ("compose/docker-compose.trial.yml", "cms-backend:{}}}"),
        ("docs/operations/disaster-recovery.md", "cms-backend:{} "),
    ],
)
def test_version_is_the_same_everywhere(place: str, text: str) -> None:
    assert text.format(bash("own_version").stdout.strip()) in (ROOT / place).read_text()


def test_what_runs_is_told_from_what_ran_and_what_failed() -> None:
    history = "1\t0.1.0\tsuperseded\n2\t0.3.0\tfailed\n3\t0.2.0\tdeployed"
    assert bash(f"deployed $'{history}' version").stdout.strip() == "0.2.0"
    assert bash(f"deployed $'{history}' revision").stdout.strip() == "3"
    assert bash(f"newest_version $'{history}'").stdout.strip() == "0.3.0"
    assert bash("deployed '' version; newest_version ''").stdout.strip() == ""
