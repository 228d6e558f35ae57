"""Starts the product's configuration in a process of its own, with exactly the environment that a test wants."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.services.plugin import ROOT

_PRINT_SETTINGS = """
import importlib, json, sys
module = importlib.import_module(sys.argv[1])
print(json.dumps({name: value for name, value in vars(module).items() if name.isupper()}, default=str))
"""

Boot = Callable[..., "subprocess.CompletedProcess[str]"]
Settings = Callable[..., dict[str, Any]]


@pytest.fixture
def production_variables() -> dict[str, str]:
    """A sound environment of production, as small as it can be."""
    return {
        "SECRET_KEY": secrets.token_hex(40),
        "JWT_SECRET": secrets.token_hex(40),
        "DATABASE_URL": "postgresql://cms:pw@db.example.gov.uk:5432/cms",
        "BASE_URL": "https://cms.example.gov.uk",
    }


@pytest.fixture
def boot(tmp_path: Path, production_variables: dict[str, str]) -> Boot:
    """`boot(module, NAME=value, …)` imports a settings module and prints what it holds. None takes a variable out."""

    def start(module: str = "settings.production", **variables: str | None) -> subprocess.CompletedProcess[str]:
        environment = {"VAR_DIR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": module}
        if module != "settings.development":
            environment |= production_variables
        changed = environment | variables
        return subprocess.run(
            [sys.executable, "-c", _PRINT_SETTINGS, module],
            cwd=ROOT,
            env={name: value for name, value in changed.items() if value is not None},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return start


@pytest.fixture
def settings_with(boot: Boot) -> Settings:
    """`settings_with(NAME=value, …)`: the settings that production has with these variables."""

    def read(module: str = "settings.production", **variables: str | None) -> dict[str, Any]:
        answer = boot(module, **variables)
        assert answer.returncode == 0, answer.stderr
        values: dict[str, Any] = json.loads(answer.stdout)
        return values

    return read


@pytest.fixture
def refusal(boot: Boot) -> Callable[..., str]:
    """`refusal(NAME=value, …)`: the one line with which the boot stops. Fails when it does not, or says more."""

    def read(module: str = "settings.production", **variables: str | None) -> str:
        answer = boot(module, **variables)
        assert answer.returncode == 1, answer.stdout[:200]
        assert answer.stdout == ""
        assert answer.stderr.count("\n") == 1, answer.stderr
        assert answer.stderr.startswith("Configuration error: ")
        return answer.stderr.strip()

    return read
