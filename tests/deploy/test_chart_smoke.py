"""The script of `helm test` notices what does not work. That it is content with the product is seen where that runs."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from chart import CHART, find, render

HEALTHY = {
    "/health": (200, "{}"),
    "/health/live": (200, "{}"),
    "/health/ready": (200, "{}"),
    "/api/v2/pages/?limit=1": (200, '{"items": []}'),
    "/metrics": (404, "{}"),
    "/health/detailed": (404, "{}"),
}


@contextmanager
def server(answers: dict[str, tuple[int, str]], seen: list[dict[str, str]]) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(dict(self.headers))
            status, body = answers[self.path]
            self.send_response(status)
            if status == 301:
                self.send_header("Location", "https://cms.example.gov.uk/")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


def smoke(address: str) -> subprocess.CompletedProcess[str]:
    """Run the script that the chart renders, with less patience."""
    (container,) = find(render("minimal"), "Pod", "cms-backend-smoke-test")["spec"]["containers"]
    script, _, host = container["args"]
    script = script.replace("PATIENCE_SECONDS = 60", "PATIENCE_SECONDS = 0")
    command = [sys.executable, "-c", script, address, host]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_is_content_with_a_healthy_service() -> None:
    seen: list[dict[str, str]] = []
    with server(HEALTHY, seen) as address:
        done = smoke(address)

    assert done.returncode == 0, done.stderr
    assert {headers["Host"] for headers in seen} == {"cms.example.gov.uk"}
    assert {headers["X-Forwarded-Proto"] for headers in seen} == {"https"}


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/health", (500, "{}")),
        ("/health/ready", (503, "{}")),
        ("/api/v2/pages/?limit=1", (301, "")),
        ("/api/v2/pages/?limit=1", (200, "<html>")),
        ("/metrics", (200, "cms_build_info 1")),
        ("/health/detailed", (200, "{}")),
    ],
)
def test_it_fails_and_says_why(path: str, answer: tuple[int, str]) -> None:
    with server(HEALTHY | {path: answer}, []) as address:
        done = smoke(address)

    assert done.returncode == 1
    assert f"{path} answered {answer[0]}" in done.stderr


def test_it_fails_where_nobody_listens() -> None:
    done = smoke("http://127.0.0.1:9")

    assert done.returncode == 1
    assert "/health answered nothing" in done.stderr


def test_script_in_the_chart_is_the_file() -> None:
    (container,) = find(render("minimal"), "Pod", "cms-backend-smoke-test")["spec"]["containers"]

    assert container["args"][0].strip() == (CHART / "files" / "smoke.py").read_text(encoding="utf-8").strip()
