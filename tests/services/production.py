"""The product's processes with the settings of production, against the servers of the tests."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.services.addresses import Addresses, current_worker
from tests.services.plugin import ROOT
from tests.services.processes import Server, listeners

HOST = "cms.example.gov.uk"
OPERATIONS_TOKEN = secrets.token_hex(24)


@dataclass(frozen=True)
class Running:
    """A process of the product."""

    server: Server
    port: int

    @property
    def output(self) -> str:
        """All that was written to standard output and standard error."""
        return self.server.log.read_text("utf-8")

    def lines(self, **fields: Any) -> list[dict[str, Any]]:
        """The lines with these fields. Fails when any line at all is not a JSON object."""
        has_ended = self.server.exit_code is not None
        lines = self.output.splitlines(keepends=True)
        # The last one may be half written as long as somebody writes.
        parsed = [json.loads(line) for line in lines if has_ended or line.endswith("\n")]
        assert all(isinstance(line, dict) for line in parsed)
        return [line for line in parsed if fields.items() <= line.items()]

    def client(self, **headers: str) -> httpx.Client:
        """A client that comes through the proxy in front."""
        own = {"Host": HOST, "X-Forwarded-Proto": "https"} | headers
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=own, trust_env=False, timeout=30)

    def metrics(self) -> dict[str, float]:
        """What Prometheus reads, by name and labels as they are written. It asks by the address of the pod."""
        with httpx.Client(trust_env=False, timeout=10) as prometheus:  # as long as Prometheus waits
            answer = prometheus.get(
                f"http://127.0.0.1:{self.port}/metrics", headers={"Authorization": f"Bearer {OPERATIONS_TOKEN}"}
            )
        assert answer.status_code == 200, answer.text
        values = (line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in values}


@contextmanager
def running(services: Addresses, folder: Path, *command: str, **variables: str) -> Iterator[Running]:
    """A command of the product as a process, until the end of the block. All processes of `serve` are waited for.

    Temporary files go to `folder`. What the process has written goes to the test's output.
    """
    port = _free_port()
    environment = (
        {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        | services.variables(current_worker())
        | {
            "APP_ENV": "production",
            "SECRET_KEY": secrets.token_hex(40),
            "JWT_SECRET": secrets.token_hex(40),
            "OPERATIONS_TOKEN": OPERATIONS_TOKEN,
            "BASE_URL": f"https://{HOST}",
            "TRUSTED_PROXY_COUNT": "1",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "DATABASE_POOL_MIN": "0",
            "TMPDIR": str(folder),
        }
        | variables
    )
    server = Server(
        " ".join(command),
        [sys.executable, str(ROOT / "manage.py"), *command],
        log=folder / f"{command[0]}-{port}.log",
        env=environment,
        cwd=ROOT,
    )
    try:
        if command[0] == "serve":
            server.wait(lambda: listeners(port) >= int(variables.get("WEB_WORKERS", "1")))
        yield Running(server, port)
    finally:
        server.stop(seconds=40)
        print(server.log.read_text("utf-8", errors="replace"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
