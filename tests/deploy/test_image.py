"""What is in the image, and that nothing is in it that should not be."""

from __future__ import annotations

import ast
import json
import subprocess
import tarfile
from contextlib import suppress
from pathlib import Path

import pytest
from containers.engine import HARDENED, IMAGE, ROOT, Engine

BUDGET_ABOVE_BASE = 300_000_000
"""Bytes. The base image is not ours to make smaller."""

LOOK_AROUND = """
import json, os, shutil, sys
NOT_LOOKED_INTO = ("/proc", "/sys", "/dev", "/tmp", "/run", "/var/tmp", "/var/lock")
CLONE = (".git", ".env", "node_modules", ".dockerignore", "Dockerfile", "secrets")
found = {"setuid": [], "writable": [], "clone": [], "tests": []}
for folder, folders, files in os.walk("/"):
    if folder in NOT_LOOKED_INTO:
        folders[:] = []
        continue
    for name in files + folders:
        path = os.path.join(folder, name)
        state = os.lstat(path)
        if os.path.islink(path):
            continue
        if state.st_mode & 0o6000 and name in files:
            found["setuid"].append(path)
        if state.st_mode & 0o002 and not state.st_mode & 0o1000:
            found["writable"].append(path)
        if name in CLONE and folder.startswith("/app") or name.endswith((".sqlite3", ".env")):
            found["clone"].append(path)
        if name == "tests" and folder.startswith("/app") or path.endswith(("/wagtail/test", "/wagtail/tests")):
            found["tests"].append(path)
found["programs"] = [name for name in sys.argv[1:] if shutil.which(name)]
print(json.dumps(found))
"""
NOT_WANTED = (
    *("gcc", "cc", "c++", "g++", "make", "ld", "as"),
    *("pip", "pip3", "pip3.12", "uv", "npm", "node"),
    *("git", "curl", "wget", "nc", "ssh", "gdb", "strace", "sudo"),
)


@pytest.fixture(scope="module")
def inside(engine: Engine) -> dict[str, list[str]]:
    """What a look around the whole file system finds, as root."""
    seen = engine.docker(
        "run", "--rm", "--user=0", "--network=none", "--entrypoint=python", IMAGE, "-c", LOOK_AROUND, *NOT_WANTED
    )
    found: dict[str, list[str]] = json.loads(seen.stdout)
    return found


def test_no_file_gives_its_caller_other_rights(inside: dict[str, list[str]]) -> None:
    assert inside["setuid"] == []


def test_nothing_in_the_image_can_be_written_by_everybody(inside: dict[str, list[str]]) -> None:
    assert inside["writable"] == []


def test_nothing_builds_installs_or_fetches(inside: dict[str, list[str]]) -> None:
    assert inside["programs"] == []


def test_no_tests_and_nothing_of_the_clone(inside: dict[str, list[str]]) -> None:
    assert inside["tests"] == []
    assert inside["clone"] == []


def test_no_package_but_those_of_production(engine: Engine) -> None:
    names = (
        "import importlib.metadata as m; print(*sorted({d.name.lower().replace('_', '-') for d in m.distributions()}))"
    )
    installed = set(engine.docker("run", "--rm", "--entrypoint=python", IMAGE, "-c", names).stdout.split())
    wanted = {
        line.partition("==")[0]
        for line in (ROOT / "requirements" / "production.txt").read_text().splitlines()
        if line[:1].isalpha()
    }
    assert installed <= wanted
    assert {"django", "wagtail", "granian"} <= installed


def test_programs_for_backups_run(engine: Engine) -> None:
    for program in (
        ["pg_dump", "--version"],
        ["pg_restore", "--version"],
        ["psql", "--version"],
        ["restic", "version"],
    ):
        engine.docker("run", "--rm", *HARDENED, f"--entrypoint={program[0]}", IMAGE, program[1])


def test_runs_as_a_numbered_user_with_init_and_health_check(engine: Engine) -> None:
    config = engine.inspect(IMAGE)["Config"]
    assert config["User"] == "10001:10001"
    assert config["Entrypoint"] == ["/usr/bin/tini", "--", "python", "manage.py"]
    assert config["Cmd"] == ["serve"]
    assert config["WorkingDir"] == "/app"
    assert config["StopSignal"] == "SIGTERM"
    assert list(config["ExposedPorts"]) == ["3000/tcp"]
    assert config["Healthcheck"]["Test"] == ["CMD", "python", "-m", "cms.health.container"]
    assert "APP_ENV=production" in config["Env"]
    assert "VAR_DIR=/tmp/cms" in config["Env"]


