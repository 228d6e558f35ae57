"""The check that the container image runs on itself."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cms.health import container

ROOT = Path(__file__).resolve().parents[3]


class _Server(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


class _BrokenServer(_Server):
    status = 500


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """serve(handler) listens on the PORT that the check will ask."""
    started: list[http.server.HTTPServer] = []

    def start(handler: type[_Server]) -> None:
        server = http.server.HTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("PORT", str(server.server_port))
        started.append(server)

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("cmdline", "name"),
    [
        ("/usr/bin/tini -- python manage.py serve", "serve"),
        ("/usr/bin/tini -- python manage.py run_worker --queue-name=mail", "run_worker"),
        ("/opt/venv/bin/python /app/manage.py runserver 0.0.0.0:3000", "runserver"),
        ("/usr/bin/tini -- python manage.py", ""),
        ("sleep infinity", ""),
    ],
)
def test_command_is_told_from_how_the_container_was_started(tmp_path: Path, cmdline: str, name: str) -> None:
    file = tmp_path / "cmdline"
    file.write_bytes("\0".join([*cmdline.split(), ""]).encode())
    assert container.command(file) == name


def test_server_that_answers_is_well(serve) -> None:
    serve(_Server)
    assert container.answers()


def test_server_that_fails_is_not_well(serve) -> None:
    serve(_BrokenServer)
    assert not container.answers()


def test_server_that_is_away_is_not_well(serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORT", "1")
    assert not container.answers()
    monkeypatch.setattr(container, "command", lambda: "serve")
    assert container.main() == 1


def test_job_that_ends_by_itself_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "command", lambda: "migrate_database")
    assert container.main() == 0


def test_check_loads_no_django() -> None:
    code = "import sys, cms.health.container; sys.exit('django' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, cwd="/", check=False).returncode == 0
