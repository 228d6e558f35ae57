"""How modules are named and introduced, and what they may not do."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.sources import PACKAGES, modules, name

VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "misc"}
OURS = modules(*PACKAGES)
EVERYTHING = modules(*PACKAGES, "tests")


def test_every_module_opens_with_what_it_is_responsible_for() -> None:
    assert [name(path) for path in EVERYTHING if not _is_introduced(path)] == []


def _is_introduced(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    if not text.strip() and path.name == "__init__.py":
        return True
    return bool(ast.get_docstring(ast.parse(text)))


def test_every_module_is_named_after_a_thing() -> None:
    assert [name(path) for path in EVERYTHING if VAGUE_NAMES & {path.stem, path.parent.name}] == []


def test_environment_is_read_in_the_settings_only() -> None:
    outside = [path for path in OURS if not name(path).startswith("settings/")]
    assert [f"{name(path)}, line {line}" for path in outside for line in _readings(path)] == []


def _readings(path: Path) -> list[int]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in {"environ", "getenv", "environb"}
    ]
