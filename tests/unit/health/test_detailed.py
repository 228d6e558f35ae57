"""/health/detailed: for those who run the service, in the shape of the specification."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.health import database
from cms.operations.mail import send_queued_message
from cms.operations.models import TaskWorker
from cms.operations.successes import record_success

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "for-those-who-run-the-service-in-tests"


@pytest.fixture
def details(client, settings, s3_bucket):
    settings.OPERATIONS_TOKEN = TOKEN
    return lambda: client.get("/health/detailed", headers={"Authorization": f"Bearer {TOKEN}"})


@pytest.fixture
def _everything_runs():
    record_success("scheduler")
    TaskWorker.objects.create(worker_id="one")


@pytest.mark.usefixtures("_everything_runs")
def test_healthy_with_all_servers_and_processes(details):
    answer = details()
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"status", "checks", "timestamp"}
    assert body["status"] == "healthy"
    assert set(body["checks"]) == {"database", "redis", "s3", "scheduler", "tasks"}
    for check in body["checks"].values():
        assert check["status"] == "healthy"
        assert check["milliseconds"] >= 0
        assert "error" not in check


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_absent_for_everybody_else(client, settings, header):
    settings.OPERATIONS_TOKEN = TOKEN
    answer = client.get("/health/detailed", headers={"Authorization": header} if header else {})
    assert answer.status_code == 404
    assert b"checks" not in answer.content


def test_absent_where_no_token_is_set(client, settings):
    settings.OPERATIONS_TOKEN = ""
    assert client.get("/health/detailed", headers={"Authorization": "Bearer "}).status_code == 404


def test_503_without_scheduler_and_worker(details):
    answer = details()
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert checks["scheduler"]["error"] == "The scheduler has never worked."
    assert checks["tasks"]["error"] == "No worker is running."
    assert checks["database"]["status"] == "healthy"


@pytest.mark.usefixtures("_everything_runs")
def test_scheduler_that_hangs_is_told(details):
    with time_machine.travel(timezone.now() - timedelta(minutes=30)):
        record_success("scheduler")
    assert details().json()["checks"]["scheduler"]["error"] == "The scheduler last worked 30 minutes ago."


@pytest.mark.usefixtures("_everything_runs")
def test_worker_that_fell_silent_is_told(details):
    TaskWorker.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    assert details().json()["checks"]["tasks"]["error"] == "No worker is running."


@pytest.mark.usefixtures("_everything_runs")
def test_task_that_nobody_does_is_told(details):
    send_queued_message.enqueue({})
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=20))
    assert details().json()["checks"]["tasks"]["error"] == "A task has been waiting for 20 minutes."


@pytest.mark.usefixtures("_everything_runs")
def test_task_for_later_waits_from_then_on(details):
    now = timezone.now()
    send_queued_message.using(run_after=now + timedelta(hours=1)).enqueue({})
    DBTaskResult.objects.update(enqueued_at=now - timedelta(hours=5))
    assert details().status_code == 200
    DBTaskResult.objects.update(run_after=now - timedelta(minutes=2))
    assert details().status_code == 200
    DBTaskResult.objects.update(run_after=now - timedelta(minutes=30))
    assert details().json()["checks"]["tasks"]["error"] == "A task has been waiting for 30 minutes."


@pytest.mark.usefixtures("_everything_runs")
def test_bucket_that_is_not_there_is_told(details, s3_bucket, settings):
    private = settings.STORAGES["private"]
    settings.STORAGES = settings.STORAGES | {
        "private": private | {"OPTIONS": private["OPTIONS"] | {"bucket_name": "not-there"}}
    }
    check = details().json()["checks"]["s3"]
    assert check["status"] == "unhealthy"
    assert "not-there" not in check["error"]


@pytest.mark.usefixtures("_everything_runs")
def test_checks_write_nothing_to_the_bucket(details, s3_bucket):
    assert details().status_code == 200
    assert s3_bucket.keys() == []


@pytest.mark.usefixtures("_everything_runs")
def test_redis_and_s3_are_not_missed_where_they_are_not_used(details, settings):
    settings.REDIS_URL = ""
    folder = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = settings.STORAGES | {"private": folder, "media": folder}
    assert details().status_code == 200


def test_database_whose_connections_are_all_taken_is_healthy(details, monkeypatch):
    def full(statement):
        raise database.DatabaseFullError

    monkeypatch.setattr(database, "read", full)
    assert details().json()["checks"]["database"]["status"] == "healthy"


def test_what_no_check_expected_is_not_repeated(details, monkeypatch):
    def fail(statement):
        raise RuntimeError("postgresql://cms:secret@db.internal/cms")

    monkeypatch.setattr(database, "read", fail)
    answer = details()
    assert answer.json()["checks"]["database"]["error"] == "The check itself failed."
    assert "secret" not in answer.text
