"""docker-compose.yml gives a stranger the CMS with its demo site, and takes pages from draft to public."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from containers.browser import Browser, Editor
from containers.engine import Engine, wait_until
from containers.stack import Stack, copy_of_the_product, mails

URL = "http://localhost:3000"
MAIL = "http://localhost:8025"
LONG_RUNNING = ("app", "worker", "scheduler", "db", "redis", "mail")


@pytest.fixture(scope="module")
def stack(engine: Engine, network_of_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("development")
    # The user of the container has to be able to enter.
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)
    copy_of_the_product(folder)
    stack = Stack(engine, "cms-test-dev", (folder / "compose" / "docker-compose.yml",))
    try:
        stack.up()
        stack.wait_for(LONG_RUNNING)
        yield stack
    finally:
        stack.down("--volumes")


@pytest.fixture(scope="module")
def passwords(stack: Stack) -> dict[str, tuple[str, str]]:
    """User name and password of each role of the demo site."""
    accounts = json.loads(stack.run_in("app", "cat", "/var/lib/cms/demo-accounts.json"))
    return {role: (account["username"], account["password"]) for role, account in accounts.items()}


@pytest.fixture(scope="module")
def news(stack: Stack) -> int:
    """The section of the demo site that holds news."""
    found = Browser(URL).api("v2/pages/?type=pages.SectionPage&slug=news")["items"]
    return int(found[0]["id"])


def titles() -> list[str]:
    """Of the news that everybody may read, newest first."""
    listed = Browser(URL).api("v2/pages/?type=pages.NewsArticlePage&order=-id&limit=20")["items"]
    return [str(page["title"]) for page in listed]


def test_jobs_that_come_first_have_ended_well(stack: Stack) -> None:
    for service in ("bucket", "setup"):
        assert [container["State"]["ExitCode"] for container in stack.containers(service)] == [0]


def test_everything_is_ready_and_open_to_this_machine_only(stack: Stack) -> None:
    assert Browser(URL).get("/health/ready").status_code == 200
    assert Browser(URL).get("/health/detailed").status_code == 200
    published = stack.published()
    assert {service for service, addresses in published.items() if addresses} == {"app", "db", "redis", "s3", "mail"}
    assert {address for addresses in published.values() for address in addresses} == {"127.0.0.1"}


def test_log_of_setup_says_how_to_sign_in(stack: Stack, passwords: dict[str, tuple[str, str]]) -> None:
    log = stack.logs("setup")
    for username, password in passwords.values():
        assert username in log
        assert password in log


def test_demo_site_is_there_with_images_that_everybody_can_see(stack: Stack) -> None:
    browser = Browser(URL)
    assert browser.api("v2/pages/")["meta"]["total_count"] > 50
    image = browser.api("v2/images/?limit=1")["items"][0]
    address = image["renditions"][0]["sources"][0]["url"]
    assert address.startswith("http://localhost:8333/")
    assert httpx.get(address, trust_env=False).status_code == 200


def test_page_goes_from_draft_to_public_and_mail_tells_of_it(
    stack: Stack, passwords: dict[str, tuple[str, str]], news: int
) -> None:
    writer, reviewer, publisher = (Editor(URL).sign_in(*passwords[r]) for r in ("writer", "reviewer", "publisher"))
    writer.create("newsarticlepage", news, "Ferry timetable")
    reviewer.approve("Ferry timetable")
    assert "Ferry timetable" not in titles()
    publisher.approve("Ferry timetable")
    assert "Ferry timetable" in titles()
    wait_until("mail about it has arrived", lambda: [m for m in mails(MAIL) if "Ferry timetable" in m["Subject"]])


def test_scheduler_publishes_what_was_approved_for_later(
    stack: Stack, passwords: dict[str, tuple[str, str]], news: int
) -> None:
    soon = datetime.now(ZoneInfo("Europe/London")) + timedelta(seconds=60)
    writer, reviewer, publisher = (Editor(URL).sign_in(*passwords[r]) for r in ("writer", "reviewer", "publisher"))
    writer.create("newsarticlepage", news, "Opens soon", go_live_at=f"{soon:%Y-%m-%d %H:%M:%S}")
    reviewer.approve("Opens soon")
    publisher.approve("Opens soon")
    wait_until("the scheduler has published it", lambda: "Opens soon" in titles())


def test_private_document_comes_by_a_signed_link_that_works_outside(
    stack: Stack, passwords: dict[str, tuple[str, str]]
) -> None:
    stranger = Browser(URL)
    token = stranger.token(*passwords["reader"])
    public = {document["id"] for document in stranger.api("v2/documents/?limit=50")["items"]}
    private = {document["id"] for document in stranger.api("v2/documents/?limit=50", **token)["items"]} - public
    assert private
    address = f"/api/v2/documents/{private.pop()}/download/"
    assert stranger.get(address).status_code == 404
    answer = stranger.get(address, **token)
    assert answer.status_code == 302
    link = answer.headers["Location"]
    assert link.startswith("http://localhost:8333/")
    assert httpx.get(link, trust_env=False).status_code == 200
    assert httpx.get(link.partition("?")[0], trust_env=False).status_code == 403


def test_change_of_the_source_takes_effect(stack: Stack) -> None:
    module = Path(stack.files[0]).parents[1] / "site" / "cms" / "__init__.py"
    module.write_text(module.read_text().replace('__version__ = "', '__version__ = "reloaded-'))

    def version() -> str:
        try:
            return str(Browser(URL).get("/health").json()["version"])
        except httpx.TransportError:
            return ""

    wait_until("the app runs the new source", lambda: version().startswith("reloaded-"))


def test_second_start_finds_everything_as_it_was(stack: Stack, passwords: dict[str, tuple[str, str]]) -> None:
    before = Browser(URL).api("v2/pages/")["meta"]["total_count"]
    stack.down()
    stack.up()
    stack.wait_for(LONG_RUNNING)
    assert Browser(URL).api("v2/pages/")["meta"]["total_count"] == before
    assert "There is a demo site already" in stack.logs("setup")
    Browser(URL).sign_in(*passwords["writer"])
