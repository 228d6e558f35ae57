"""Writes docs/reference/environment.md, the list of all environment variables, from the code that reads them.

`python -m settings.reference` writes the file, `python -m settings.reference --check` says whether it is up to date.
"""

from __future__ import annotations

import ast
import importlib
import os
import sys
import tempfile
from pathlib import Path

from settings import env, select_settings_module

_ROOT = Path(__file__).resolve().parents[1]
_FILE = _ROOT / "docs" / "reference" / "environment.md"
_COMMAND = ".venv/bin/python -m settings.reference"
_TOPICS = (
    "server",
    "security",
    "database",
    "caches",
    "storage",
    "backups",
    "api",
    "cors",
    "wagtail",
    "mail",
    "links",
    "tasks",
    "logging",
    "observability",
    "paths",
)
_TITLES = {"api": "API", "cors": "CORS"}

_READERS = ("text", "secret", "flag", "integer", "duration", "items", "choice", "url")
_HEAD = (
    "| Variable | Type | Default | In development | Secret | What it is for |",
    "| --- | --- | --- | --- | --- | --- |",
)

_INTRODUCTION = f"""# Environment variables

Everything that can be configured without changing code. This file is written by
`{_COMMAND}`; do not edit it.

- An empty variable counts as not set.
- Every variable may come from a file: `JWT_SECRET_FILE=/run/secrets/jwt` instead of `JWT_SECRET`, for example. Both at
  once, an unreadable file or an empty one are refused.
- A wrong or missing value stops the start with one line that names the variable, what it got and what it wants, and
  with exit code 1. The value of a secret is never printed.
- A duration is a number and a unit: `500ms`, `30s`, `15m`, `24h`, `7d`, `2w`. Without a unit, seconds.
- *Default* is that of staging and production; *In development* is what `APP_ENV=development` has instead. There
  nothing needs to be set.
"""


def document() -> str:
    """The text of the reference. To be called once, in a process that has not read the settings yet."""
    with tempfile.TemporaryDirectory() as folder:
        # Only what the code says may count, not the environment of who runs this.
        os.environ.clear()
        os.environ["VAR_DIR"] = folder
        importlib.import_module(select_settings_module())
        assumed = {name: value.replace(folder, "VAR_DIR") for name, value in env.assumed().items()}
    sections = [_section("Environment", "Which of the settings modules is used.", ["APP_ENV"], assumed)]
    for topic in _TOPICS:
        path = _ROOT / "settings" / "topics" / f"{topic}.py"
        sections.append(_section(_TITLES.get(topic, topic.capitalize()), _docstring(path), _names(path), assumed))
    listed = {name for topic in _TOPICS for name in _names(_ROOT / "settings" / "topics" / f"{topic}.py")} | {"APP_ENV"}
    forgotten = sorted(env.VARIABLES.keys() - listed)
    if forgotten:
        raise SystemExit(f"settings/reference.py lists no topic that reads {', '.join(forgotten)}.")
    return "\n".join([_INTRODUCTION, *sections])


def _section(title: str, summary: str, names: list[str], assumed: dict[str, str]) -> str:
    rows = [_row(env.VARIABLES[name], assumed.get(name)) for name in names if name in env.VARIABLES]
    return "\n".join([f"## {title}", "", summary, "", *_HEAD, *rows, ""])


def _row(variable: env.Variable, assumed: str | None) -> str:
    in_development = ""
    if assumed is not None:
        in_development = "made at random, kept in VAR_DIR" if variable.kind == "secret" else f"`{assumed}`"
    cells = (
        f"`{variable.name}`",
        variable.kind,
        variable.default,
        in_development,
        "yes" if variable.secret else "",
        variable.help,
    )
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _names(path: Path) -> list[str]:
    """The variables that a module reads, in its order."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    found = [
        name.value
        for call in sorted(calls, key=lambda call: call.lineno)
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        for name in call.args[:1]
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and call.func.attr in _READERS
    ]
    return list(dict.fromkeys(found))


def _docstring(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n\n")[0]


def main(arguments: list[str]) -> int:
    """Write the file, or check it. The exit code is 1 when the check finds a difference."""
    text = document()
    if arguments == ["--check"]:
        if _FILE.exists() and _FILE.read_text(encoding="utf-8") == text:
            return 0
        print(f"{_FILE.relative_to(_ROOT)} is out of date. Run: {_COMMAND}", file=sys.stderr)
        return 1
    if arguments:
        print("Usage: python -m settings.reference [--check]", file=sys.stderr)
        return 2
    _FILE.parent.mkdir(parents=True, exist_ok=True)
    _FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
