"""Keeps the chart's list of variables that of docs/reference/environment.md.

`python tests/deploy/chart_environment.py` writes it into values.schema.json and files/secret-variables.txt; a test says
whether both are up to date.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference" / "environment.md"
CHART = ROOT / "helm" / "cms-backend"
SCHEMA = CHART / "values.schema.json"
SECRET_VARIABLES = CHART / "files" / "secret-variables.txt"

TYPED = {
    "BACKUP_REPOSITORY": "backup.repository",
    "BACKUP_KEEP_DAYS": "backup.keepDays",
    "BACKUP_AWS_REGION": "backup.region",
}
"""Variables that only some pods get. They have a key of their own."""

KEYS_OF_KEYS = {"AWS_ACCESS_KEY_ID", "BACKUP_AWS_ACCESS_KEY_ID"}
"""No secrets, but of no use without one and kept with it."""

EITHER = {"SENTRY_DSN", "SMTP_USER"}
"""Some take these for secrets."""

OTEL_SECRET = "^OTEL_EXPORTER_OTLP_([A-Z]+_)?HEADERS$"
_ROW = re.compile(r"^\| `(?P<name>[A-Z][A-Z0-9_]*)` \| (?P<kind>[^|]+) \|(?P<rest>.*)\|$")
_INTEGER = re.compile(r"whole number from (-?\d+) to (\d+)")
_DURATION = r"^$|^[0-9]{1,9} *(ms|s|m|h|d|w)?$"
_ONE_LINE = r"^[^\r\n]*$"
_TERMS = {"APP_ENV": {"enum": ["staging", "production"]}, "DEBUG": {"enum": [False]}}
"""Stricter than the product: a cluster is no place for development."""


@dataclass(frozen=True)
class Variable:
    """A row of the reference."""

    name: str
    kind: str
    secret: bool
    help: str


def variables() -> list[Variable]:
    """The rows of the reference, in its order."""
    found = []
    for line in REFERENCE.read_text(encoding="utf-8").splitlines():
        row = _ROW.match(line)
        if row is None:
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        found.append(Variable(row["name"], row["kind"].strip(), cells[4] == "yes", cells[5].replace(r"\|", "|")))
    return found


def env_variables() -> list[Variable]:
    """Those that values may set in `env`: no secrets, none with a key of its own."""
    return [
        variable
        for variable in variables()
        if not variable.secret and variable.name not in KEYS_OF_KEYS and variable.name not in TYPED
    ]


def secret_variables() -> list[Variable]:
    """Those that `secrets.values` may set."""
    return [variable for variable in variables() if variable.secret or variable.name in KEYS_OF_KEYS | EITHER]


def secret_names() -> list[str]:
    """Those that must not stand in plain text in a pod or a ConfigMap."""
    return [variable.name for variable in secret_variables() if variable.name not in EITHER]


def env_schema() -> dict[str, Any]:
    """Schema of `env`."""
    names = "|".join(sorted(variable.name for variable in variables()))
    return {
        "type": "object",
        "description": "Environment variables that are no secrets, by the names of docs/reference/environment.md.",
        "properties": {variable.name: _value(variable) for variable in env_variables()},
        "patternProperties": {
            f"^({names})_FILE$": {
                "type": ["string", "null"],
                "pattern": "^$|^/[^\r\n]*$",
                "description": "Path of a file that holds the value, from extraVolumes.",
            },
            "^OTEL_[A-Z0-9_]+$": {
                "type": ["string", "integer", "boolean", "null"],
                "description": "A setting of the OpenTelemetry SDK.",
            },
        },
        "additionalProperties": False,
    }


def secrets_schema() -> dict[str, Any]:
    """Schema of `secrets.values`."""
    return {
        "type": "object",
        "description": "The secrets, where secrets.create is on. Never in the repository.",
        "properties": {variable.name: _secret(variable) for variable in secret_variables()},
        "patternProperties": {OTEL_SECRET: {"type": "string", "description": "Headers with a token of the collector."}},
        "additionalProperties": False,
    }


def _value(variable: Variable) -> dict[str, Any]:
    schema = {**_type(variable.kind), **_TERMS.get(variable.name, {}), "description": variable.help}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    # null takes a default of values.yaml away; an empty text counts as not set everywhere.
    schema["type"] = [*types, "null"]
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return schema


def _type(kind: str) -> dict[str, Any]:
    number = _INTEGER.fullmatch(kind)
    if number:
        return {"type": "integer", "minimum": int(number[1]), "maximum": int(number[2])}
    if kind == "true or false":
        return {"type": "boolean"}
    if kind.startswith("one of "):
        return {"type": "string", "enum": kind.removeprefix("one of ").split(", ")}
    if kind.startswith("duration"):
        return {"type": ["string", "integer"], "pattern": _DURATION, "minimum": 0}
    if kind == "comma-separated list":
        return {
            "type": ["string", "array"],
            "pattern": _ONE_LINE,
            "items": {"type": "string", "pattern": "^[^,\r\n]+$"},
        }
    if kind == "URL":
        return {"type": "string", "pattern": r"^$|^[a-z]+://[^\s]+$"}
    return {"type": "string", "pattern": _ONE_LINE}


def _secret(variable: Variable) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "description": variable.help}
    shortest = {"SECRET_KEY": 50, "JWT_SECRET": 32, "OPERATIONS_TOKEN": 32}.get(variable.name)
    if shortest:
        schema["pattern"] = f"^$|^[\\s\\S]{{{shortest},}}$"
    if variable.name in {"DATABASE_URL", "RESTORE_DRILL_DATABASE_URL"}:
        schema["pattern"] = r"^$|^postgres(ql)?://[^\s]+$"
    if variable.name == "REDIS_URL":
        schema["pattern"] = r"^$|^(redis|rediss|unix)://[^\s]+$"
    return schema


def written() -> dict[Path, str]:
    """The files, as they should be."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    schema["definitions"]["env"] = env_schema()
    schema["definitions"]["secretValues"] = secrets_schema()
    return {
        SCHEMA: json.dumps(schema, indent=2, ensure_ascii=False) + "\n",
        SECRET_VARIABLES: "\n".join(secret_names()) + "\n",
    }


def main() -> int:
    """Write the files."""
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
