"""Background work, done inside the test."""

from __future__ import annotations

from unittest.mock import patch

from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult


def run_queued_tasks() -> int:
    """Do all tasks that are due, of all queues, as `manage.py db_worker --batch` does. Returns how many were done.

    Raises AssertionError, with the traceback that the worker kept, when one of them fails.
    """
    before = set(DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).values_list("pk", flat=True))
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    )
    # The worker drops its connection between tasks; here that would end the test's transaction.
    with patch(f"{Worker.__module__}.close_old_connections", lambda: None):
        worker.run()
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).exclude(pk__in=before)
    assert not failed, "\n".join(f"{task.task_path} failed:\n{task.traceback}" for task in failed)
    return worker._run_tasks
