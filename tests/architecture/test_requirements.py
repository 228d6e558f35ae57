"""Requirements are pinned with hashes, name no place to fetch them from, and fit what was asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, name

FOLDER = ROOT / "requirements"
ASKED = sorted(FOLDER.glob("*.in"))
PINNED = sorted(FOLDER.glob("*.txt"))
TOGETHER = [path for path in PINNED if path.stem not in {"audit", "deploy"}]
"""Sets that share an environment. The others have one of their own."""
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)(\[[a-z0-9,._-]+\])?==[^\s;\\]+")


def normal(package: str) -> str:
    """The name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", package).lower()


def pins(path: Path) -> dict[str, list[str]]:
    """The hashes of each pinned package."""
    found: dict[str, list[str]] = {}
    for block in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        line = block.strip()
        if line and not line.startswith("#"):
            match = PIN.match(line)
            assert match, f"{name(path)}: {line!r} is not pinned"
            found[normal(match["name"])] = re.findall(r"--hash=sha256:[0-9a-f]{64}", line)
    return found


def asked(path: Path) -> set[str]:
    """The packages that an .in file names, those of files it includes too."""
    packages: set[str] = set()
    for block in path.read_text(encoding="utf-8").splitlines():
        line = block.partition("#")[0].strip()
        if line.startswith("-r "):
            packages |= asked(path.parent / line.removeprefix("-r ").strip())
        elif line:
            packages.add(normal(re.split(r"[\[<>=!~;\s]", line)[0]))
    return packages


@pytest.mark.parametrize("path", PINNED, ids=name)
def test_every_package_is_pinned_with_hashes(path: Path) -> None:
    found = pins(path)
    assert found
    assert [package for package, hashes in found.items() if not hashes] == []


@pytest.mark.parametrize("path", ASKED, ids=name)
def test_every_package_that_was_asked_for_is_pinned(path: Path) -> None:
    missing = asked(path) - pins(path.with_suffix(".txt")).keys()
    assert not missing, f"{sorted(missing)} are not in {path.stem}.txt. Run: make requirements"


def test_every_set_has_both_files() -> None:
    assert [path.stem for path in ASKED] == [path.stem for path in PINNED]


def test_sets_agree_on_versions() -> None:
    # One set may pin a package twice, for different versions of Python.
    versions: dict[str, set[frozenset[str]]] = {}
    for path in TOGETHER:
        found: dict[str, set[str]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := PIN.match(line):
                found.setdefault(normal(match["name"]), set()).add(match[0].partition("==")[2])
        for package, pinned in found.items():
            versions.setdefault(package, set()).add(frozenset(pinned))
    assert {package: pinned for package, pinned in versions.items() if len(pinned) > 1} == {}


@pytest.mark.parametrize("path", [*ASKED, *PINNED], ids=name)
def test_no_file_says_where_packages_come_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|^-[if] ", text, re.MULTILINE)
