"""Metrics of several server processes, which come and go."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.services.addresses import Addresses
from tests.services.plugin import ROOT
from tests.services.processes import answers, children_of, listeners
from tests.services.production import OPERATIONS_TOKEN, Running, running

pytestmark = pytest.mark.django_db(transaction=True)
ROBOTS = 'cms_http_requests_total{method="GET",route="/robots.txt",status="200"}'
IN_PROGRESS = "cms_http_requests_in_progress"


def ask(cms: Running, times: int) -> None:
    """Send requests over connections of their own, so that all processes get some."""

    def once(_: int) -> None:
        with cms.client() as client:
            assert client.get("/robots.txt").status_code == 200

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(once, range(times)))


def workers(cms: Running) -> list[int]:
    """The server processes, without the one that starts them."""
    return children_of(cms.server.pid)


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_each_process_answers_for_all(services: Addresses, tmp_path: Path) -> None:
    with running(services, tmp_path, "serve", WEB_WORKERS="3") as cms:
        ask(cms, 60)
        for _ in range(12):
            found = cms.metrics()
            assert found[ROBOTS] == 60
            assert found[IN_PROGRESS] == 0
            assert found['cms_http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/robots.txt"}'] == 60
        counters = list(tmp_path.glob("cms-metrics-*/counter_*.db"))
        assert len(counters) == 3


def test_what_a_killed_process_counted_stays_counted(services: Addresses, tmp_path: Path) -> None:
    with running(services, tmp_path, "serve", WEB_WORKERS="2") as cms:
        ask(cms, 40)
        killed = workers(cms)[0]
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: killed not in workers(cms) and listeners(cms.port) == 2)
        for _ in range(6):
            assert cms.metrics()[ROBOTS] == 40
        (folder,) = tmp_path.glob("cms-metrics-*")
        assert not list(folder.glob(f"*{killed}*"))
        assert list(folder.glob("counter_gone.db"))
        ask(cms, 20)
        for _ in range(6):
            found = cms.metrics()
            assert found[ROBOTS] == 60
            assert found['cms_http_request_duration_seconds_count{method="GET",route="/robots.txt"}'] == 60
            assert found[IN_PROGRESS] == 0
        cms.lines(event="request")


def test_scrapes_at_once_agree(services: Addresses, tmp_path: Path) -> None:
    with running(services, tmp_path, "serve", WEB_WORKERS="2") as cms:
        ask(cms, 10)
        killed = workers(cms)[0]
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: killed not in workers(cms) and listeners(cms.port) == 2)
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(lambda _: cms.metrics()[ROBOTS], range(40)))
        assert found == [10] * 40


def test_next_start_begins_with_an_empty_folder(services: Addresses, tmp_path: Path) -> None:
    with running(services, tmp_path, "serve") as cms:
        ask(cms, 5)
        (first,) = tmp_path.glob("cms-metrics-*")
        with running(services, tmp_path, "serve"):
            assert first.exists()  # its server lives
        os.killpg(cms.server.pid, signal.SIGKILL)
        eventually(lambda: cms.server.exit_code is not None and not answers(cms.port))
    with running(services, tmp_path, "serve") as cms:
        assert ROBOTS not in cms.metrics()
        (second,) = tmp_path.glob("cms-metrics-*")
        assert second != first


def test_only_who_has_the_token_reads_them(services: Addresses, tmp_path: Path) -> None:
    with running(services, tmp_path, "serve", RATE_LIMIT_MAX="1") as cms, cms.client(Host="10.0.0.7") as stranger:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {OPERATIONS_TOKEN}"}):
            answer = stranger.get("/metrics", headers=headers)
            assert answer.status_code == 404
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert "cms_" not in answer.text
        for _ in range(3):
            answer = stranger.get("/metrics", headers={"Authorization": f"Bearer {OPERATIONS_TOKEN}"})
            assert answer.status_code == 200
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            assert "no-store" in answer.headers["Cache-Control"]
            assert not {"Set-Cookie", "RateLimit-Limit"} & {name.title() for name in answer.headers}
        assert stranger.post("/metrics", headers={"Authorization": f"Bearer {OPERATIONS_TOKEN}"}).status_code == 405


@pytest.mark.parametrize("is_listening", [False, True], ids=["refused", "swallowed"])
def test_without_the_database_the_rest_is_still_told(services: Addresses, tmp_path: Path, is_listening: bool) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if is_listening:
            silent.listen()  # and never answers
        away = f"postgresql://cms:pw@127.0.0.1:{silent.getsockname()[1]}/cms"
        with running(services, tmp_path, "serve", DATABASE_URL=away) as cms:
            ask(cms, 3)
            for _ in range(2):
                found = cms.metrics()
                assert found["cms_metrics_database_up"] == 0
                assert found[ROBOTS] == 3
                assert 'cms_tasks{queue="default",status="queued"}' not in found


_ON_A_FULL_DISK = """
import resource, signal
resource.setrlimit(resource.RLIMIT_FSIZE, (70_000, 70_000))
from cms.wsgi import application
from cms.observability import meters
for number in range(2000):
    meters.count_request("GET", f"/{number}/" + "x" * 100, 200, 0.1, None)
print(len(list(meters.collect())))
"""


def test_full_disk_costs_numbers_and_not_the_process(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _ON_A_FULL_DISK],
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}", "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer
    assert "Nothing is counted for some seconds" in answer.stdout
    assert answer.stdout.count("metrics.failed") == 1


def test_disk_that_is_full_from_the_start_keeps_nobody_from_serving(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _ON_A_FULL_DISK.replace("70_000", "1_000")],
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}", "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer
    assert "Metrics are of single processes" in answer.stdout
