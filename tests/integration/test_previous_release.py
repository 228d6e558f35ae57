"""The previous release works on the database of this one, and both work at the same time while pods are replaced."""

from __future__ import annotations

import json
import uuid
from email.message import EmailMessage
from pathlib import Path

import httpx
import psycopg
import pytest
from django.db import connection
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from pages.models import FormField, FormPage
from tests.factories import pages as build
from tests.factories.people import publisher, reviewer, writer
from tests.integration.http_desk import HttpDesk, session_key_of
from tests.integration.own_processes import wait_until
from tests.integration.rollout import Load, Pod, Release, Service, stopped_at_the_end, terminate
from tests.services import databases, previous_release
from tests.services.addresses import Addresses, current_worker
from tests.services.mail import Mailbox
from tests.services.processes import Server

pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).resolve().parents[2]
PODS = 2

# Run by the previous release itself: only its own code may write to a database that no newer code has seen.
MAKE_CONTENT = """
import json
from django.conf import settings
from pages.models import FormField
from tests.factories import pages as build
from tests.factories.people import browser_of, writer
news = build.NewsArticlePageFactory(parent=build.section("News"), title="Opening hours")
form = build.FormPageFactory(title="Report a broken lock", to_address="canals@example.gov.uk")
form.form_fields.add(FormField(label="Which lock", field_type="singleline"))
form.save()
session = browser_of(writer()).cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps({"section": news.get_parent().pk, "news": news.pk, "form": form.pk, "session": session}))
"""


@pytest.fixture(scope="session")
def previous_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return previous_release.unpack(tmp_path_factory.mktemp("code"))


@pytest.fixture
def previous(previous_code: Path, services: Addresses, transactional_db: None, tmp_path: Path) -> Release:
    """The previous release, on the database of the test, which this one has migrated."""
    return Release("previous", previous_code, services, str(connection.settings_dict["NAME"]), tmp_path)


def test_the_code_that_is_tried_is_the_previous_release(previous: Release) -> None:
    module = previous.run("shell", "-c", "import cms; print(cms.__file__)").strip().splitlines()[-1]
    assert Path(module).is_relative_to(previous.code)


def test_previous_release_does_the_main_job_on_the_new_schema(previous: Release, mailbox: Mailbox) -> None:
    form = build.FormPageFactory(title="Report a broken lock", to_address="canals@example.gov.uk")
    form.form_fields.add(FormField(label="Which lock", field_type="singleline"))
    form.save()
    section = build.section("News")

    pod = previous.start_pod("http://127.0.0.1")
    worker = previous.start_worker()
    with stopped_at_the_end([pod.server, worker]):
        url = f"http://127.0.0.1:{pod.port}"
        writes, reviews, publishes = (
            HttpDesk(url, session_key_of(person())) for person in (writer, reviewer, publisher)
        )
        writes.create(section, "submit", title="Opening hours", slug="opening-hours")
        page = Page.objects.get(slug="opening-hours")
        reviews.approve(page)
        assert _public_title(url, page) is None
        publishes.approve(page)
        assert _public_title(url, page) == "Opening hours"

        assert _send_form(url, form.pk) is None
        wait_until(lambda: _to_the_team(mailbox))
        _delete(url, publishes, page)


def _to_the_team(mailbox: Mailbox) -> list[EmailMessage]:
    return [mail for mail in mailbox.messages() if mail["To"] == "canals@example.gov.uk"]


def _delete(url: str, desk: HttpDesk, page: Page) -> None:
    answer = desk.client.post(f"/admin/pages/{page.pk}/delete/", {})
    assert answer.status_code == 302, answer.text
    assert _public_title(url, page) is None


def test_a_schema_that_it_cannot_live_with_is_noticed(previous: Release) -> None:
    form = build.FormPageFactory(title="Report a broken lock")
    pod = previous.start_pod("http://127.0.0.1")
    with stopped_at_the_end([pod.server]):
        url = f"http://127.0.0.1:{pod.port}"
        assert _public_title(url, form) == "Report a broken lock"
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {FormPage._meta.db_table} DROP COLUMN to_address")
        assert _send_form(url, form.pk) is not None


