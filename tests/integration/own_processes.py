"""Starts the product's commands as processes of their own, each with an environment that a test chooses."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from tests.services.processes import Server, listeners

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 60


def environment(**own: str) -> dict[str, str]:
    """The environment of the tests, with changes."""
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return inherited | {"DJANGO_SETTINGS_MODULE": "settings.test", "PYTHONUNBUFFERED": "1"} | own


def run(*command: str, timeout: float = WAIT_SECONDS, **own: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` with these arguments to its end."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command],
        env=environment(**own),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@contextlib.contextmanager
def running(folder: Path, *command: str, **own: str) -> Iterator[Server]:
    """`manage.py` with these arguments, running. What it printed is in `log`."""
    server = Server(
        command[0],
        [sys.executable, str(ROOT / "manage.py"), *command],
        log=folder / f"{command[0]}-{time.monotonic_ns()}.log",
        env=environment(**own),
        cwd=ROOT,
    )
    try:
        yield server
    finally:
        server.stop(seconds=40)
        print(server.log.read_text(errors="replace"))


@contextlib.contextmanager
def serving(folder: Path, **own: str) -> Iterator[tuple[Server, str]]:
    """`serve` on a free port, once it answers. Gives the process and the address."""
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    with running(folder, "serve", HOST="127.0.0.1", PORT=port, BASE_URL=url, **own) as server:
        server.wait(lambda: listeners(int(port)) >= int(own.get("WEB_WORKERS", "1")) and _answers(url))
        yield server, url


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", trust_env=False, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], object], *, seconds: float = WAIT_SECONDS) -> None:
    """Return as soon as the condition holds. Raises AssertionError when it does not come about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not come about"
        time.sleep(0.05)


def send(process: int, what: signal.Signals) -> None:
    """Send a signal to a process that may have ended."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, what)
