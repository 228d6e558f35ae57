"""The CMS as a process of its own, as production runs it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.services.addresses import Addresses, current_worker
from tests.services.processes import Server, answers

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class LiveCms:
    """A running CMS. `http` is a client for it that follows no redirect and keeps cookies."""

    url: str
    http: httpx.Client


class LiveServer:
    """One server for all tests of a worker, started when the first of them asks."""

    def __init__(self) -> None:
        self._server: Server | None = None
        self._port = 0

    def for_test(self) -> Iterator[LiveCms]:
        """Make sure that the server runs and lend it out. What it logs during the test goes to the test's output."""
        server = self._server or self._start()
        size = server.log.stat().st_size
        url = f"http://127.0.0.1:{self._port}"
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            yield LiveCms(url, client)
        with server.log.open("rb") as log:
            log.seek(size)
            print(log.read().decode(errors="replace"))

    def _start(self) -> Server:
        addresses = Addresses.inherited()
        assert addresses is not None
        self._port = addresses.live_port(current_worker())
        own = {
            "HOST": "127.0.0.1",
            "PORT": str(self._port),
            "BASE_URL": f"http://127.0.0.1:{self._port}",
            "WEB_WORKERS": "1",
            "DJANGO_SETTINGS_MODULE": "settings.test",
        }
        server = Server(
            "The CMS",
            [sys.executable, str(ROOT / "manage.py"), "serve"],
            log=Path(addresses.folder) / f"cms-{current_worker()}.log",
            stop_signal=signal.SIGTERM,
            env={name: value for name, value in (os.environ | own).items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"},
            cwd=ROOT,
        )
        self._server = server
        server.wait(lambda: answers(self._port))
        return server

    def stop(self) -> None:
        """Stop the server, if it was started."""
        if self._server is not None:
            self._server.stop()
