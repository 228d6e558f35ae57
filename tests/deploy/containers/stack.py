"""The services of a Compose file, brought up for tests."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from containers.engine import ROOT, Engine, wait_until

_COPIED = ("compose", "api", "documents", "pages", "settings", "site/cms", "manage.py")


def copy_of_the_product(folder: Path) -> Path:
    """As much of a clone as the Compose files use, for tests that change files."""
    for name in _COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "secrets", ".env"))
        else:
            shutil.copy(source, target)
    folder.chmod(0o755)
    return folder


@dataclass(frozen=True)
class Stack:
    """A project of Compose: its name, its files, and the variables that they read."""

    engine: Engine
    project: str
    files: tuple[Path, ...]
    variables: Mapping[str, str] = field(default_factory=dict)

    def compose(self, *arguments: str, check: bool = True) -> Any:
        """Run Compose, version 2 where it is there."""
        program = ["docker", "compose"]
        if self.engine.docker("compose", "version", check=False).returncode != 0:
            program = ["docker-compose"]
        files = [argument for file in self.files for argument in ("-f", str(file))]
        environment = self.engine.environment | dict(self.variables)
        return self.engine.run(
            *program, "-p", self.project, *files, *arguments, check=check, env=environment, timeout=900
        )

    def up(self) -> None:
        """Bring everything up. On failure, what the containers said is shown."""
        started = self.compose("up", "--detach", "--no-build", check=False)
        assert started.returncode == 0, started.stdout + started.stderr + self.logs()

    def down(self, *options: str) -> None:
        """End and remove the containers; with --volumes, their data as well."""
        self.compose("down", "--timeout=20", *options)

    def logs(self, service: str = "") -> str:
        """What the containers said."""
        return str(self.compose("logs", "--no-color", *([service] if service else []), check=False).stdout)

    def containers(self, service: str) -> list[dict[str, Any]]:
        """What the engine knows of the containers of a service, ended ones included."""
        labels = (f"com.docker.compose.project={self.project}", f"com.docker.compose.service={service}")
        filters = [f"--filter=label={label}" for label in labels]
        listed = self.engine.docker("ps", "--all", "--quiet", *filters).stdout.split()
        found: list[dict[str, Any]] = json.loads(self.engine.docker("inspect", *listed).stdout) if listed else []
        return found

    def is_healthy(self, service: str) -> bool:
        """Whether there are containers of the service and all of them are healthy."""
        found = self.containers(service)
        return bool(found) and all(c["State"].get("Health", {}).get("Status") == "healthy" for c in found)

    def wait_for(self, services: Iterable[str]) -> None:
        """Wait until the services are healthy."""
        for service in services:
            wait_until(f"{service} is healthy", lambda name=service: self.is_healthy(name), seconds=240)

    def run_in(self, service: str, *command: str) -> str:
        """Run a command in a running container of the service; what it printed."""
        container = next(c["Id"] for c in self.containers(service) if c["State"]["Running"])
        return self.engine.docker("exec", container, *command).stdout

    def published(self) -> dict[str, list[str]]:
        """Service and the addresses of this machine at which it can be reached."""
        configuration = self.compose("ps", "--quiet", "--all", check=False).stdout.split()
        found: dict[str, list[str]] = {}
        for container in json.loads(self.engine.docker("inspect", *configuration).stdout):
            service = container["Config"]["Labels"]["com.docker.compose.service"]
            bindings = container["HostConfig"]["PortBindings"] or {}
            found.setdefault(service, []).extend(b["HostIp"] for ports in bindings.values() for b in ports or [])
        return found


def mails(url: str) -> list[dict[str, Any]]:
    """What the mail catcher has caught."""
    found: list[dict[str, Any]] = httpx.get(f"{url}/api/v1/messages", trust_env=False, timeout=30).json()["messages"]
    return found
