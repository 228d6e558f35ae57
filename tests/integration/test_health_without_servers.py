"""Health while the servers behind the service are stopped or hang, under requests."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.db import connection

from tests.integration.gates import Gate, gate
from tests.integration.own_processes import serving, wait_until
from tests.services.addresses import Addresses

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "for-those-who-run-the-service-in-tests"
DETAILED_SECONDS = 6
"""Much more than is promised: what is told apart is an answer and a request that hangs."""


@dataclass
class Service:
    """A running service behind whose back the servers can be taken away."""

    http: httpx.Client
    database: Gate
    redis: Gate
    s3: Gate

    def status(self, path: str) -> int:
        return self.http.get(path).status_code

    def detailed(self) -> dict:
        return self.http.get("/health/detailed", headers={"Authorization": f"Bearer {TOKEN}"}).json()

    def unhealthy(self) -> set[str]:
        return {name for name, check in self.detailed()["checks"].items() if check["status"] != "healthy"}


@pytest.fixture
def service(services: Addresses, tmp_path: Path) -> Iterator[Service]:
    with (
        gate(services.postgresql_port) as database,
        gate(services.redis_port) as redis,
        gate(services.s3_port) as s3,
        serving(
            tmp_path,
            WEB_WORKERS="1",
            OPERATIONS_TOKEN=TOKEN,
            DATABASE_URL=_moved(os.environ["DATABASE_URL"], services.postgresql_port, database),
            REDIS_URL=_moved(os.environ["REDIS_URL"], services.redis_port, redis),
            AWS_S3_ENDPOINT_URL=_moved(os.environ["AWS_S3_ENDPOINT_URL"], services.s3_port, s3),
        ) as (_, url),
        httpx.Client(base_url=url, trust_env=False, timeout=30) as http,
    ):
        yield Service(http, database, redis, s3)


def _moved(url: str, port: int, door: Gate) -> str:
    assert urlsplit(url).port == port
    return url.replace(f"127.0.0.1:{port}", f"127.0.0.1:{door.port}")


def test_first_request_after_a_failover_is_answered(tmp_path):
    """All connections that the process kept have died. They are replaced at once, not found one by one."""
    kept = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'keeps'"
    url = os.environ["DATABASE_URL"]
    named = f"{url}{'&' if urlsplit(url).query else '?'}application_name=keeps"
    with (
        serving(tmp_path, WEB_WORKERS="1", DATABASE_URL=named, DATABASE_POOL_MIN="6") as (_, address),
        connection.cursor() as cursor,
    ):
        httpx.get(f"{address}/health/ready", trust_env=False)
        wait_until(lambda: cursor.execute(kept).fetchone() >= (6,))
        cursor.execute(kept.replace("count(*)", "count(pg_terminate_backend(pid, 5000))"))
        answer = httpx.get(f"{address}/api/v2/images/", trust_env=False, timeout=30)
        assert answer.status_code == 200
        wait_until(lambda: cursor.execute(kept).fetchone() >= (6,))


HAS_NO_PROCESSES = {"scheduler", "tasks"}
"""What is unhealthy all the time here: only the web process runs."""


def test_all_is_well_while_all_servers_answer(service):
    assert service.status("/health/ready") == 200
    assert service.unhealthy() == HAS_NO_PROCESSES


@pytest.mark.parametrize("how", ["refuse", "swallow"])
def test_without_database_the_process_lives_and_is_not_ready(service, how):
    assert service.status("/health/ready") == 200
    getattr(service.database, how)()

    wait_until(lambda: service.status("/health/ready") == 503)
    assert service.status("/health") == service.status("/health/live") == 200
    answer = service.http.get("/health/ready").json()
    assert answer["status"] == 503
    assert answer["detail"] in ("The database does not answer.", "There was no answer in time.")
    assert service.unhealthy() >= {"database", "scheduler", "tasks"}

    service.database.open()
    wait_until(lambda: service.status("/health/ready") == 200)
    assert service.unhealthy() == HAS_NO_PROCESSES


@pytest.mark.parametrize("how", ["refuse", "swallow"])
def test_without_redis_the_service_stays_ready(service, how):
    getattr(service.redis, how)()

    assert service.unhealthy() == HAS_NO_PROCESSES | {"redis"}
    assert service.status("/health/ready") == 200

    service.redis.open()
    wait_until(lambda: service.unhealthy() == HAS_NO_PROCESSES)


@pytest.mark.parametrize("how", ["refuse", "swallow"])
def test_without_file_store_the_service_stays_ready(service, how):
    getattr(service.s3, how)()

    assert service.unhealthy() == HAS_NO_PROCESSES | {"s3"}
    assert service.status("/health/ready") == 200

    service.s3.open()
    wait_until(lambda: service.unhealthy() == HAS_NO_PROCESSES)


def test_details_are_answered_however_many_servers_hang(service):
    service.unhealthy()
    for door in (service.database, service.redis, service.s3):
        door.swallow()

    for _ in range(5):
        started = time.monotonic()
        assert service.unhealthy() == {"database", "redis", "s3", "scheduler", "tasks"}
        assert time.monotonic() - started < DETAILED_SECONDS


def test_answers_name_no_server_and_no_account(service):
    for door in (service.database, service.redis, service.s3):
        door.refuse()
    text = service.http.get("/health/detailed", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert "127.0.0.1" not in text
    assert str(service.database.port) not in text
    assert "Traceback" not in text
    assert "cms" not in text


def test_without_database_people_see_a_page_and_programs_a_problem_and_nobody_waits_for_long(service):
    """The first requests wait for DATABASE_POOL_TIMEOUT. Those after them do not, nor do probes."""
    assert service.status("/admin/login/") == 200
    service.database.refuse()
    with ThreadPoolExecutor(24) as clients:
        asked = [clients.submit(service.http.get, path) for path in ("/admin/login/", "/api/v2/pages/") * 24]
        live = [clients.submit(service.status, "/health/live") for _ in range(4)]
        answers = [one.result() for one in asked]
        assert [one.result() for one in live] == [200] * 4
    for answer in answers:
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
    assert "What you have saved is not lost" in answers[0].text
    assert answers[1].headers["Content-Type"] == "application/problem+json"

    service.database.open()
    wait_until(lambda: service.status("/api/v2/pages/") == service.status("/admin/login/") == 200)


def test_without_redis_pages_are_read_and_nobody_signs_in(service):
    service.redis.refuse()
    assert service.status("/api/v2/pages/") == 200
    assert service.status("/admin/login/") == 200
    answer = service.http.post("/api/auth/token/", json={"username": "a", "password": "b"})
    assert answer.status_code == 503, answer.text


def test_without_file_store_pages_are_read(service):
    service.s3.refuse()
    assert service.status("/api/v2/pages/") == 200
    assert service.status("/api/v2/images/") == 200
