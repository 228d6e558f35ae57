"""Runs checks in threads that may hang: at most one run of each check at a time, however often somebody asks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from typing import Any

from health_check.base import HealthCheck, HealthCheckResult


class SingleRun(Executor):
    """Runs what it is given in a thread. While that has not ended, who gives it more is handed the same future.

    A server that swallows packets can hold a thread for minutes, and nothing can end a thread from outside. So a check
    that hangs costs one thread, not one for each time that somebody asks. The threads are daemons: a process that is
    told to stop does not wait for them.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._running: Future[Any] | None = None

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with self._lock:
            if self._running is None or self._running.done():
                self._running = Future()
                self._running.set_running_or_notify_cancel()  # from now on nobody's timeout cancels it for the others
                work = (self._running, function, args, kwargs)
                threading.Thread(target=_run, args=work, name=f"health-{self._name}", daemon=True).start()
            return self._running


def _run(future: Future[Any], function: Callable[..., Any], args: Any, kwargs: Any) -> None:
    try:
        future.set_result(function(*args, **kwargs))
    except BaseException as error:
        future.set_exception(error)


_executors: dict[str, SingleRun] = {}
_lock = threading.Lock()


def run_checks(checks: Mapping[str, HealthCheck]) -> dict[str, HealthCheckResult]:
    """Run all checks at once. Returns after the longest `timeout` of them plus a second at the latest.

    The names tell apart what must not run twice at a time.
    """
    outcome: dict[str, HealthCheckResult] = {}
    # In a thread of its own, because an event loop can not be started where one is running.
    runner = threading.Thread(target=lambda: outcome.update(asyncio.run(_results(checks))), daemon=True)
    runner.start()
    runner.join()
    return outcome


async def _results(checks: Mapping[str, HealthCheck]) -> dict[str, HealthCheckResult]:
    results = await asyncio.gather(*(check.get_result(_executor(name)) for name, check in checks.items()))
    return dict(zip(checks, results, strict=True))


def _executor(name: str) -> SingleRun:
    with _lock:
        return _executors.setdefault(name, SingleRun(name))
