"""What no text of the product may contain."""

from __future__ import annotations

import re

from tests.architecture.sources import ROOT, name, texts

# Each pattern is written so that it does not match itself.
FORBIDDEN = {
    "work left over: finish it, or write it down where work is planned": r"\b(TOD[O]|FIXM[E]|XX[X])\b",
    "the address of a package index: installers know it": r"(pypi|pythonhosted|registry\.npmjs)[.](org|io)\b",
    "a folder of somebody's machine": r"(?<![\w.])/(home|Users)/[a-z]\w*/|(?<![\w.:])/wor[k]/",
    "a number that means something in a planning tool only": r"\b[Ii]ssue #?[0-9]+\b",
}


def test_no_text_holds_anything_forbidden() -> None:
    found = []
    for path in texts():
        text = path.read_text(encoding="utf-8", errors="ignore")
        for reason, pattern in FORBIDDEN.items():
            for match in re.finditer(pattern, text):
                line = text.count("\n", 0, match.start()) + 1
                found.append(f"{name(path)}, line {line}: {match[0]!r} is {reason}")
    assert found == []


def test_patterns_find_what_they_are_for() -> None:
    # In two parts, so that this file holds nothing forbidden itself.
    examples = (
        ("TO", "DO: later"),
        ("https://pypi", ".org"),
        ("/home", "/jane/cms"),
        ("/wor", "k/x"),
        ("issue", " 12"),
    )
    for example in map("".join, examples):
        assert any(re.search(pattern, example) for pattern in FORBIDDEN.values()), example


def test_every_script_stops_at_the_first_error_and_may_be_run() -> None:
    for path in [*(ROOT / "scripts").glob("*.sh"), ROOT / ".ci" / "run"]:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0] == "#!/usr/bin/env bash", name(path)
        assert "set -euo pipefail" in lines, name(path)
        assert path.stat().st_mode & 0o111 == 0o111, name(path)
