"""The pytest plugin that starts the servers once per session, before Django reads its settings.

The process that the user started, `pytest`, owns the servers. Workers of pytest-xdist inherit the addresses in the
environment, and each gets a database, Redis database, bucket, mail account and state folder of its own.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import ModuleType

import pytest
from aiosmtpd.controller import Controller

from tests.services import postgresql, redis, s3, smtp
from tests.services.addresses import Addresses, current_worker
from tests.services.folders import SessionFolder
from tests.services.ports import PortBlock
from tests.services.processes import MissingComponentError, Server, ServerError

ROOT = Path(__file__).resolve().parents[2]
NEEDS_SERVERS = {"db", "transactional_db", "s3", "mailbox", "live_cms"}

services = pytest.StashKey["Services"]()


class Services:
    """The servers that this process started."""

    def __init__(self) -> None:
        self._folder = SessionFolder()
        self._ports = PortBlock()
        self.addresses = Addresses.choose(self._folder.path, self._ports.first)
        self._servers: dict[ModuleType, Server] = {}
        self._mail: Controller | None = None

    def start(self) -> None:
        """Start all servers, without waiting for any. Raises MissingComponentError."""
        for module in (s3, postgresql, redis):  # the slowest first
            self._servers[module] = module.start(self.addresses)
        self._mail = smtp.start(self.addresses)

    def wait(self, *modules: ModuleType) -> None:
        """Wait for the servers of these modules. Raises ServerError."""
        for module in modules:
            module.wait(self._servers[module], self.addresses)

    def stop(self) -> None:
        """Stop what was started, and delete its data."""
        if self._mail is not None:
            self._mail.stop()
        for server in self._servers.values():
            server.stop()
        self._ports.release()
        self._folder.remove()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the servers and set the environment. pytest-django reads the settings in the same hook, after this."""
    addresses = Addresses.inherited()
    if addresses is None:
        started = Services()
        early_config.stash[services] = started
        early_config.add_cleanup(started.stop)
        addresses = started.addresses
        if not _only_shows(early_config):
            try:
                started.start()
            except MissingComponentError as error:
                raise pytest.UsageError(str(error)) from None
    _set_environment(addresses)


def _only_shows(config: pytest.Config) -> bool:
    options = config.known_args_namespace
    names = ("help", "version", "collectonly", "showfixtures", "show_fixtures_per_test", "markers", "setupplan")
    return any(getattr(options, name, False) for name in names)


def _set_environment(addresses: Addresses) -> None:
    # A developer's own DATABASE_URL or SENTRY_DSN must never be what the tests work on.
    for name in product_variables():
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    os.environ.update(addresses.variables(current_worker()))
    (Path(os.environ["VAR_DIR"]) / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        os.environ.pop(name, None)
    # Playwright leaves an event loop running in the thread of the tests, beside which Django refuses to query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"


def product_variables() -> set[str]:
    """The names of all environment variables that the settings read, found in their source."""
    readers = re.compile(r"\benv\.[a-z]+\(\s*[\"']([A-Z][A-Z0-9_]+)")
    return {name for path in (ROOT / "settings").rglob("*.py") for name in readers.findall(path.read_text("utf-8"))}


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Wait for PostgreSQL and Redis, which are quick, and tell the workers."""
    started = session.config.stash.get(services, None)
    if started is not None and not _only_shows(session.config):
        _wait(started, postgresql, redis)
        started.addresses.hand_down()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Wait for S3, which started meanwhile, if some test may need it. Under xdist only the workers know the tests."""
    started = session.config.stash.get(services, None)
    if started is None or _only_shows(session.config):
        return
    if session.items and not any(_needs_servers(item) for item in session.items):
        return
    _wait(started, s3)


def _wait(started: Services, *modules: ModuleType) -> None:
    try:
        started.wait(*modules)
    except ServerError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.INTERNAL_ERROR)


def _needs_servers(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or not NEEDS_SERVERS.isdisjoint(
        getattr(item, "fixturenames", ())
    )
