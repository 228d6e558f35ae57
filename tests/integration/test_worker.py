"""The worker as a process: stopped, killed in mid-task, without its database."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cms.operations.dead_workers import MAX_ATTEMPTS
from cms.operations.models import TaskWorker
from tests.integration import tasks_for_tests
from tests.integration.gates import gate
from tests.integration.own_processes import ROOT, run, running, send, wait_until
from tests.services.processes import Server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where tasks leave their traces, and processes their files."""
    (tmp_path / "tmp").mkdir()
    return tmp_path


@contextmanager
def worker(place: Path, **own: str) -> Iterator[Server]:
    own = {"TMPDIR": str(place / "tmp"), "LOG_LEVEL": "info"} | own
    with running(place, "run_worker", "--interval=0.1", **own) as process:
        yield process


def lines(place: Path, name: str) -> list[str]:
    try:
        return (place / name).read_text().splitlines()
    except FileNotFoundError:
        return []


def status(task) -> str:
    return DBTaskResult.objects.get(pk=task.id).status


def is_alive(place: Path) -> bool:
    command = [sys.executable, "-m", "cms.health.alive", "run_worker"]
    env = os.environ | {"PYTHONPATH": str(ROOT / "site"), "TMPDIR": str(place / "tmp")}
    return subprocess.run(command, env=env, check=False, capture_output=True).returncode == 0


def begin(place: Path):
    """Queue a task and wait until a worker has begun it."""
    task = tasks_for_tests.wait_for_release.enqueue(str(place))
    wait_until(lambda: lines(place, "begun"))
    return task


def test_worker_does_tasks_of_all_queues_and_logs_json(place):
    tasks = [tasks_for_tests.answer.enqueue("yes"), tasks_for_tests.answer_from_another_queue.enqueue()]
    with worker(place, LOG_FORMAT="json") as process:
        wait_until(lambda: {status(task) for task in tasks} == {TaskResultStatus.SUCCESSFUL})
    assert {DBTaskResult.objects.get(pk=task.id).return_value for task in tasks} == {"yes", "mail"}
    events = [json.loads(line)["event"] for line in process.log.read_text().splitlines() if '"event"' in line]
    assert events[0] == "worker.started"
    assert events.count("task.done") == 2
    assert events[-1] == "worker.stopped"


def test_worker_that_is_told_to_stop_ends_its_task_first(place):
    with worker(place) as process:
        task, later = begin(place), tasks_for_tests.answer.enqueue("later")
        send(process.pid, signal.SIGTERM)
        (place / "release").touch()
        assert process._process.wait(30) == 0
    assert status(task) == TaskResultStatus.SUCCESSFUL
    assert status(later) == TaskResultStatus.READY
    assert not TaskWorker.objects.exists(), "it signed off"


def test_idle_worker_stops_at_once_and_signs_off(place):
    with worker(place) as process:
        wait_until(TaskWorker.objects.exists)
        wait_until(lambda: is_alive(place))
        send(process.pid, signal.SIGTERM)
        assert process._process.wait(30) == 0
    assert not TaskWorker.objects.exists()
    assert not is_alive(place)


def test_worker_that_is_told_twice_leaves_its_task_to_another(place):
    with worker(place) as process:
        task = begin(place)
        send(process.pid, signal.SIGTERM)
        wait_until(lambda: not TaskWorker.objects.exists() or send(process.pid, signal.SIGTERM))
        assert process._process.wait(30) == 1
    assert status(task) == TaskResultStatus.READY
    (place / "release").touch()
    with worker(place):
        wait_until(lambda: status(task) == TaskResultStatus.SUCCESSFUL)


def test_task_of_a_killed_worker_is_done_by_another_and_once(place):
    with worker(place) as first:
        task = begin(place)
        with worker(place), worker(place):
            wait_until(lambda: TaskWorker.objects.count() == 3)
            assert lines(place, "begun") == [str(first.pid)], "not while the first one lives"
            send(first.pid, signal.SIGKILL)
            wait_until(lambda: len(lines(place, "begun")) == 2)
            (place / "release").touch()
            wait_until(lambda: status(task) == TaskResultStatus.SUCCESSFUL)
    assert len(lines(place, "begun")) == 2
    assert len(lines(place, "ended")) == 1
    assert len(DBTaskResult.objects.get(pk=task.id).worker_ids) == 2


