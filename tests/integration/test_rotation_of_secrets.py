"""Keys are changed in three steps, and at each of them both kinds of processes that run accept what the other signs."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup

from tests.factories.people import PASSWORD, writer
from tests.services.processes import Server, answers

ROOT = Path(__file__).resolve().parents[2]
OLD = {"SECRET_KEY": "9f2Kq7-old-" * 6, "JWT_SECRET": "v8Zt3w-old-token-key-" * 3}
NEW = {"SECRET_KEY": "Xc51Lm-new-" * 6, "JWT_SECRET": "p0RdH6-new-token-key-" * 3}


def keys(present: dict[str, str], also: dict[str, str] | None = None) -> dict[str, str]:
    """The variables of one step: what signs, and what is believed too."""
    others = {"SECRET_KEY_FALLBACKS": also["SECRET_KEY"], "JWT_PREVIOUS_SECRETS": also["JWT_SECRET"]} if also else {}
    return present | others


# As docs/operations/rotate-secrets.md has them.
STEPS = [keys(OLD), keys(OLD, also=NEW), keys(NEW, also=OLD), keys(NEW)]

StartCms = Callable[[dict[str, str]], httpx.Client]


@pytest.fixture
def start(transactional_db: None, tmp_path: Path) -> Iterator[StartCms]:
    """Starts a CMS with these variables, and returns a client for it."""
    started: list[tuple[Server, httpx.Client]] = []

    def run(variables: dict[str, str]) -> httpx.Client:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        own = {
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "BASE_URL": "http://127.0.0.1",
            "WEB_WORKERS": "1",
            "DJANGO_SETTINGS_MODULE": "settings.test",
        }
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
        server = Server(
            "The CMS",
            [sys.executable, str(ROOT / "manage.py"), "serve"],
            log=tmp_path / f"{port}.log",
            stop_signal=signal.SIGTERM,
            env=environment | own | variables,
            cwd=ROOT,
        )
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60)
        started.append((server, client))
        server.wait(lambda: answers(port))
        return client

    yield run
    for server, client in started:
        client.close()
        server.stop()


def sign_in(cms: httpx.Client, username: str) -> None:
    """Sign in to the admin."""
    form = BeautifulSoup(cms.get("/admin/login/").text, "html.parser")
    token = form.select_one("input[name=csrfmiddlewaretoken]")
    assert token is not None
    sent = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": str(token["value"]), "next": "/admin/"}
    assert cms.post("/admin/login/", data=sent).status_code == 302


def access_token(cms: httpx.Client, username: str) -> str:
    """A token of the API."""
    answer = cms.post("/api/auth/token/", json={"username": username, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access"]
    return token


def reads_with(cms: httpx.Client, token: str) -> int:
    """The status of an API request with this token."""
    return cms.get("/api/v2/pages/", headers={"Authorization": f"Bearer {token}"}).status_code


def test_neighbouring_steps_accept_sessions_and_tokens_of_each_other(start: StartCms) -> None:
    someone = writer()
    servers = [start(variables) for variables in STEPS]
    for before, after in pairwise(servers):
        for here, there in ((before, after), (after, before)):
            here.cookies.clear()
            sign_in(here, someone.username)
            there.cookies = here.cookies
            assert there.get("/admin/").status_code == 200
            assert reads_with(there, access_token(here, someone.username)) == 200


def test_after_the_last_step_nothing_of_the_old_keys_is_accepted(start: StartCms) -> None:
    someone = writer()
    first, last = start(STEPS[0]), start(STEPS[-1])
    sign_in(first, someone.username)
    last.cookies = first.cookies
    assert last.get("/admin/").status_code == 302
    assert reads_with(last, access_token(first, someone.username)) == 401


def test_without_the_first_step_new_tokens_are_refused_by_who_is_not_yet_replaced(start: StartCms) -> None:
    someone = writer()
    not_yet_replaced, replaced = start(STEPS[0]), start(STEPS[2])
    assert reads_with(not_yet_replaced, access_token(replaced, someone.username)) == 401
