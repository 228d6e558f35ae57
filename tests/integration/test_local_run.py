"""`make run` on a fresh machine: nothing set, SQLite, a demo site. Started once for this module, then looked at."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 280
PAGES_PER_ROLE = 45
ROLES = ("writer", "reviewer", "publisher", "administrator")


@dataclass
class LocalRun:
    """A running `make run`."""

    port: int
    var: Path
    process: subprocess.Popen[str]
    printed: str

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def accounts(self) -> dict[str, dict[str, str]]:
        return json.loads((self.var / "demo-accounts.json").read_text())

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, trust_env=False, timeout=60)

    def signed_in(self, role: str) -> httpx.Client:
        client = self.client()
        form = BeautifulSoup(client.get("/admin/login/").text, "html.parser")
        token = form.find("input", {"name": "csrfmiddlewaretoken"})["value"]
        answer = client.post(
            "/admin/login/",
            data={**self.accounts[role], "csrfmiddlewaretoken": token},
            headers={"Origin": self.url, "Referer": f"{self.url}/admin/login/"},
        )
        assert answer.status_code == 302, answer.text
        return client


def start(var: Path, port: int) -> LocalRun:
    # What a fresh machine has set: nothing of ours.
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "run_local"],
        env=environment | {"VAR_DIR": str(var), "PORT": str(port)},
        stdout=(log := (var / "run.log").open("w")),
        stderr=subprocess.STDOUT,
        text=True,
    )
    log.close()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        printed = (var / "run.log").read_text()
        if "Stop with Ctrl+C" in printed:
            return LocalRun(port, var, process, printed)
        time.sleep(0.2)
    process.kill()
    pytest.fail((var / "run.log").read_text()[-3000:])


def stop(run: LocalRun) -> int:
    run.process.send_signal(signal.SIGTERM)
    return run.process.wait(timeout=60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def local_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    run = start(tmp_path_factory.mktemp("var"), free_port())
    yield run
    if run.process.poll() is None:
        stop(run)


pytestmark = [pytest.mark.xdist_group("local_run"), pytest.mark.timeout(600)]


def test_start_prints_addresses_and_one_account_for_each_role(local_run: LocalRun) -> None:
    assert f"{local_run.url}/admin/" in local_run.printed
    assert f"{local_run.url}/api/v2/pages/" in local_run.printed
    for role in (*ROLES, "reader"):
        account = local_run.accounts[role]
        assert account["password"] in local_run.printed
    assert (local_run.var / "demo-accounts.json").stat().st_mode & 0o777 == 0o600


def test_addresses_in_the_api_lead_to_this_port(local_run: LocalRun) -> None:
    with local_run.client() as client:
        items = client.get("/api/v2/pages/", params={"limit": 100}).json()["items"]
    assert items
    assert {urlsplit(item["meta"]["html_url"]).port for item in items} == {local_run.port}


@pytest.mark.parametrize("role", ROLES)
def test_every_admin_page_that_a_role_can_reach_opens(local_run: LocalRun, role: str) -> None:
    seen, queue, failed = {"/admin/logout/"}, ["/admin/"], []
    with closing(local_run.signed_in(role)) as client:
        while queue and len(seen) < PAGES_PER_ROLE:
            path = queue.pop(0)
            answer = client.get(path)
            if answer.status_code >= 500:
                failed.append((path, answer.status_code))
            queue += _new_links(answer, seen)
    assert failed == []
    assert len(seen) > 15


def _new_links(answer: httpx.Response, seen: set[str]) -> list[str]:
    """Paths of the admin that the answer leads to: one of each shape, whatever ids and queries are in it."""
    if "text/html" not in answer.headers.get("Content-Type", ""):
        return []
    found = []
    for link in BeautifulSoup(answer.text, "html.parser").find_all("a", href=True):
        path = urldefrag(urljoin(str(answer.url.path), link["href"])).url
        shape = re.sub(r"\d+", "0", path.partition("?")[0])
        if path.startswith("/admin/") and shape not in seen:
            seen.add(shape)
            found.append(path)
    return found


@pytest.mark.parametrize("words", ['"', 'flood "', "o'brien", "%", "flood*", "a AND (", "\\", 'a" OR (', "a\0"])
def test_admin_takes_any_words_to_search_for(local_run: LocalRun, words: str) -> None:
    with closing(local_run.signed_in("administrator")) as client:
        for path in ("pages", "images", "documents", "users", "images/chooser/results", "documents/chooser/results"):
            assert client.get(f"/admin/{path}/", params={"q": words}).status_code == 200


def test_every_page_image_and_document_of_the_api_opens(local_run: LocalRun) -> None:
    with local_run.client() as client:
        for endpoint in ("pages", "images", "documents"):
            items = client.get(f"/api/v2/{endpoint}/", params={"limit": 100}).json()["items"]
            assert items
            for item in items:
                answer = client.get(f"/api/v2/{endpoint}/{item['id']}/", params={"fields": "*"})
                assert answer.status_code == 200, answer.text


def test_every_public_page_opens_without_a_frontend(local_run: LocalRun) -> None:
    with local_run.client() as client:
        items = client.get("/api/v2/pages/", params={"limit": 100}).json()["items"]
        answers = {item["meta"]["html_url"]: client.get(item["meta"]["html_url"]).status_code for item in items}
    assert {url: status for url, status in answers.items() if status != 200} == {}


@pytest.mark.parametrize("path", ["x" * 300, "../db.sqlite3", "%2e%2e/secrets/jwt_secret", "a%00b", "", "private"])
def test_media_that_is_not_there_is_refused(local_run: LocalRun, path: str) -> None:
    with local_run.client() as client:
        assert client.get(f"/media/{path}").status_code in {400, 404}


def test_reader_sees_with_a_token_what_the_public_does_not(local_run: LocalRun) -> None:
    with local_run.client() as client:
        token = client.post("/api/auth/token/", json=local_run.accounts["reader"]).json()["access"]
        own = {"Authorization": f"Bearer {token}"}
        for endpoint in ("pages", "documents"):
            public = client.get(f"/api/v2/{endpoint}/").json()["meta"]["total_count"]
            reader = client.get(f"/api/v2/{endpoint}/", headers=own).json()["meta"]["total_count"]
            assert reader > public


def test_port_that_is_taken_is_told_in_one_line(local_run: LocalRun) -> None:
    second = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "run_local"],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(local_run.var), "PORT": str(local_run.port)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert second.returncode != 0
    assert second.stdout == ""
    assert len(second.stderr.strip().splitlines()) == 1
    assert f"Port {local_run.port} cannot be used" in second.stderr


def test_second_start_keeps_data_and_accounts_and_takes_another_port(local_run: LocalRun) -> None:
    with local_run.client() as client:
        before = client.get("/api/v2/pages/").json()["meta"]["total_count"]
    accounts = local_run.accounts

    assert stop(local_run) == 0
    again = start(local_run.var, free_port())
    local_run.port, local_run.process, local_run.printed = again.port, again.process, again.printed

    assert "Seeding" not in again.printed
    assert "Preparing the database" not in again.printed
    assert again.accounts == accounts
    with again.client() as client:
        after = client.get("/api/v2/pages/").json()
    assert after["meta"]["total_count"] == before
    assert urlsplit(after["items"][0]["meta"]["html_url"]).port == again.port
