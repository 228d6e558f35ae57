"""The Docker Engine of the tests: the machine's own, or one that is started for them (scripts/deploy-tests/)."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = ROOT / "scripts" / "deploy-tests"
IMAGE = "cms-backend:test"
HARDENED = ("--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--user=10001:10001")
_CLONE_NEWNET = 0x40000000
_UP_SECONDS = 420


@dataclass(frozen=True)
class Engine:
    """How to reach the engine. `namespace` is the file of its network namespace, unless that is the machine's own."""

    environment: dict[str, str] = field(repr=False)
    namespace: str = ""

    def docker(self, *arguments: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run `docker` with these arguments."""
        return self.run("docker", *arguments, check=check, **options)

    def run(self, *command: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command that talks to the engine. A failure is shown with all that it said."""
        options = {"timeout": _UP_SECONDS, "env": self.environment, "cwd": ROOT} | options
        ended = subprocess.run(command, capture_output=True, text=True, **options)
        if check and ended.returncode != 0:
            raise AssertionError(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout}\n{ended.stderr}")
        return ended

    def inspect(self, thing: str) -> dict[str, Any]:
        """What the engine knows of a container or an image."""
        found: list[dict[str, Any]] = json.loads(self.docker("inspect", thing).stdout)
        return found[0]

    @contextmanager
    def network(self) -> Iterator[None]:
        """Within, this process is in the network that containers publish their ports in."""
        if not self.namespace:
            yield
            return
        libc = ctypes.CDLL(None, use_errno=True)
        with Path("/proc/self/ns/net").open() as own, Path(self.namespace).open() as engines:
            _enter(libc, engines.fileno())
            try:
                yield
            finally:
                _enter(libc, own.fileno())


def _enter(libc: ctypes.CDLL, namespace: int) -> None:
    if libc.setns(namespace, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "The network namespace of the engine could not be entered")


@contextmanager
def running_engine() -> Iterator[Engine]:
    """An engine with the product's images built. One that was started here ends afterwards."""
    script = str(SCRIPTS / "docker.sh")
    built = subprocess.run([script, "build", str(SCRIPTS / "images.sh")], capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    # Ends when its input does: with this process, however that ends.
    holder = subprocess.Popen(
        [script, "networks", "sh", "-c", 'echo "${DOCKER_HOST:-}|${DOCKER_NETNS:-}"; exec cat'],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        host, separator, namespace = holder.stdout.readline().strip().partition("|")
        assert separator, "The Docker Engine could not be started."
        environment = dict(os.environ) | ({"DOCKER_HOST": host} if host else {})
        yield Engine(environment, namespace)
    finally:
        holder.stdin.close()
        holder.wait(timeout=120)


def wait_until(what: str, is_true: Callable[[], Any], seconds: float = 120) -> Any:
    """The first true answer of `is_true`; a failure when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        found = is_true()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"Within {seconds} seconds it did not come true that {what}.")
        time.sleep(0.25)
