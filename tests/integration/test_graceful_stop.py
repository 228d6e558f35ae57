"""`serve` with several processes under load: told to stop, and robbed of one of its processes."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.integration.gates import gate
from tests.integration.own_processes import (
    ROOT,
    environment,
    free_port,
    running,
    send,
    serving,
    wait_until,
)
from tests.services.addresses import Addresses
from tests.services.processes import children_of

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 8
PATHS = ("/api/v2/pages/", "/health", "/admin/login/")


class Load:
    """Clients that ask again and again over connections that they keep, and note what went wrong.

    As behind a proxy, no new connection is made once `/health/ready` says that none is wanted.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._address = (urlsplit(url).hostname or "", urlsplit(url).port or 0)
        self._enough = threading.Event()
        self.done: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(CLIENTS)]

    def _ask(self, number: int) -> None:
        client = http.client.HTTPConnection(*self._address, timeout=60)
        path = PATHS[number % len(PATHS)]
        while not self._enough.is_set():
            is_new = client.sock is None
            try:
                client.request("GET", path)
                answer = client.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.wrong.append(f"{path} on a {'new' if is_new else 'kept'} connection: {error!r}")
                client.close()
                continue
            self.done["answered"] += 1
            if answer.status >= 500:
                self.wrong.append(f"{path}: {answer.status}")
            if answer.will_close and not self._is_ready():
                self.done["sent away"] += 1
                return

    def _is_ready(self) -> bool:
        return httpx.get(f"{self._url}/health/ready", trust_env=False, timeout=30).status_code == 200

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def goes_on(self, more: int = 40) -> None:
        """Return when so many further requests were answered."""
        until = self.done["answered"] + more
        wait_until(lambda: self.done["answered"] >= until)


@contextmanager
def server(folder: Path, **own: str) -> Iterator[tuple[int, str]]:
    with serving(folder, **{"WEB_WORKERS": "2", "TMPDIR": str(folder)} | own) as (process, url):
        yield process.pid, url
        with contextlib.suppress(subprocess.TimeoutExpired):
            process._process.wait(5)  # it was told already: a signal in the last moment of Python changes the status
        process.stop(seconds=60)
        assert process._process.returncode == 0


def test_no_request_fails_while_the_server_stops(tmp_path):
    with server(tmp_path, SHUTDOWN_DELAY="10s") as (pid, url), Load(url) as load:
        load.goes_on()
        send(pid, signal.SIGTERM)
        wait_until(lambda: load.done["sent away"] == CLIENTS)
    assert load.wrong == []


def test_server_that_stops_is_not_ready_and_closes_its_connections(tmp_path):
    with server(tmp_path, SHUTDOWN_DELAY="1m") as (pid, url), httpx.Client(base_url=url, trust_env=False) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        assert "connection" not in client.get("/api/v2/pages/").headers
        send(pid, signal.SIGTERM)
        wait_until(lambda: client.get("/health/ready").status_code == 503)
        answer = client.get("/api/v2/pages/")
        assert answer.status_code == 200
        assert answer.headers["Connection"] == "close"
        assert client.get("/health/live").status_code == 200
        send(pid, signal.SIGTERM)  # a second time: now
        wait_until(lambda: not children_of(pid))


def test_request_that_is_being_answered_is_answered(tmp_path, services: Addresses):
    with gate(services.postgresql_port) as door:
        url = os.environ["DATABASE_URL"].replace(str(services.postgresql_port), str(door.port))
        with server(tmp_path, DATABASE_URL=url, DATABASE_POOL_TIMEOUT="1m", WEB_WORKERS="1") as (pid, address):
            httpx.get(f"{address}/api/v2/pages/", trust_env=False)
            door.swallow()
            answers: list[int] = []
            asking = threading.Thread(
                target=lambda: answers.append(
                    httpx.get(f"{address}/api/v2/pages/?limit=7", trust_env=False, timeout=60).status_code
                )
            )
            asking.start()
            wait_until(lambda: door.held)  # it has come to the database
            send(pid, signal.SIGTERM)
            wait_until(lambda: not _listens(address))
            assert not answers
            door.open()
            asking.join(60)
            assert answers == [200]


def _listens(url: str) -> bool:
    try:
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=2).close()
    except OSError:
        return False
    return True


def test_process_that_is_killed_is_replaced_and_the_others_go_on(tmp_path):
    with server(tmp_path) as (pid, url), httpx.Client(base_url=url, trust_env=False) as client:
        before = set(children_of(pid))
        with Load(url) as load:
            load.goes_on()
            send(min(before), signal.SIGKILL)
            load.goes_on()
            wait_until(lambda: len(set(children_of(pid)) - before) == 1)
            load.goes_on()
        # What the killed process was answering is lost, and connections that waited for it. Not one more.
        assert len(load.wrong) <= 2 * CLIENTS
        wait_until(lambda: client.get("/health/ready").status_code == 200)


# All are larger than 1 MiB, so each is replaced when three looks have found that, again and again.
LARGE = {"WEB_WORKER_MAX_MEMORY": "1", "GRANIAN_RSS_SAMPLE_INTERVAL": "1"}


@pytest.mark.parametrize(("own", "told"), [(LARGE, None), ({}, signal.SIGHUP)], ids=["too-large", "told"])
def test_no_request_fails_while_processes_are_replaced(tmp_path, own, told):
    with server(tmp_path, **own) as (pid, url), Load(url) as load:
        before = set(children_of(pid))
        load.goes_on()
        if told:
            send(pid, told)
        wait_until(lambda: not before & set(children_of(pid)), seconds=120)
        load.goes_on()
    assert load.wrong == []


def test_nothing_is_left_of_a_server_that_is_killed(tmp_path):
    with serving(tmp_path, WEB_WORKERS="2", TMPDIR=str(tmp_path)) as (process, url):
        children = children_of(process.pid)
        assert len(children) >= 2
        send(process.pid, signal.SIGKILL)
        wait_until(lambda: not _listens(url))


def test_server_that_is_told_to_stop_while_it_starts_ends_at_once(tmp_path):
    port = str(free_port())
    with running(tmp_path, "serve", HOST="127.0.0.1", PORT=port, WEB_WORKERS="2", TMPDIR=str(tmp_path)) as process:
        wait_until(lambda: len(children_of(process.pid)) == 2)
        send(process.pid, signal.SIGTERM)
        assert process._process.wait(60) == 0
        assert "refused to gracefully stop" not in process.log.read_text()


def test_marks_of_a_server_that_was_stopping_are_removed(tmp_path):
    """In a container each server has the same process id, and the temporary folder outlives it."""
    with serving(tmp_path, WEB_WORKERS="1", TMPDIR=str(tmp_path), SHUTDOWN_DELAY="1m") as (process, _):
        send(process.pid, signal.SIGTERM)
        wait_until(lambda: list(tmp_path.glob(f"*-{process.pid}.stopping")))
        send(process.pid, signal.SIGTERM)
        assert process._process.wait(60) == 0
        assert not list(tmp_path.glob("*.stopping"))
    code = (
        "import os, pathlib, sys\n"
        "from cms.health.stopping import marker\n"
        "from cms.operations.web_server import DrainingServer, MPServer\n"
        "marker(os.getpid()).touch()\n"
        "MPServer.startup = lambda *_: sys.exit(marker(os.getpid()).exists())\n"
        "DrainingServer.startup(object.__new__(DrainingServer))\n"
    )
    env = environment(PYTHONPATH=f"{ROOT}:{ROOT / 'site'}", TMPDIR=str(tmp_path))
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0
