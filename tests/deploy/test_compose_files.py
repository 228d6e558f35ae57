"""The files in compose/: every variable is there, no secret is, and the numbers fit together. No engine is needed."""

from __future__ import annotations

import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "compose"
REFERENCE = ROOT / "docs" / "reference" / "environment.md"
ENVIRONMENTS = ("development", "staging", "production")


def example(environment: str) -> dict[str, str]:
    """The variables of an example file, with what they are set to."""
    lines = (COMPOSE / f".env.{environment}.example").read_text().splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    assert len({name for name, _, _ in pairs}) == len(pairs), "a variable is there twice"
    return {name: value for name, _, value in pairs}


def reference() -> dict[str, bool]:
    """Every variable that the product reads, and whether it is a secret."""
    rows = [line.split(" | ") for line in REFERENCE.read_text().splitlines() if line.startswith("| `")]
    return {row[0].strip("| `"): row[4].strip() == "yes" for row in rows}


def compose_file(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((COMPOSE / name).read_text())
    return loaded


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_example_has_every_variable_and_no_other(environment: str) -> None:
    names = {name.removesuffix("_FILE") for name in example(environment)}
    assert names == set(reference())


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_secrets_are_empty_or_come_from_files(environment: str) -> None:
    variables, known = example(environment), reference()
    for name, is_secret in known.items():
        if is_secret and name != "REDIS_URL":
            assert variables.get(name, "") == ""
    assert "@" not in variables["REDIS_URL"]
    files = {value for name, value in variables.items() if name.endswith("_FILE")}
    offered = {f"/run/secrets/{name}" for name in compose_file("docker-compose.prod.yml")["secrets"]}
    assert len(files) >= 7
    assert files <= offered


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_values_mean_the_same_to_every_version_of_compose(environment: str) -> None:
    for name, value in example(environment).items():
        assert not re.search(r"""["'$`\\]|\s#|^\s|\s$""", value), name


def test_example_says_where_the_image_keeps_things() -> None:
    # An empty value would hide what the image says.
    image = dict(
        re.findall(r"(VAR_DIR|STATIC_ROOT)=(\S+)", (ROOT / "Dockerfile").read_text().partition("AS system")[2])
    )
    development = dict(
        re.findall(r"(VAR_DIR|STATIC_ROOT)=(\S+)", (ROOT / "Dockerfile").read_text().partition("AS development")[2])
    )
    for environment in ("staging", "production"):
        assert {name: example(environment)[name] for name in ("VAR_DIR", "STATIC_ROOT")} == {
            "VAR_DIR": "/tmp/cms",
            "STATIC_ROOT": "/opt/static",
        }
    assert image
    assert {name: example("development")[name] for name in development} == development


def test_database_takes_the_connections_of_all_processes_twice_over() -> None:
    variables = example("production")
    services = compose_file("docker-compose.prod.yml")["services"]
    replicas = services["app"]["deploy"]["replicas"]
    assert replicas == 3
    processes = replicas * int(variables["WEB_WORKERS"]) + 2
    limit = next(
        int(word.partition("=")[2]) for word in services["db"]["command"] if word.startswith("max_connections")
    )
    assert 2 * processes * int(variables["DATABASE_POOL_MAX"]) < limit - 3


def test_container_is_given_longer_to_stop_than_its_server_takes() -> None:
    services = compose_file("docker-compose.prod.yml")["services"]
    delay = int(example("production")["SHUTDOWN_DELAY"].removesuffix("s"))
    command = (ROOT / "site/cms/operations/management/commands/serve.py").read_text()
    timeout = re.search(r"workers-kill-timeout=(\d+)", command)
    assert timeout
    assert int(services["app"]["stop_grace_period"].removesuffix("s")) > delay + int(timeout[1])


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_process_is_replaced_before_its_container_is_full(environment: str) -> None:
    variables = example(environment)
    limit = compose_file("docker-compose.prod.yml")["services"]["app"]["deploy"]["resources"]["limits"]["memory"]
    mebibytes = int(limit.removesuffix("G")) * 1024
    # One that is being replaced has a fresh one of 160 MiB at its side.
    assert int(variables["WEB_WORKERS"]) * int(variables["WEB_WORKER_MAX_MEMORY"]) + 160 <= mebibytes


def test_limits_are_those_of_the_specification() -> None:
    services = compose_file("docker-compose.prod.yml")["services"]
    assert services["app"]["deploy"]["resources"] == {
        "limits": {"cpus": "1", "memory": "1G"},
        "reservations": {"cpus": "0.5", "memory": "512M"},
    }
    assert services["db"]["deploy"]["resources"]["limits"] == {"cpus": "2", "memory": "2G"}
    for name, service in services.items():
        if name not in ("migrate", "backup"):
            assert service["restart"] == "unless-stopped", name
            assert "limits" in service["deploy"]["resources"], name


def test_only_the_proxy_is_published_in_production() -> None:
    services = compose_file("docker-compose.prod.yml")["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert compose_file("docker-compose.prod.yml")["networks"]["data"]["internal"] is True
    for name in ("db", "redis"):
        assert services[name]["networks"] == ["data"]


@pytest.mark.parametrize("name", ["docker-compose.yml", "docker-compose.prod.yml", "docker-compose.trial.yml"])
def test_every_image_is_named_by_a_version(name: str) -> None:
    for service in compose_file(name)["services"].values():
        image = service.get("image", "cms:1")
        assert ":" in image
        assert not image.endswith(":latest")


def test_server_block_of_the_trial_is_that_of_production() -> None:
    production = (COMPOSE / "proxy" / "tls.conf").read_text().split("\n", 1)[1].rstrip().removesuffix("}").rstrip()
    assert (COMPOSE / "proxy" / "trial.conf").read_text().split("\n", 1)[1].startswith(production)


def make_secrets(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMPOSE / "make-secrets.sh", *options, folder], capture_output=True, text=True)


def test_secrets_are_made_at_random_once(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        assert make_secrets(folder, "--trial").returncode == 0
    made = {file.name: file.read_text() for file in first.iterdir()}
    others = {file.name: file.read_text() for file in second.iterdir()}
    wanted = {*compose_file("docker-compose.prod.yml")["secrets"], *compose_file("docker-compose.trial.yml")["secrets"]}
    assert set(made) == {*wanted, ".gitignore"}
    assert [name for name in wanted if made[name] == others[name]] == []
    assert len(set(made.values())) == len(made)
    assert all(made.values())

    again = make_secrets(first, "--trial")
    assert (again.returncode, again.stdout) == (0, "")
    assert {file.name: file.read_text() for file in first.iterdir()} == made


def test_secrets_can_be_read_by_containers_and_by_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make_secrets(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    # Files are mounted one by one: the folder protects them here, and their mode lets the numbered users in there.
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o644}
    assert (folder / ".gitignore").read_text() == "*\n"


def test_own_values_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "smtp_pass").write_text("from the mail team")
    make_secrets(folder)
    assert (folder / "smtp_pass").read_text() == "from the mail team"


def test_database_url_has_the_password_of_the_database(tmp_path: Path) -> None:
    make_secrets(tmp_path / "secrets")
    password = (tmp_path / "secrets" / "db_password").read_text()
    assert (tmp_path / "secrets" / "database_url").read_text() == f"postgresql://cms:{password}@db:5432/cms_production"


def test_wrong_option_is_refused(tmp_path: Path) -> None:
    assert make_secrets(tmp_path, "--tiral").returncode == 2
