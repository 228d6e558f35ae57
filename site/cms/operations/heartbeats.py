"""The heart of a worker: a thread that says that it lives, watches the others, and ends a worker that hangs."""

from __future__ import annotations

import logging
import os
import threading
import time
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.db.utils import Error as DatabaseError
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cms.health import alive
from cms.operations.dead_workers import SILENCE_SECONDS, DeathWatch
from cms.operations.models import TaskWorker

logger = logging.getLogger(__name__)

NAME = "run_worker"
BEAT_SECONDS = 5
FENCE_SECONDS = SILENCE_SECONDS * 0.75
"""A worker that could not say for so long that it lives stops working: soon others may take its task."""

IDLE_LIMIT_SECONDS = 120
"""How long the worker's loop may show no sign between two tasks."""


class Heart(threading.Thread):
    """Beats until `rest` is called. Every public method may be called from the worker's own thread."""

    def __init__(self, worker_id: str) -> None:
        super().__init__(name="heart", daemon=True)
        self.registered = threading.Event()
        self._worker_id = worker_id
        self._others = DeathWatch(worker_id)
        self._resting = threading.Event()
        self._task: UUID | None = None
        self._reached_at = time.monotonic()
        self._hangs_at = self._reached_at + IDLE_LIMIT_SECONDS

    def run(self) -> None:
        while not self._resting.is_set():
            try:
                self._beat()
                self._others.look()
            except DatabaseError:
                self._others.forget()
                logger.warning("The worker cannot reach the database", extra={"event": "worker.no_database"})
            except Exception:
                self._others.forget()
                logger.exception("The worker's heart missed a beat", extra={"event": "worker.heart"})
            finally:
                connection.close()
            self._end_what_hangs()
            self._resting.wait(BEAT_SECONDS)

    def rest(self) -> None:
        """The worker ends in order: nobody has to wait until it counts as dead."""
        self._resting.set()
        self.join(BEAT_SECONDS)
        try:
            TaskWorker.objects.filter(pk=self._worker_id).delete()
        except DatabaseError:
            logger.warning("The worker could not sign off", extra={"event": "worker.no_database"})
        alive.end(NAME)

    def begin(self, task: UUID) -> None:
        """A task is being done from now on."""
        seconds = settings.TASK_TIME_LIMIT.total_seconds()
        self._show_sign(seconds)
        self._task = task

    def idle(self) -> None:
        """No task is being done. To be called from time to time."""
        self._task = None
        self._show_sign(IDLE_LIMIT_SECONDS)

    def _show_sign(self, seconds: float) -> None:
        self._hangs_at = time.monotonic() + seconds
        # Later than we end ourselves: a probe is for a process whose heart has stopped too.
        alive.beat(NAME, seconds=seconds + 3 * BEAT_SECONDS)

    def _beat(self) -> None:
        if not TaskWorker.objects.filter(pk=self._worker_id).update(seen_at=Now()):
            task = self._task
            if self.registered.is_set() and task and not self._is_ours(task):
                _end("This worker was taken for dead, and its task was given to another one")
            TaskWorker.objects.create(worker_id=self._worker_id)
            self.registered.set()
        self._reached_at = time.monotonic()

    def _is_ours(self, task: UUID) -> bool:
        row = DBTaskResult.objects.filter(pk=task, status=TaskResultStatus.RUNNING).first()
        # None: it is just being ended, by us or by whoever got it. In both cases there is nothing to protect.
        return row is None or row.worker_ids[-1:] == [self._worker_id]

    def _end_what_hangs(self) -> None:
        now = time.monotonic()
        if now > self._hangs_at:
            _end("A task took longer than TASK_TIME_LIMIT" if self._task else "The worker's loop hangs")
        if self._task and now - self._reached_at > FENCE_SECONDS and connection.vendor == "postgresql":
            _end("In the middle of a task the database could not be reached for too long")


def _end(reason: str) -> None:
    """End the process at once, as if it had been killed: its task goes to another worker."""
    logger.critical("%s: the worker ends itself", reason, extra={"event": "worker.ended_itself"})
    logging.shutdown()
    os._exit(1)
