"""`make run`: prepares an installation on this machine and runs its three processes until it is told to stop."""

from __future__ import annotations

import ctypes
import http.client
import io
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from wagtail.models import Site

from cms.demo.state import seeding
from pages.models import HomePage

PROCESSES = {
    "web": ["serve"],
    "worker": ["run_worker", "--interval=2"],
    "scheduler": ["run_scheduler"],
}
_START_SECONDS = 90
_STOP_SECONDS = 20
_PR_SET_PDEATHSIG = 1


def check_port_is_free(host: str, port: int) -> None:
    """Raise CommandError with one line when something listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Choose another one: make run PORT={port + 1}"
            ) from None


def prepare(say: Callable[[str], None]) -> None:
    """Migrate, bootstrap roles and workflow, and seed the demo site once. Every step may be repeated."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    pending = _pending_migrations()
    if pending:
        say(f"Preparing the database: {pending} migrations")
        call_command("migrate", interactive=False, verbosity=1, stdout=_Progress(say, pending))
    say("Applying roles and workflow")
    call_command("bootstrap", verbosity=0, stdout=io.StringIO())
    if _wants_demo_site():
        say("Seeding the demo site (once)")
        call_command("seed_demo", verbosity=1)
    _site_is_served_here()


def accounts_file() -> Path:
    """Where the demo accounts of this installation are kept."""
    path: Path = settings.VAR_DIR / "demo-accounts.json"
    return path


def run_processes(say: Callable[[str], None]) -> int:
    """Run web, worker and scheduler until a signal or the end of one of them. Returns the exit status."""
    stopping = False

    def stop(*_: Any) -> None:
        nonlocal stopping
        stopping = True

    for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(signum, stop)
    running = {name: _start(arguments) for name, arguments in PROCESSES.items()}
    try:
        if _answers(running["web"], lambda: stopping):
            say(welcome())
        while not stopping:
            ended = next((name for name, process in running.items() if process.poll() is not None), None)
            if ended:
                say(f"The {ended} process ended with status {running[ended].returncode}; stopping.")
                return 1
            time.sleep(0.3)
    finally:
        _stop(list(running.values()))
    say("Stopped. Your data is kept; start again with: make run")
    return 0


def welcome() -> str:
    """What to open, and who may sign in."""
    lines = ["", f"  Admin   {settings.BASE_URL}/admin/", f"  API     {settings.BASE_URL}/api/v2/pages/", ""]
    if accounts_file().exists():
        accounts: dict[str, dict[str, str]] = json.loads(accounts_file().read_text(encoding="utf-8"))
        lines += ["  Sign in as"]
        lines += [f"    {role:<14} {person['username']:<14} {person['password']}" for role, person in accounts.items()]
        lines += ["", f"  These are kept in {accounts_file()}."]
    return "\n".join([*lines, "  Stop with Ctrl+C.", ""])


def _wants_demo_site() -> bool:
    """Whether nothing was written here yet, or the demo site's accounts were deleted: then it makes new passwords."""
    return not HomePage.objects.exists() or (seeding() is not None and not accounts_file().exists())


class _Progress(io.StringIO):
    """Swallows what `migrate` prints and tells how far it is."""

    def __init__(self, say: Callable[[str], None], total: int) -> None:
        super().__init__()
        self.say, self.total, self.done = say, total, 0

    def write(self, text: str) -> int:
        if "Applying " in text:
            self.done += 1
            if self.done % 50 == 0 or self.done == self.total:
                self.say(f"  {self.done} of {self.total}")
        return len(text)


def _pending_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _site_is_served_here() -> None:
    """Another PORT than last time: the addresses in the API must lead here. A real host name is somebody's choice."""
    here = urlsplit(settings.FRONTEND_URL or settings.BASE_URL)
    site = Site.objects.filter(is_default_site=True, hostname="localhost").first()
    if site and here.hostname and (site.hostname, site.port) != (here.hostname, here.port or 80):
        site.hostname, site.port = here.hostname, here.port or 80
        site.save()


def _start(arguments: list[str]) -> subprocess.Popen[bytes]:
    manage = settings.BASE_DIR / "manage.py"
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, str(manage), *arguments],
        # Out of the terminal's reach: Ctrl+C comes to us, and we stop the three in order.
        start_new_session=True,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
    )


def _die_with_parent() -> None:
    # Linux only: after a kill -9 of this process no server is left behind that holds the port.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(web: subprocess.Popen[bytes], is_stopping: Callable[[], bool]) -> bool:
    """Wait for the first answer of the server. False when it ended, was stopped or took too long."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and web.poll() is None and not is_stopping():
        try:
            probe = http.client.HTTPConnection("127.0.0.1", settings.PORT, timeout=5)
            probe.request("GET", "/health")
            if probe.getresponse().status == 200:
                return True
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
    return False


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
