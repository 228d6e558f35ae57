"""The image runs every command as it would in production: read-only, without root, without capabilities."""

from __future__ import annotations

import http.client
import json
import secrets
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from containers.engine import HARDENED, IMAGE, Engine, wait_until

POSTGRESQL = "postgres:15-bookworm"
REDIS = "redis:7.2-bookworm"
NETWORK = "cms-image-test"
TERMINATED = {0, 143}
"""Exit codes of a process that ended as it was told to. 137 would be a kill."""


@dataclass
class Deployment:
    """A database, a cache, and containers of the image beside them."""

    engine: Engine
    containers: list[str]
    password: str

    @property
    def environment(self) -> dict[str, str]:
        """The least that production wants."""
        return {
            "SECRET_KEY": "k9!" + self.password * 2,
            "JWT_SECRET": "j7!" + self.password * 2,
            "BASE_URL": "https://cms.example.gov.uk",
            "DATABASE_URL": f"postgresql://cms:{self.password}@cms-image-db:5432/cms",
            "DATABASE_POOL_MIN": "1",
            "REDIS_URL": "redis://cms-image-redis:6379/0",
        }

    def start(self, *command: str, options: tuple[str, ...] = (), **changes: str) -> str:
        """Start a container of the image with this command; its id."""
        environment = self.environment | changes
        settings = [f"--env={name}={value}" for name, value in environment.items()]
        started = self.engine.docker(
            "run",
            "--detach",
            f"--network={NETWORK}",
            "--publish=127.0.0.1::3000",
            *HARDENED,
            "--health-interval=1s",
            *settings,
            *options,
            IMAGE,
            *command,
        ).stdout.strip()
        self.containers.append(started)
        return started

    def finish(self, *command: str, **changes: str) -> str:
        """Run a command to its end, which has to be a good one; what it printed."""
        container = self.start(*command, **changes)
        code = self.engine.docker("wait", container).stdout.strip()
        said = self.engine.docker("logs", container)
        assert code == "0", said.stdout + said.stderr
        return said.stdout

    def health(self, container: str) -> str:
        """What its HEALTHCHECK found."""
        status: str = self.engine.inspect(container)["State"]["Health"]["Status"]
        return status

    def address(self, container: str) -> str:
        """Where its port is published."""
        return self.engine.docker("port", container, "3000/tcp").stdout.split()[0]

    def stop(self, container: str) -> int:
        """Tell it to end, and kill it half a minute later; its exit code."""
        self.engine.docker("stop", "--time=30", container)
        code: int = self.engine.inspect(container)["State"]["ExitCode"]
        return code


@pytest.fixture(scope="module")
def deployment(engine: Engine, network_of_engine: None) -> Iterator[Deployment]:
    """PostgreSQL and Redis, with all migrations applied by the image."""
    password = secrets.token_hex(24)
    deployment = Deployment(engine, [], password)
    engine.docker("network", "create", NETWORK)
    try:
        settings = ("--env=POSTGRES_USER=cms", f"--env=POSTGRES_PASSWORD={password}", "--env=POSTGRES_DB=cms")
        for name, image, options in (("db", POSTGRESQL, settings), ("redis", REDIS, ())):
            started = engine.docker(
                "run", "--detach", f"--network={NETWORK}", f"--name=cms-image-{name}", *options, image
            )
            deployment.containers.append(started.stdout.strip())
        deployment.finish("migrate_database")
        yield deployment
    finally:
        engine.docker("rm", "--force", "--volumes", *deployment.containers, check=False)
        engine.docker("network", "rm", NETWORK, check=False)


@pytest.fixture(scope="module")
def web(deployment: Deployment) -> str:
    """A server that is healthy."""
    container = deployment.start("serve")
    wait_until("the server is healthy", lambda: deployment.health(container) == "healthy")
    return container


def get(address: str, path: str, **headers: str) -> tuple[int, bytes]:
    """Status and content of an answer, asked for as a proxy that ends TLS would."""
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", path, headers={"Host": "cms.example.gov.uk"} | headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_database_is_migrated_once_and_then_left_alone(deployment: Deployment) -> None:
    assert "The database is up to date" in deployment.finish("migrate_database")
    assert "nothing to change" in deployment.finish("bootstrap")


def test_server_answers_and_its_health_check_knows(deployment: Deployment, web: str) -> None:
    status, content = get(deployment.address(web), "/health")
    assert status == 200
    assert json.loads(content)["status"] == "healthy"
    assert get(deployment.address(web), "/health/ready")[0] == 200


def test_static_files_were_collected_when_the_image_was_built(deployment: Deployment) -> None:
    container = deployment.start("serve", TRUSTED_PROXY_COUNT="1")
    wait_until("the server is healthy", lambda: deployment.health(container) == "healthy")
    address = deployment.address(container)
    status, page = get(address, "/admin/login/", **{"X-Forwarded-Proto": "https"})
    assert status == 200
    sheet = page.decode().partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert sheet.startswith("/static/")
    assert get(address, sheet, **{"X-Forwarded-Proto": "https"})[0] == 200
    assert deployment.stop(container) in TERMINATED


