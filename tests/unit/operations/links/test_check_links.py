"""The command that finds links which lead nowhere."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from pytest_django import Settings
from wagtail.models import PageViewRestriction

from cms.operations.links import places, websites
from cms.operations.links.places import PrivateHosts
from cms.operations.links.websites import problems
from cms.operations.models import LastSuccess
from tests.factories.documents import DocumentFactory, private_collection
from tests.factories.pages import NewsArticlePageFactory, NoticeFactory

Website = Callable[[str], str]


@pytest.fixture
def website() -> Iterator[Website]:
    """Another website: its pages are named after what they answer. Called with a path, it gives the address."""

    given_up = threading.Event()

    class Pages(BaseHTTPRequestHandler):
        def answer(self) -> None:
            name = self.path.strip("/")
            start = "405" if self.command == "HEAD" else "200"
            status = int(start if name == "for-get-only" else name.partition("-")[0])
            self.send_response(status)
            if name.startswith("302-to-"):
                self.send_header("Location", f"/{name.removeprefix('302-to-')}/")
            if name == "302-inside":
                self.send_header("Location", "http://127.0.0.2:1/")
            if name == "302-file":
                self.send_header("Location", "file:///etc/passwd")
            if name == "302-nowhere":
                self.send_header("Location", "http://[::1")
            if name == "200-slowly":
                self.flush_headers()
                with contextlib.suppress(OSError):
                    for _ in range(200):
                        if given_up.wait(0.1):
                            return
                        self.wfile.write(b"X-Wait: a moment\r\n")
            self.end_headers()

        do_GET = do_HEAD = answer  # noqa: N815 - names that http.server calls

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield lambda name: f"http://127.0.0.1:{server.server_port}/{name}/"
    given_up.set()
    server.shutdown()
    thread.join()
    server.server_close()


def host_of(website: Website) -> str:
    return urlsplit(website("")).netloc


def report(*arguments: str) -> list[dict[str, str]]:
    output = io.StringIO()
    call_command("check_links", *arguments, "--delay=0", stdout=output)
    return [json.loads(line) for line in output.getvalue().splitlines()]


def article(html: str) -> NewsArticlePageFactory:
    return NewsArticlePageFactory(title="Refers", body=[("text", html)])


def link_to(kind: str, number: int) -> str:
    return f'<p><a linktype="{kind}" id="{number}">there</a></p>'


@pytest.mark.django_db
def test_link_to_a_public_page_is_well() -> None:
    article(link_to("page", NewsArticlePageFactory().pk) + link_to("document", DocumentFactory().pk))

    assert report() == []


@pytest.mark.django_db
def test_links_to_what_the_public_does_not_get_are_told_with_the_reason() -> None:
    draft, restricted = NewsArticlePageFactory(live=False), NewsArticlePageFactory()
    PageViewRestriction.objects.create(page=restricted, restriction_type=PageViewRestriction.LOGIN)
    document = DocumentFactory(collection=private_collection())
    page = article(
        link_to("page", draft.pk)
        + link_to("page", restricted.pk)
        + link_to("page", 987654)
        + link_to("document", document.pk)
    )

    found = report()

    assert {(each["target"], each["reason"]) for each in found} == {
        (f"page {draft.pk}", "not published"),
        (f"page {restricted.pk}", "not for everybody"),
        ("page 987654", "deleted"),
        (f"document {document.pk}", "not for everybody"),
    }
    assert {(each["page_id"], each["page_title"]) for each in found} == {(page.pk, "Refers")}
    assert found[0]["edit_url"].endswith(f"/admin/pages/{page.pk}/edit/")


@pytest.mark.django_db
def test_links_in_reusable_content_are_followed() -> None:
    draft = NewsArticlePageFactory(live=False)
    notice = NoticeFactory(body=link_to("page", draft.pk))
    NewsArticlePageFactory(body=[("notice", {"notice": notice})])

    assert [each["reason"] for each in report()] == ["not published"]


@pytest.mark.django_db
def test_pages_that_are_not_public_are_not_looked_at() -> None:
    NewsArticlePageFactory(live=False, body=[("text", link_to("page", 987654))])

    assert report() == []


@pytest.mark.django_db
def test_other_websites_are_asked_only_when_told_so(website: Website, settings: Settings) -> None:
    settings.LINK_CHECK_PRIVATE_HOSTS = [host_of(website)]
    article(f'<p><a href="{website("404")}">away</a> <a href="{website("200")}">there</a></p>')

    assert report() == []
    assert [(each["target"], each["reason"]) for each in report("--external")] == [(website("404"), "answers 404")]
    settings.LINK_CHECK_EXTERNAL = True
    assert len(report()) == 1
    assert report("--no-external") == []


@pytest.mark.django_db
def test_what_was_found_is_kept_for_metrics_and_the_admin() -> None:
    article(link_to("page", 987654))

    report()

    kept = LastSuccess.objects.get(name="link_check").details
    assert (kept["broken"], kept["external"]) == (1, False)
    assert kept["links"][0]["target"] == "page 987654"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("200", None),
        ("302-to-200", None),
        ("302-to-404", "answers 404"),
        ("302-to-302-to-302-to-302-to-302-to-302-to-200", "redirects without end"),
        ("302-inside", "is inside of a network"),
        ("302-file", "is no address of a website"),
        ("302-nowhere", "no answer (ValueError)"),
        ("403", None),
        ("429", None),
        ("410", "answers 410"),
        ("503", "answers 503"),
        ("for-get-only", None),
    ],
)
def test_answers_of_other_websites(website: Website, name: str, problem: str | None) -> None:
    address = website(name)

    assert problems([address], private_hosts=[host_of(website)], delay_seconds=0).get(address) == problem


def test_one_bad_answer_spoils_nothing_else(website: Website) -> None:
    found = problems([website("302-nowhere"), website("404")], private_hosts=[host_of(website)], delay_seconds=0)

    assert found[website("404")] == "answers 404"


def test_server_that_never_comes_to_an_end_is_given_up(website: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websites, "ANSWER_SECONDS", 0.5)

    found = problems([website("200-slowly")], private_hosts=[host_of(website)], delay_seconds=0)

    assert "no answer" in found[website("200-slowly")]


def test_host_that_never_answers_is_not_asked_for_ever() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        asked: list[None] = []

        def hang_up() -> None:
            while True:
                try:
                    listener.accept()[0].close()
                except OSError:
                    return
                asked.append(None)

        threading.Thread(target=hang_up, daemon=True).start()
        found = problems([f"http://{host}/{number}" for number in range(9)], private_hosts=[host], delay_seconds=0)
        listener.shutdown(socket.SHUT_RDWR)

    assert len(found) == 9
    assert all("no answer" in problem for problem in found.values())
    assert len(asked) == websites.TRIES_IN_VAIN


def test_when_the_time_is_over_what_was_found_counts(website: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websites, "ALL_SECONDS", -1)

    assert problems([website("404")], private_hosts=[host_of(website)], delay_seconds=0) == {}


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.1:1"])
def test_private_host_is_asked_at_its_ports_only(website: Website, entry: str) -> None:
    found = problems([website("200")], private_hosts=[entry], delay_seconds=0)

    assert found == {website("200"): "is inside of a network"}


def test_nobody_outside_leads_us_inside(website: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first address is taken for a public one, which no test may ask."""
    outside = website("302-to-404")
    found_places = iter(
        [dataclasses.replace(places.place_of(outside, PrivateHosts([host_of(website)])), is_private=False)]
    )
    monkeypatch.setattr(
        websites, "place_of", lambda address, private: next(found_places, None) or places.place_of(address, private)
    )

    found = problems([outside], private_hosts=[host_of(website)], delay_seconds=0)

    assert found == {outside: "is inside of a network"}


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://127.0.0.1:1/", "is inside of a network"),
        ("http://localhost:1/", "is inside of a network"),
        ("http://[::1]:1/", "is inside of a network"),
        ("http://[::ffff:10.0.0.1]/", "is inside of a network"),
        ("http://[64:ff9b::a9fe:a9fe]/", "is inside of a network"),
        ("http://[64:ff9b:1::a00:1]/", "is inside of a network"),
        ("http://[2002:7f00:1::1]/", "is inside of a network"),
        ("http://[2001:0:a00:1::1]/", "is inside of a network"),
        ("http://[::7f00:1]/", "is inside of a network"),
        ("http://[::ffff:0:7f00:1]/", "is inside of a network"),
        ("http://[fec0::1]/", "is inside of a network"),
        ("http://[fd00::1]/", "is inside of a network"),
        ("http://169.254.169.254/latest/meta-data/", "is inside of a network"),
        ("http://2130706433/", "is inside of a network"),
        ("http://0x7f.1/", "is inside of a network"),
        ("ftp://example.gov.uk/", "is no address of a website"),
        ("http://[broken/", "is no address of a website"),
        ("http:///nothing", "is no address"),
    ],
)
def test_addresses_that_are_never_asked(address: str, problem: str) -> None:
    assert problems([address], delay_seconds=0) == {address: problem}


def test_host_that_refuses_gives_no_answer() -> None:
    address = "http://127.0.0.1:1/"

    assert "no answer" in problems([address], private_hosts=["127.0.0.1:1"], delay_seconds=0)[address]


@pytest.mark.parametrize("address", ["http://[64:ff9b::808:808]/", "http://[2606:4700:4700::1111]/", "http://8.8.8.8/"])
def test_public_addresses_are_asked(address: str) -> None:
    assert not places.place_of(address, PrivateHosts()).is_private