def test_task_that_kills_its_workers_is_given_up(place):
    task = tasks_for_tests.kill_the_worker.enqueue(str(place))
    for _ in range(MAX_ATTEMPTS):
        with worker(place) as process:
            assert process._process.wait(60) == -signal.SIGKILL
    with worker(place):
        wait_until(lambda: status(task) == TaskResultStatus.FAILED)
    row = DBTaskResult.objects.get(pk=task.id)
    assert row.exception_class_path.endswith("WorkerDiedError")
    assert "3 times" in row.traceback
    assert len(lines(place, "begun")) == MAX_ATTEMPTS


def test_worker_survives_its_database(place, services):
    with gate(services.postgresql_port) as door:
        url = os.environ["DATABASE_URL"].replace(str(services.postgresql_port), str(door.port))
        with worker(place, DATABASE_URL=url) as process:
            task = begin(place)
            door.refuse()
            (place / "release").touch()  # the task ends while nobody can note it
            wait_until(lambda: lines(place, "ended"))
            wait_until(lambda: "worker.no_database" in process.log.read_text())
            assert process._process.poll() is None
            assert is_alive(place), "a restart would not help"
            assert status(task) == TaskResultStatus.RUNNING
            door.open()
            wait_until(lambda: status(task) == TaskResultStatus.SUCCESSFUL)
            after = tasks_for_tests.answer.enqueue("after")
            wait_until(lambda: status(after) == TaskResultStatus.SUCCESSFUL)
            assert len(lines(place, "begun")) == 1, "nothing was done twice"


def test_worker_waits_for_a_database_that_is_not_there_yet(place, services):
    task = tasks_for_tests.answer.enqueue("at last")
    with gate(services.postgresql_port) as door:
        door.refuse()
        url = os.environ["DATABASE_URL"].replace(str(services.postgresql_port), str(door.port))
        with worker(place, DATABASE_URL=url) as process:
            wait_until(lambda: "worker.no_database" in process.log.read_text())
            wait_until(lambda: is_alive(place))
            door.open()
            wait_until(lambda: status(task) == TaskResultStatus.SUCCESSFUL)


def test_task_that_takes_too_long_ends_its_worker_and_is_tried_again(place):
    with worker(place, TASK_TIME_LIMIT="5s") as process:
        task = begin(place)
        assert process._process.wait(60) == 1
    assert "worker.ended_itself" in process.log.read_text()
    assert status(task) == TaskResultStatus.RUNNING
    (place / "release").touch()
    with worker(place):
        wait_until(lambda: status(task) == TaskResultStatus.SUCCESSFUL)


def test_worker_lives_through_errors_of_tasks(place):
    bad, nul, good = (
        tasks_for_tests.exit_with_text_that_no_database_holds.enqueue(),
        tasks_for_tests.answer.enqueue("x"),
        tasks_for_tests.answer.enqueue("good"),
    )
    gone = tasks_for_tests.answer.enqueue("gone")
    DBTaskResult.objects.filter(pk=gone.id).update(task_path="tests.not_there.task")
    DBTaskResult.objects.filter(pk=nul.id).update(args_kwargs={"args": [], "kwargs": {"unknown": 1}})
    answer = run("run_worker", "--batch", TMPDIR=str(place / "tmp"))
    assert answer.returncode == 0, answer.stderr
    assert [status(task) for task in (bad, nul, good, gone)] == ["FAILED", "FAILED", "SUCCESSFUL", "FAILED"]


def test_on_sqlite_too_the_task_of_a_killed_worker_is_done_again(place):
    own = {"DATABASE_URL": f"sqlite:///{place / 'db.sqlite3'}"}
    assert run("migrate", "-v0", **own, timeout=240).returncode == 0
    code = f"from tests.integration.tasks_for_tests import *; print(wait_for_release.enqueue({str(place)!r}).id)"
    queued = run("shell", "-v0", "-c", code, **own)
    assert queued.returncode == 0, queued.stderr
    with worker(place, **own) as process:
        wait_until(lambda: lines(place, "begun"))
        send(process.pid, signal.SIGKILL)
    (place / "release").touch()
    with worker(place, **own):
        wait_until(lambda: lines(place, "ended"))
    assert len(lines(place, "begun")) == 2
