"""Server processes of a test session: start them, wait for them, leave none behind."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


class MissingComponentError(Exception):
    """A server's program is not on this machine. The message is one line and names the command that installs it."""


class ServerError(Exception):
    """A server did not start, or ended by itself. The message holds the end of its log."""


class Server:
    """A running process, stopped at the end of the session, and by the kernel should the session be killed."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: tuple[int, int] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        """Start `command`. `user` is the (uid, gid) to run it as. Call from the main thread only: see `_die_with`."""
        self.name = name
        self.log = log
        self._stop_signal = stop_signal
        identity: dict[str, Any] = {} if user is None else {"user": user[0], "group": user[1], "extra_groups": []}
        with log.open("ab") as output:
            self._process: subprocess.Popen[bytes] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                # Ctrl-C in the terminal is for pytest, which stops the servers in order.
                start_new_session=True,
                preexec_fn=_die_with(os.getpid(), stop_signal),
                **identity,
            )
        atexit.register(self.stop)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How the process ended; None while it runs."""
        return self._process.poll()

    def wait(self, is_ready: Callable[[], bool], *, seconds: float = 90) -> None:
        """Return as soon as `is_ready` says so. Raises ServerError when the process ends or the time is over."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if self._process.poll() is not None:
                raise ServerError(f"{self.name} ended while starting (exit {self._process.returncode}).\n{self.tail()}")
            if time.monotonic() > deadline:
                raise ServerError(f"{self.name} was not ready after {seconds:.0f} seconds.\n{self.tail()}")
            time.sleep(0.02)

    def stop(self, *, seconds: float = 15) -> None:
        """End the process; the whole group of it when it does not listen. Does nothing the second time."""
        atexit.unregister(self.stop)
        if self._process.poll() is not None:
            return
        self._process.send_signal(self._stop_signal)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # its own session, so nobody else is in that group
            self._process.wait(seconds)

    def tail(self, lines: int = 20) -> str:
        """The last lines of the log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def _die_with(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    """What the child runs before its program: ask the kernel for `death_signal` when `parent` is gone.

    Linux sends it when the *thread* that started the child ends, hence "main thread only". Changing the user clears
    the request (prctl(2)); subprocess changes it before it calls this.
    """
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def prepare() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def answers(port: int) -> bool:
    """Whether somebody accepts connections on this port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False


def children_of(process: int) -> list[int]:
    """The processes that a process has started and that still run."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = status.read_text(errors="replace").rpartition(")")[2].split()[:2]
            if int(parent) == process and state != "Z":
                found.append(int(status.parent.name))
    return found


def listeners(port: int) -> int:
    """How many sockets listen on this port: each process of the web server has one of its own."""
    wanted = f"{port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    return sum(local.endswith(f":{wanted}") and state == "0A" for _, local, _, state, *_ in lines)
