"""What the processes of production really write: one JSON object a line, on both streams, whatever happens."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.mail import send_mail

from tests.services.addresses import Addresses
from tests.services.processes import children_of
from tests.services.production import Running, running

pytestmark = pytest.mark.django_db(transaction=True)


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ended(process: Running) -> int:
    eventually(lambda: process.server.exit_code is not None)
    code = process.server.exit_code
    assert code is not None
    return code


def test_server_tells_of_requests_crashes_and_killed_workers(services: Addresses, tmp_path: Path) -> None:
    with running(services, tmp_path, "serve", WEB_WORKERS="2") as cms, cms.client() as client:
        client.get("/robots.txt", headers={"X-Request-ID": "request-of-a-test"})
        # Nobody has collected the static files here, so the page of the admin crashes.
        assert client.get("/admin/login/?next=hunter2").status_code == 500
        client.get("/hunter2@example.org/%0d%0a%7B%7D")
        client.get("/", headers={"Host": "scanner.example"})
        client.get("/" + "hunter2" * 5000)
        os.kill(children_of(cms.server.pid)[0], signal.SIGKILL)
        eventually(lambda: cms.lines(logger="_granian"))
        (request,) = cms.lines(event="request", route="/robots.txt")
        assert request["request_id"] == "request-of-a-test"
        (crash,) = cms.lines(logger="django.request", level="ERROR")
        assert crash["exc_info"].splitlines()[-1].startswith("ValueError: Missing staticfiles manifest entry")
    assert cms.lines(event="request")
    assert "hunter2" not in cms.output


def test_log_level_holds_for_everybody(services: Addresses, tmp_path: Path) -> None:
    send_mail("Hello", "There", "press@example.org", ["jane@example.org"])
    with running(services, tmp_path, "run_worker", "--batch", LOG_LEVEL="warning") as worker:
        assert ended(worker) == 0
    assert worker.lines() == []


def test_level_debug_tells_nothing_that_is_secret(services: Addresses, tmp_path: Path) -> None:
    send_mail("hunter2", "hunter2", "press@example.org", ["jane@example.org"])
    with running(services, tmp_path, "run_worker", "--batch", LOG_LEVEL="debug") as worker:
        assert ended(worker) == 0
    with running(services, tmp_path, "serve", LOG_LEVEL="debug") as cms, cms.client() as client:
        client.get("/api/v2/pages/?search=hunter2&token=hunter2", headers={"Authorization": "Bearer hunter2"})
        client.post("/api/auth/token/", json={"username": "hunter2", "password": "hunter2"})
        client.get("/health")
        assert cms.lines(event="request", level="DEBUG", route="unknown", path=None) == []
    assert worker.lines(event="task.done")
    assert cms.lines(event="request", level="DEBUG")
    for said in (worker.output, cms.output):
        assert not [word for word in ("hunter2", "jane", services.secret) if word in said]


@pytest.mark.parametrize("command", ["run_worker", "run_scheduler"])
def test_worker_and_scheduler_write_lines_of_json_without_their_database_too(
    services: Addresses, tmp_path: Path, command: str
) -> None:
    with running(services, tmp_path, command, DATABASE_POOL_TIMEOUT="500ms") as process:
        eventually(process.lines if command == "run_worker" else lambda: process.server.exit_code is None)
    process.lines()
    away = {"DATABASE_URL": "postgresql://cms:hunter2@127.0.0.1:9/cms", "DATABASE_POOL_TIMEOUT": "500ms"}
    with running(services, tmp_path, command, **away) as process:
        eventually(lambda: process.lines(logger="psycopg.pool"))
    assert process.lines(level="WARNING")
    assert "hunter2" not in process.output


_UNCAUGHT = """
import sys, threading, warnings
warnings.warn("Careful")
thread = threading.Thread(target=lambda: [][1]); thread.start(); thread.join()
class Bad:
    def __del__(self): raise RuntimeError("Deleted")
Bad()
import logging; logging.getLogger("cms").warning("%d", "x")
raise LookupError("Nothing found")
"""


def test_what_nobody_catches_is_a_line_too(services: Addresses, tmp_path: Path) -> None:
    with running(services, tmp_path, "shell", "--no-imports", "-c", _UNCAUGHT) as shell:
        assert ended(shell) == 1
    lines = shell.lines()
    assert [line for line in lines if line["logger"] == "py.warnings" and "Careful" in line["message"]]
    told = [line["exc_info"].splitlines()[-1] for line in shell.lines(event="uncaught")]
    assert told == ["IndexError: list index out of range", "RuntimeError: Deleted", "LookupError: Nothing found"]
    assert lines[-1]["level"] == "CRITICAL"


def test_wrong_configuration_is_one_plain_line_for_whoever_starts_it(services: Addresses, tmp_path: Path) -> None:
    with running(services, tmp_path, "run_worker", LOG_LEVEL="loud") as worker:
        assert ended(worker) == 1
    assert worker.output.count("\n") == 1
    assert worker.output.startswith("Configuration error: LOG_LEVEL")
