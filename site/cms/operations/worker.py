"""Does background tasks, one after the other. Nothing is lost when it is killed: see `dead_workers`."""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
from dataclasses import dataclass
from traceback import format_exception
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import close_old_connections, connection, transaction
from django.db.utils import DataError, InterfaceError, OperationalError
from django.utils import timezone
from django_tasks.base import TaskContext, TaskResultStatus
from django_tasks.signals import task_finished, task_started
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from cms.observability import traces
from cms.operations.dead_workers import new_worker_id, put_back, running_tasks_of
from cms.operations.heartbeats import Heart

logger = logging.getLogger(__name__)

_AWAY = (OperationalError, InterfaceError)
_RECORD_SECONDS = 20
"""How long a worker that was told to stop still tries to note a result in a database that is away."""


class _ToldTwice(BaseException):
    """Raised in the middle of a task by the second signal."""


@dataclass(frozen=True)
class _Outcome:
    value: Any = None
    error: BaseException | None = None


class Worker:
    """Takes what is due from all queues until it is told to stop: then it ends its task first.

    Told a second time, it leaves its task to another worker and ends at once. While the database is away it waits.
    """

    def __init__(self, *, interval: float, batch: bool = False) -> None:
        self._id = new_worker_id()
        self._interval = interval
        self._batch = batch
        self._stopping = threading.Event()
        self._heart = Heart(self._id)
        self._in_task = False
        self._lost_sight = False

    def listen_to_signals(self) -> None:
        """Stop at SIGTERM and SIGINT. Only in the main thread."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._told_to_stop)

    def _told_to_stop(self, *_: Any) -> None:
        if self._stopping.is_set() and self._in_task:
            raise _ToldTwice
        self._stopping.set()

    def run(self) -> int:
        """Work until told to stop, with `batch` until nothing is due. Returns the exit status."""
        self._heart.idle()
        self._heart.start()
        logger.info("The worker works", extra={"event": "worker.started", "worker": self._id})
        try:
            while not self._stopping.is_set():
                self._heart.idle()
                if not self._turn():
                    break
        except _ToldTwice:
            return 1
        finally:
            self._heart.rest()
            connection.close()
            logger.info("The worker has ended", extra={"event": "worker.stopped", "worker": self._id})
        return 0

    def _turn(self) -> bool:
        """Do one task, or wait a moment. False when a batch is done."""
        close_old_connections()
        # Not before others can see that we live: a task of an unknown worker is nobody's.
        if not self._heart.registered.wait(0.2):
            return True
        try:
            if self._lost_sight:
                self._put_back_unknown()
            task = self._claim()
        except _AWAY:
            self._lose_sight()
            return True
        if task is None and self._batch:
            return False
        if task is None:
            self._stopping.wait(self._interval)
        else:
            self._do(task)
        return True

    def _claim(self) -> DBTaskResult[Any, Any] | None:
        with exclusive_transaction():
            task: DBTaskResult[Any, Any] | None = DBTaskResult.objects.ready().get_locked()
            if task is not None:
                task.claim(self._id)
            return task

    def _lose_sight(self) -> None:
        if not self._lost_sight:
            logger.warning("The worker waits for the database", extra={"event": "worker.no_database"})
        self._lost_sight = True
        connection.close()
        self._stopping.wait(max(self._interval, 1))

    def _put_back_unknown(self) -> None:
        """When the connection broke while a task was being taken, it may be ours without our knowing."""
        with transaction.atomic():
            for task in running_tasks_of(self._id):
                put_back(task, counts=False)
        self._lost_sight = False
        logger.info("The worker reaches the database again", extra={"event": "worker.database_again"})

    def _do(self, row: DBTaskResult[Any, Any]) -> None:
        started = time.monotonic()
        self._heart.begin(row.pk)
        try:
            self._in_task = True
            with traces.work_span(f"task {row.task_path}") as span:
                outcome = _outcome_of(row)
                if outcome.error is not None:
                    span.fail()
            self._in_task = False
        except _ToldTwice:
            self._in_task = False
            self._leave(row)
            raise
        self._heart.idle()
        if self._note(row, outcome):
            _announce_end(row, outcome, time.monotonic() - started)

    def _leave(self, row: DBTaskResult[Any, Any]) -> None:
        try:
            connection.close()
            with transaction.atomic():
                for task in running_tasks_of(self._id):
                    put_back(task, counts=True)
        except _AWAY:
            return  # without us, once we count as dead
        logger.warning(
            "A task was interrupted and goes back", extra={"event": "task.given_back", "task": row.task_path}
        )

    def _note(self, row: DBTaskResult[Any, Any], outcome: _Outcome) -> bool:
        """Note how the task ended, however long the database is away. False when that could not be done."""
        gives_up_at: float | None = None
        while True:
            try:
                return self._write(row, outcome)
            except _AWAY:
                self._lose_sight()
                self._heart.idle()
            except (DataError, ValueError) as error:
                # A result or an error that the database cannot hold, such as a text with a null character.
                outcome = _Outcome(error=error if outcome.error is None else ValueError("The error cannot be shown."))
            if self._stopping.is_set():
                gives_up_at = gives_up_at or time.monotonic() + _RECORD_SECONDS
                if time.monotonic() > gives_up_at:
                    logger.error("The end of a task could not be noted", extra={"event": "task.not_noted"})
                    return False

    def _write(self, row: DBTaskResult[Any, Any], outcome: _Outcome) -> bool:
        close_old_connections()
        error = outcome.error
        row.finished_at = row.finished_at or timezone.now()
        row.status = TaskResultStatus.FAILED if error else TaskResultStatus.SUCCESSFUL
        row.return_value = outcome.value
        row.exception_class_path = f"{type(error).__module__}.{type(error).__qualname__}" if error else ""
        row.traceback = "".join(format_exception(error)).replace("\0", "") if error else ""
        with transaction.atomic():
            if not self._may_write(row):
                return False
            row.save(update_fields=["status", "finished_at", "return_value", "exception_class_path", "traceback"])
        self._lost_sight = False
        return True

    def _may_write(self, row: DBTaskResult[Any, Any]) -> bool:
        """Whether the task is still ours: another worker may have got it, or an earlier try have been written."""
        now = DBTaskResult.objects.select_for_update().filter(pk=row.pk).first()
        if now and now.worker_ids == row.worker_ids:
            return bool(now.status == TaskResultStatus.RUNNING or now.finished_at == row.finished_at)
        about = {"event": "task.taken_away", "task": row.task_path, "task_id": str(row.pk)}
        logger.error("A task was given to another worker meanwhile", extra=about)
        return False


def _outcome_of(row: DBTaskResult[Any, Any]) -> _Outcome:
    try:
        task = row.task
        result: Any = row.task_result
        task_started.send(sender=type(task.get_backend()), task_result=result)
        context: list[Any] = [TaskContext(task_result=result)] if task.takes_context else []
        value = task.call(*context, *result.args, **result.kwargs)
        json.dumps(value)
    except _ToldTwice:
        raise
    except BaseException as error:  # SystemExit too: a task does not end the worker
        return _Outcome(error=error)
    finally:
        if connection.in_atomic_block or connection.errors_occurred:
            connection.close()
    return _Outcome(value=value)


def _announce_end(row: DBTaskResult[Any, Any], outcome: _Outcome, seconds: float) -> None:
    about = {"task": row.task_path, "task_id": str(row.pk), "queue": row.queue_name, "seconds": round(seconds, 3)}
    if outcome.error:
        logger.error("A task failed", extra={"event": "task.failed"} | about, exc_info=outcome.error)
    else:
        logger.info("A task is done", extra={"event": "task.done"} | about)
    try:
        task_finished.send(sender=type(row.task.get_backend()), task_result=row.task_result)
    except (ImportError, SuspiciousOperation):
        return  # there is no such task in this code, which is what failed