def test_labels_say_what_it_is(engine: Engine) -> None:
    labels = engine.inspect(IMAGE)["Config"]["Labels"]
    version = ast.literal_eval((ROOT / "site/cms/__init__.py").read_text().rpartition("__version__ = ")[2].strip())
    assert labels["org.opencontainers.image.title"] == "cms-backend"
    assert labels["org.opencontainers.image.version"] == version
    # Of this branch, not necessarily its end: somebody may commit while the image is built.
    subprocess.run(
        ["git", "merge-base", "--is-ancestor", labels["org.opencontainers.image.revision"], "HEAD"],
        cwd=ROOT,
        check=True,
    )
    assert labels["org.opencontainers.image.created"].startswith("20")


def test_no_secret_is_in_the_environment_or_the_history(engine: Engine) -> None:
    environment = " ".join(engine.inspect(IMAGE)["Config"]["Env"])
    history = engine.docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", IMAGE).stdout
    for name in ("SECRET_KEY", "JWT_SECRET", "PASSWORD", "TOKEN", "DATABASE_URL"):
        assert f"{name}=" not in environment
        assert f"{name}=" not in history


def test_no_layer_ever_held_a_file_of_the_clone_that_is_not_the_product(engine: Engine, tmp_path: Path) -> None:
    archive = tmp_path / "image.tar"
    engine.docker("save", "--output", str(archive), IMAGE)
    names: set[str] = set()
    with tarfile.open(archive) as image:
        # Layers are archives in the archive; what they are called depends on the version of Docker.
        for member in image:
            content = image.extractfile(member) if member.isfile() else None
            if content:
                with suppress(tarfile.ReadError), tarfile.open(fileobj=content) as files:
                    names.update(name for name in files.getnames() if name.startswith("app/"))
    assert "app/manage.py" in names
    assert {name.split("/")[1] for name in names} == {
        "__pycache__", "api", "documents", "manage.py", "pages", "settings", "site"
    }  # fmt: skip
    assert not [name for name in names if "/.env" in name or "/.git" in name or name.startswith("app/site/sdk")]


def test_is_small(engine: Engine) -> None:
    image = engine.inspect(IMAGE)
    base = engine.inspect(image["Config"]["Labels"]["org.opencontainers.image.base.name"])
    assert image["Size"] - base["Size"] < BUDGET_ABOVE_BASE


PLANTED = (
    ".env",
    ".env.production",
    ".git/config",
    "api/.env",
    "api/__pycache__/urls.cpython-312.pyc",
    "compose/secrets/secret_key",
    "Dockerfile",
    "documents/.DS_Store",
    "docs/index.md",
    "pages/server.key",
    "pages/tests/test_pages.py",
    "requirements/test.txt",
    "settings/.env.local",
    "site/cms/db.sqlite3",
    "site/sdk/node_modules/typescript/index.js",
    "tests/conftest.py",
    "var/secrets/secret_key",
)
WANTED = (
    "api/urls.py",
    "documents/models/images.py",
    "manage.py",
    "pages/templates/pages/page.html",
    "requirements/demo.txt",
    "requirements/production.txt",
    "requirements/uv.txt",
    "settings/env.py",
    "site/cms/wsgi.py",
)


def test_build_gets_the_product_and_nothing_else(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text((ROOT / ".dockerignore").read_text())
    for name in (*PLANTED, *WANTED):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("planted")
    recipe = tmp_path / "context.Dockerfile"
    recipe.write_text("FROM scratch\nCOPY . /context/\n")
    engine.docker("build", "--tag=cms-context:test", f"--file={recipe}", str(tmp_path), env=_with_buildkit(engine))
    container = engine.docker("create", "cms-context:test", "none").stdout.strip()
    try:
        archive = tmp_path / "context.tar"
        engine.docker("export", "--output", str(archive), container)
    finally:
        engine.docker("rm", container)
        engine.docker("rmi", "cms-context:test")
    with tarfile.open(archive) as files:
        got = {member.name.removeprefix("context/") for member in files if member.isfile()}
    assert {name for name in got if not name.startswith((".dockerenv", "dev/", "etc/", "proc/", "sys/"))} == set(WANTED)


def _with_buildkit(engine: Engine) -> dict[str, str]:
    # The client that comes first on PATH may be one that cannot build; the engine's own comes with it.
    path = engine.environment["PATH"]
    return engine.environment | {"DOCKER_BUILDKIT": "1", "PATH": f"/usr/bin:{path}" if engine.namespace else path}


def test_dockerfile_is_clean() -> None:
    for name in ("Dockerfile", *map(str, (ROOT / "tests/deploy/containers").rglob("Dockerfile"))):
        checked = subprocess.run(["hadolint", name], cwd=ROOT, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout + checked.stderr
