"""Every shell script of the repository is clean for shellcheck and shfmt."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shell_scripts() -> list[str]:
    """Tracked files that begin with the line of a shell."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted(name for name in listed.stdout.split("\0") if name and _is_shell(ROOT / name))


def _is_shell(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        words = file.readline(64).split()
    return bool(words) and words[0].startswith(b"#!") and words[-1].split(b"/")[-1] in {b"sh", b"bash"}


@pytest.mark.parametrize("script", shell_scripts())
def test_script_is_clean(script: str) -> None:
    for command in (["shellcheck", "--external-sources"], ["shfmt", "--indent", "2", "--case-indent", "--diff"]):
        checked = subprocess.run([*command, script], cwd=ROOT, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout + checked.stderr
