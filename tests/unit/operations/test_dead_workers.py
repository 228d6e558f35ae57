"""When a worker counts as dead, and what becomes of its task."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cms.operations import dead_workers
from cms.operations.dead_workers import MAX_ATTEMPTS, SILENCE_SECONDS, DeathWatch, bury, new_worker_id
from cms.operations.mail import send_queued_message
from cms.operations.models import TaskWorker

pytestmark = pytest.mark.django_db

ELSEWHERE = "another-machine-4711-x"


@pytest.fixture
def clock(monkeypatch):
    """The watch's own clock, which the test turns."""

    class Clock:
        now = 1000.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(dead_workers, "time", clock)
    return clock


def running_task(worker: str, *, earlier_workers: int = 0) -> DBTaskResult:
    task = DBTaskResult.objects.get(pk=send_queued_message.enqueue({}).id)
    task.worker_ids = [f"earlier-{number}" for number in range(earlier_workers)]
    task.claim(worker)
    return task


def status(task: DBTaskResult) -> str:
    task.refresh_from_db()
    return task.status


def test_worker_elsewhere_is_dead_after_long_silence_only(clock):
    TaskWorker.objects.create(worker_id=ELSEWHERE)
    task = running_task(ELSEWHERE)
    watch = DeathWatch("me")
    watch.look()
    clock.now += SILENCE_SECONDS - 1
    watch.look()
    assert status(task) == TaskResultStatus.RUNNING

    clock.now += 1
    watch.look()
    assert status(task) == TaskResultStatus.READY
    assert task.worker_ids == [ELSEWHERE], "how often it was tried stays known"
    assert not TaskWorker.objects.filter(pk=ELSEWHERE).exists()


def test_sign_of_life_starts_the_silence_anew(clock):
    TaskWorker.objects.create(worker_id=ELSEWHERE)
    task = running_task(ELSEWHERE)
    watch = DeathWatch("me")
    for _ in range(5):
        TaskWorker.objects.update(seen_at=timezone.now())
        watch.look()
        clock.now += SILENCE_SECONDS - 1
    assert status(task) == TaskResultStatus.RUNNING


def test_time_without_database_does_not_count_as_silence(clock):
    TaskWorker.objects.create(worker_id=ELSEWHERE)
    task = running_task(ELSEWHERE)
    watch = DeathWatch("me")
    watch.look()
    clock.now += 10 * SILENCE_SECONDS
    watch.forget()  # what the heart does after a look that failed
    watch.look()
    assert status(task) == TaskResultStatus.RUNNING


def test_process_of_this_machine_that_is_gone_is_dead_at_once():
    ended = subprocess.Popen(["true"])
    zombie = new_worker_id().replace(f"-{os.getpid()}-", f"-{ended.pid}-")
    TaskWorker.objects.create(worker_id=zombie)
    task = running_task(zombie)
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)  # ended, and nobody has asked for its exit status
    DeathWatch("me").look()
    assert status(task) == TaskResultStatus.READY

    ended.wait()
    TaskWorker.objects.create(worker_id=zombie)
    DeathWatch("me").look()
    assert not TaskWorker.objects.exists()


def test_process_of_this_machine_that_runs_is_left_alone():
    TaskWorker.objects.create(worker_id=(living := new_worker_id()))
    task = running_task(living)
    DeathWatch("me").look()
    assert status(task) == TaskResultStatus.RUNNING


def test_worker_that_was_seen_meanwhile_is_not_buried():
    worker = TaskWorker.objects.create(worker_id=ELSEWHERE)
    worker.refresh_from_db()
    TaskWorker.objects.update(seen_at=timezone.now() + timedelta(seconds=1))
    task = running_task(ELSEWHERE)
    bury(ELSEWHERE, worker.seen_at)
    assert status(task) == TaskResultStatus.RUNNING


def test_task_is_given_up_after_several_dead_workers():
    worker = TaskWorker.objects.create(worker_id=ELSEWHERE)
    worker.refresh_from_db()
    again = running_task(ELSEWHERE, earlier_workers=MAX_ATTEMPTS - 2)
    last = running_task(ELSEWHERE, earlier_workers=MAX_ATTEMPTS - 1)
    bury(ELSEWHERE, worker.seen_at)
    assert status(again) == TaskResultStatus.READY
    assert status(last) == TaskResultStatus.FAILED
    assert last.task_result.errors[0].traceback == "The worker died each of the 3 times that this task was begun."


def test_tasks_of_others_are_not_touched():
    worker = TaskWorker.objects.create(worker_id=ELSEWHERE)
    worker.refresh_from_db()
    other, done = running_task("other"), running_task(ELSEWHERE)
    done.set_successful(None)
    bury(ELSEWHERE, worker.seen_at)
    assert (status(other), status(done)) == (TaskResultStatus.RUNNING, TaskResultStatus.SUCCESSFUL)


def test_task_of_a_worker_that_never_signed_on_is_given_back_much_later():
    task = running_task("worker-of-an-earlier-release")
    DeathWatch("me").look()
    assert status(task) == TaskResultStatus.RUNNING
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(hours=2))
    DeathWatch("me").look()
    assert status(task) == TaskResultStatus.READY


def test_own_long_task_is_never_given_back():
    task = running_task("me")
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(hours=2))
    DeathWatch("me").look()
    assert status(task) == TaskResultStatus.RUNNING
