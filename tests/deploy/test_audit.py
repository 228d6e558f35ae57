"""The audit of dependencies: no answer is not a good answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOBODY = "http://127.0.0.1:9"  # the port where everything is thrown away; nothing listens


def audit(checkout: Path, *kinds: str, **own: str) -> tuple[int, str]:
    done = subprocess.run(
        [str(checkout / "scripts" / "audit-dependencies.sh"), *kinds],
        env=os.environ | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("kind", ["python", "javascript"])
def test_audit_fails_when_the_database_cannot_be_reached(kind: str) -> None:
    # Installed before, so that only the looking up has no network.
    subprocess.run(
        ["scripts/setup.sh", "audit"], cwd=ROOT, env=os.environ | {"VENV": "var/audit/venv"}, check=True, timeout=300
    )
    dead = {
        "HTTPS_PROXY": NOBODY,
        "https_proxy": NOBODY,
        "NO_PROXY": "",
        "no_proxy": "",
        "npm_config_fetch_retries": "0",
    }
    code, said = audit(ROOT, kind, **dead)
    assert code == 1
    assert "Nothing was audited" in said


PLAYED = """#!{python}
import json, sys
known = {known!r}
asked = open(sys.argv[-1]).read()
found = [package for package in known if package in asked]
if "--format=json" in sys.argv:
    print(json.dumps({{"dependencies": [{{"name": name, "vulns": [{{"id": "PYSEC-2021-1"}}]}} for name in found]}}))
sys.exit(bool(found))
"""

NPM = """#!{python}
import json, sys
print(json.dumps({report!r}))
sys.exit({code})
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The script with a package in requirements/production.txt, and nothing to install."""
    for folder in ("scripts", "requirements", "site/sdk", "var/audit/venv/bin", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "audit-dependencies.sh", tmp_path / "scripts")
    _program(tmp_path / "scripts" / "setup.sh", "#!/bin/sh\n")
    (tmp_path / "requirements" / "production.txt").write_text("shipped==1.0\n")
    return tmp_path


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("known", "code"),
    [(["django==3.2.0"], 0), (["django==3.2.0", "shipped==1.0"], 1), ([], 1), (["shipped==1.0"], 1)],
)
def test_python_packages_are_fine_only_when_somebody_has_looked(checkout: Path, known: list[str], code: int) -> None:
    program = checkout / "var" / "audit" / "venv" / "bin" / "pip-audit"
    _program(program, PLAYED.format(python=sys.executable, known=known))
    assert audit(checkout, "python")[0] == code


def _report(total: int, high: int, low: int) -> dict[str, object]:
    counted = {"low": low, "high": high, "critical": 0, "total": high + low}
    return {"metadata": {"vulnerabilities": counted, "dependencies": {"total": total}}, "vulnerabilities": {}}


@pytest.mark.parametrize(
    ("report", "ends", "code"),
    [
        (_report(40, 0, 0), 0, 0),
        (_report(40, 0, 2), 1, 0),
        (_report(40, 1, 0), 1, 1),
        (_report(0, 0, 0), 0, 1),
        ({"error": {"summary": "audit endpoint returned an error"}}, 1, 1),
        ({}, 0, 1),
    ],
)
def test_javascript_packages_are_fine_only_with_a_report(
    checkout: Path, report: dict[str, object], ends: int, code: int
) -> None:
    _program(
        checkout / "bin" / "npm", NPM.format(python=sys.executable, report=json.loads(json.dumps(report)), code=ends)
    )
    assert audit(checkout, "javascript", PATH=f"{checkout / 'bin'}:{os.environ['PATH']}")[0] == code