@pytest.mark.parametrize("command", ["run_worker", "run_scheduler"])
def test_background_process_becomes_healthy_and_ends_when_told(deployment: Deployment, command: str) -> None:
    container = deployment.start(command)
    wait_until(f"{command} is healthy", lambda: deployment.health(container) == "healthy")
    assert deployment.stop(container) in TERMINATED


@pytest.mark.parametrize("command", ["prune_sessions", "check --deploy", "showmigrations --plan"])
def test_job_runs_to_its_end(deployment: Deployment, command: str) -> None:
    deployment.finish(*command.split())


def test_site_and_first_account_are_made(deployment: Deployment) -> None:
    assert "Created the site" in deployment.finish("create_site", "Department for Rivers")
    changes = {
        "DJANGO_SUPERUSER_USERNAME": "first",
        "DJANGO_SUPERUSER_EMAIL": "first@example.gov.uk",
        "DJANGO_SUPERUSER_PASSWORD": secrets.token_hex(16),
    }
    deployment.finish("createsuperuser", "--no-input", **changes)


def test_any_other_user_id_works_too(deployment: Deployment) -> None:
    container = deployment.start("serve", options=("--user=23456:0",))
    wait_until("the server is healthy", lambda: deployment.health(container) == "healthy")
    assert deployment.stop(container) in TERMINATED


STOP_THE_OTHERS = """
import os, signal
for name in os.listdir("/proc"):
    if name.isdigit() and int(name) not in (1, os.getpid()):
        os.kill(int(name), signal.SIGSTOP)
"""


def test_health_check_notices_a_server_that_hangs(deployment: Deployment) -> None:
    container = deployment.start("serve", options=("--health-retries=1", "--health-timeout=5s"))
    wait_until("the server is healthy", lambda: deployment.health(container) == "healthy")
    deployment.engine.docker("exec", container, "python", "-c", STOP_THE_OTHERS)
    wait_until("the server is unhealthy", lambda: deployment.health(container) == "unhealthy")
    assert deployment.stop(container) not in TERMINATED


def test_told_to_stop_a_server_finishes_what_it_has_begun(deployment: Deployment) -> None:
    container = deployment.start("serve", TRUSTED_PROXY_COUNT="1")
    wait_until("the server is healthy", lambda: deployment.health(container) == "healthy")
    address = deployment.address(container)
    answers: list[Any] = []
    asking = threading.Thread(
        target=lambda: answers.append(get(address, "/api/v2/pages/", **{"X-Forwarded-Proto": "https"}))
    )
    with locked(deployment, "wagtailcore_page"):
        asking.start()
        wait_until("the request waits for the database", lambda: waiting(deployment) > 0)
        stopping = threading.Thread(target=deployment.stop, args=[container])
        stopping.start()
        wait_until("the server takes nothing new", lambda: not listens(address))
        assert answers == []
    asking.join(30)
    stopping.join(60)
    assert [status for status, _ in answers] == [200]
    assert deployment.engine.inspect(container)["State"]["ExitCode"] in TERMINATED


def listens(address: str) -> bool:
    """Whether new connections are still accepted."""
    try:
        return get(address, "/health")[0] == 200
    except OSError:
        return False


@contextmanager
def locked(deployment: Deployment, table: str) -> Iterator[None]:
    """Nobody else can read the table meanwhile."""
    process = subprocess.Popen(
        ["docker", "exec", "-i", "cms-image-db", "psql", "--username=cms", "--quiet", "-At", "cms"],
        env=deployment.engine.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SELECT 'locked';\n")
        assert process.stdout.readline().strip() == "locked"
        yield
    finally:
        process.stdin.close()
        process.wait(timeout=30)


def waiting(deployment: Deployment) -> int:
    """How many sessions wait for a lock."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    counted = deployment.engine.docker(
        "exec", "cms-image-db", "psql", "--username=cms", "-At", "--command", query, "cms"
    )
    return int(counted.stdout)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"BASE_URL": "http://cms.example.gov.uk"}, "BASE_URL"),
        ({"PORT": "many"}, "PORT"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"APP_ENV": "prod"}, "APP_ENV"),
        ({"JWT_SECRET": "", "JWT_SECRET_FILE": "/run/secrets/missing"}, "JWT_SECRET_FILE"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "run_worker"])
def test_wrong_configuration_gives_one_clear_line(
    deployment: Deployment, command: str, changes: dict[str, str], named: str
) -> None:
    container = deployment.start(command, **changes)
    code = deployment.engine.docker("wait", container).stdout.strip()
    said = deployment.engine.docker("logs", container)
    lines = (said.stdout + said.stderr).strip().splitlines()
    assert code == "1"
    assert len(lines) == 1
    assert lines[0].startswith(f"Configuration error: {named} ")
    assert deployment.password not in lines[0]
