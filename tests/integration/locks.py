"""Makes several people do something at the same moment: they all wait for one lock, which is then released."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction

Result = TypeVar("Result")

_DEADLINE_SECONDS = 60


@contextmanager
def held_up(lock: Callable[[], object], *actions: Callable[[], Result]) -> Iterator[list[Future[Result]]]:
    """Take `lock` in a transaction, start the actions, and enter the block when all of them wait for the lock.

    The end of the block commits, and all go on at once. Their futures are done afterwards.
    """
    with ThreadPoolExecutor(max_workers=len(actions)) as threads, transaction.atomic():
        lock()
        futures = [threads.submit(_then_disconnect, action) for action in actions]
        _wait_until_blocked(len(actions), futures)
        yield futures


def _then_disconnect(action: Callable[[], Result]) -> Result:
    try:
        return action()
    finally:
        connection.close()


def _wait_until_blocked(count: int, futures: list[Future[Result]]) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while time.monotonic() < deadline:
        assert not any(future.done() for future in futures), "an action did not wait for the lock"
        with connection.cursor() as cursor:
            # Inside a transaction PostgreSQL would show the same picture again and again.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] == count:
                return
        time.sleep(0.02)
    raise AssertionError("not all actions reached the lock")