@pytest.fixture
def releases(previous_code: Path, services: Addresses, transactional_db: None, tmp_path: Path) -> list[Release]:
    """The previous release and this one, on a database as the previous one left it."""
    name = f"rollout_{current_worker()}"
    previous_release.provide_template(services)
    databases.renew(services, name, previous_release.TEMPLATE)
    return [
        Release("previous", previous_code, services, name, tmp_path),
        Release("new", ROOT, services, name, tmp_path),
    ]


def test_no_request_fails_while_the_database_is_migrated_and_pods_are_replaced(
    releases: list[Release], services: Addresses, mailbox: Mailbox
) -> None:
    previous, new = releases
    content = json.loads(previous.run("shell", "-c", MAKE_CONTENT).splitlines()[-1])
    service = Service()
    servers: list[Server] = []
    with stopped_at_the_end(servers):
        pods = [_add(service, previous, servers) for _ in range(PODS)]
        worker = previous.start_worker()
        servers.append(worker)
        desk = HttpDesk(service.url, content["session"])
        people = {
            "reader": lambda: _read(service.url, content["news"]),
            "sender": lambda: _send_form(service.url, content["form"]),
            "writer": lambda: _edit(desk, content),
        }
        with Load(**people) as load:
            load.pass_rounds(2)
            new.run("migrate_database" if new.has("migrate_database") else "migrate")
            load.pass_rounds(2)
            for pod in pods:
                _add(service, new, servers)
                load.pass_rounds(2)
                service.drain(pod)
                terminate(pod.server)
                load.pass_rounds(2)
            terminate(worker)
            servers.append(new.start_worker())
            load.pass_rounds(2)
        service.close()
        assert not load.failures, "\n".join(load.failures)
        assert min(service.connections["previous"], service.connections["new"]) >= 10
        sent = load.rounds["sender"]
        wait_until(lambda: len(_to_the_team(mailbox)) >= sent)
    assert _number_of_submissions(services) == sent
    assert len(_to_the_team(mailbox)) == sent


def _add(service: Service, release: Release, servers: list[Server]) -> Pod:
    pod = release.start_pod(service.url)
    servers.append(pod.server)
    service.add(pod)
    return pod


def _get(url: str, **parameters: str) -> httpx.Response:
    return httpx.get(url, params=parameters, trust_env=False, timeout=60)


def _public_title(url: str, page: Page) -> str | None:
    answer = _get(f"{url}/api/v2/pages/{page.pk}/")
    assert answer.status_code in (200, 404, 410), answer.text
    return answer.json()["title"] if answer.status_code == 200 else None


def _read(url: str, page: int) -> str | None:
    for address in (f"{url}/api/v2/pages/{page}/", f"{url}/api/v2/pages/"):
        answer = _get(address)
        if answer.status_code != 200:
            return f"{address} answers {answer.status_code}: {answer.text[:300]}"
    return None


def _send_form(url: str, page: int) -> str | None:
    asked = _get(f"{url}/api/v2/forms/{page}/")
    if asked.status_code != 200:
        return f"the form answers {asked.status_code}: {asked.text[:300]}"
    form = asked.json()
    body = {"which_lock": "Bingley Five Rise", "form_token": form["form_token"]}
    sent = httpx.post(f"{url}/api/v2/forms/{page}/submissions/", json=body, trust_env=False, timeout=60)
    return None if sent.status_code == 201 else f"the answers are answered {sent.status_code}: {sent.text[:300]}"


def _edit(desk: HttpDesk, content: dict[str, int]) -> str | None:
    body = nested_form_data({"body": streamfield([("text", rich_text("<p>Something happened.</p>"))])})
    for address, fields in (
        (f"/admin/pages/{content['news']}/edit/", {"title": "Other hours", **body}),
        (
            f"/admin/pages/add/pages/newsarticlepage/{content['section']}/",
            {"title": "News", "slug": f"news-{uuid.uuid4()}", **body},
        ),
    ):
        answer = desk.send(address, fields=fields)
        if answer.status_code != 302:
            return f"{address} answers {answer.status_code}: {answer.content[:300]!r}"
    return None


def _number_of_submissions(services: Addresses) -> int:
    with psycopg.connect(services.database_url(f"rollout_{current_worker()}")) as database:
        row = database.execute("SELECT count(*) FROM pages_submissionreceipt").fetchone()
        assert row is not None
        return int(row[0])
