"""Tasks whose worker has died go back to the queue, or are given up after several attempts."""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

from cms.operations.models import TaskWorker

logger = logging.getLogger(__name__)

SILENCE_SECONDS = 60
"""A worker that wrote nothing for so long, while the database could be reached all the time, is dead."""

MAX_ATTEMPTS = 3
"""How many workers may die over one task before it is given up: the task itself may be what kills them."""

_STRANGER_AGE = timedelta(hours=1)
"""When a task is given back whose worker never said that it is alive, as the one of django-tasks-db does not."""


class WorkerDiedError(Exception):
    """Noted as the error of a task that was given up."""


def new_worker_id() -> str:
    """An id that tells on this machine whether the process still runs."""
    return f"{_place()}-{os.getpid()}-{secrets.token_hex(8)}"


class DeathWatch:
    """Looks again and again which workers have died, and gives back what they were doing.

    On one machine a process that is gone is noticed at once. Elsewhere only silence tells: a worker whose row did not
    change for SILENCE_SECONDS of *our* watching, so no two clocks are compared. After a look that failed the watching
    starts anew: when the database was away, nobody could write.
    """

    def __init__(self, own_id: str) -> None:
        self._own_id = own_id
        self._watched: dict[str, tuple[datetime, float]] = {}

    def forget(self) -> None:
        """Start watching anew."""
        self._watched.clear()

    def look(self) -> None:
        """Give back the tasks of workers that turn out to be dead. Raises what Django raises without a database."""
        seen = dict(TaskWorker.objects.exclude(pk=self._own_id).values_list("worker_id", "seen_at"))
        self._watched = {worker: self._since(worker, at) for worker, at in seen.items()}
        for worker, (at, since) in list(self._watched.items()):
            if _has_ended(worker) or time.monotonic() - since >= SILENCE_SECONDS:
                bury(worker, at)
        _give_back_of_strangers({*seen, self._own_id})

    def _since(self, worker: str, at: datetime) -> tuple[datetime, float]:
        known = self._watched.get(worker)
        return known if known and known[0] == at else (at, time.monotonic())


def bury(worker_id: str, seen_at: datetime) -> None:
    """Give back what a dead worker was doing and forget it. Nothing happens when it was seen again meanwhile."""
    with transaction.atomic():
        # A worker says that it is alive by changing this row, which waits until we have committed; then the row is
        # gone, and it knows. Of several who bury it, one gets the row.
        row = TaskWorker.objects.select_for_update(skip_locked=True).filter(pk=worker_id).first()
        if row is None or row.seen_at != seen_at:
            return
        for task in running_tasks_of(worker_id):
            _give_back(task)
        row.delete()
    logger.warning("A worker has died", extra={"event": "worker.died", "worker": worker_id})


def running_tasks_of(worker_id: str) -> Iterator[DBTaskResult[Any, Any]]:
    """The tasks that this worker has begun and not ended, locked. Call it in a transaction."""
    for task in DBTaskResult.objects.select_for_update().filter(status=TaskResultStatus.RUNNING):
        if task.worker_ids[-1:] == [worker_id]:
            yield task


def put_back(task: DBTaskResult[Any, Any], *, counts: bool) -> None:
    """Make a task ready to be done again. Call it with the row locked. `counts` says whether this was an attempt."""
    task.status = TaskResultStatus.READY
    task.started_at = None
    if not counts:
        task.worker_ids = task.worker_ids[:-1]
    task.save(update_fields=["status", "started_at", "worker_ids"])


def _give_back(task: DBTaskResult[Any, Any]) -> None:
    attempts = len(task.worker_ids)
    about = {"task": task.task_path, "task_id": str(task.pk), "attempts": attempts}
    if attempts < MAX_ATTEMPTS:
        put_back(task, counts=True)
        logger.warning("The task of a dead worker is done again", extra={"event": "task.given_back"} | about)
        return
    reason = f"The worker died each of the {attempts} times that this task was begun."
    task.status = TaskResultStatus.FAILED
    task.finished_at = timezone.now()
    task.exception_class_path = f"{__name__}.{WorkerDiedError.__qualname__}"
    task.traceback = reason
    task.save(update_fields=["status", "finished_at", "exception_class_path", "traceback"])
    logger.error(reason, extra={"event": "task.given_up"} | about)
    with suppress(ImportError, SuspiciousOperation):  # the code of the task is not there
        task_finished.send(sender=type(task.task.get_backend()), task_result=task.task_result)


def _give_back_of_strangers(known: set[str]) -> None:
    """Of workers that have no row: those of an earlier release, which may live, so only after a long time."""
    old = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=Now() - _STRANGER_AGE)
    for pk, worker_ids in list(old.values_list("pk", "worker_ids")):
        if worker_ids and worker_ids[-1] in known:
            continue
        with transaction.atomic():
            task = old.select_for_update(skip_locked=True).filter(pk=pk, worker_ids=worker_ids).first()
            if task is not None:
                _give_back(task)


def _has_ended(worker_id: str) -> bool:
    """Whether the process was on this machine, in these surroundings, and is there no more. False when in doubt."""
    place, _, rest = worker_id.partition("-")
    pid = rest.partition("-")[0]
    if not pid.isdecimal() or not _place() or place != _place():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return _is_zombie(pid)


def _is_zombie(pid: str) -> bool:
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0] == "Z"
        )
    except (OSError, IndexError):
        return False


@functools.cache
def _place() -> str:
    """Names this machine since it started, and the space of process numbers that we live in. Empty where unknown."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    return hashlib.sha256(f"{boot} {space} {socket.gethostname()}".encode()).hexdigest()[:16]
