"""Reusable content, over the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, Site

from cms.accounts.models import User
from pages import models
from tests.contract.openapi import assert_as_documented
from tests.factories import pages as build
from tests.unit.api.problems import problem_of

ADDRESS = "/api/v2/snippets/"
CONTACTS = f"{ADDRESS}pages.Contact/"
NOTICES = f"{ADDRESS}pages.Notice/"

pytestmark = pytest.mark.django_db


def asked(api: Client, address: str) -> Any:
    response = api.get(address)
    assert response.status_code == 200, response.content
    assert_as_documented("get", address, response)
    return response.json()


def titles(api: Client, query: str = "", address: str = CONTACTS) -> list[str]:
    answer = asked(api, f"{address}?{query}")
    return [entry["title"] for entry in answer["items"]]


def test_kinds_are_listed(api: Client) -> None:
    answer = asked(api, ADDRESS)

    assert answer == {
        "meta": {"total_count": 2},
        "items": [
            {"type": "pages.Contact", "title": "Contacts", "listing_url": f"http://testserver{CONTACTS}"},
            {"type": "pages.Notice", "title": "Notices", "listing_url": f"http://testserver{NOTICES}"},
        ],
    }


def test_list_says_what_there_is(api: Client) -> None:
    office = build.ContactFactory(title="Office")
    meta = {"type": "pages.Contact", "detail_url": f"http://testserver{CONTACTS}{office.pk}/", "locale": "en"}

    answer = asked(api, CONTACTS)

    assert answer == {"meta": {"total_count": 1}, "items": [{"id": office.pk, "meta": meta, "title": "Office"}]}
    (complete,) = asked(api, f"{CONTACTS}?fields=*")["items"]
    assert complete == asked(api, f"{CONTACTS}{office.pk}/")


def test_one_has_everything_that_a_reference_to_it_shows(api: Client) -> None:
    office = build.ContactFactory(title="Office", description="Ask here")
    organisation = build.OrganisationPageFactory()
    organisation.organisation_contacts.add(models.OrganisationContact(contact=office))
    organisation.save()
    (reference,) = asked(api, f"/api/v2/pages/{organisation.pk}/")["contacts"]

    response = api.get(f"{CONTACTS}{office.pk}/")

    shown = response.json()
    assert shown["meta"]["type"] == reference.pop("type")
    assert shown | reference == shown
    assert shown["channels"][0]["value"]["email"] == "office@example.gov.uk"
    assert response["Content-Language"] == "en"
    assert {"type-pages.Contact", f"snippet-pages.Contact-{office.pk}"} <= set(response["Surrogate-Key"].split())


def test_notice_links_to_what_is_public_only(api: Client) -> None:
    public = build.SectionPageFactory(title="Public", slug="public")
    hidden = build.SectionPageFactory(title="Hidden", slug="canary", live=False)
    links = "".join(f'<a linktype="page" id="{page.pk}">here</a>' for page in (public, hidden))
    notice = build.NoticeFactory(body=f"<p>{links}</p>")

    shown = asked(api, f"{NOTICES}{notice.pk}/")["body"]

    assert shown.count("<a ") == 1
    assert "canary" not in shown
    assert "<a" not in asked(api, f"{NOTICES}{notice.pk}/?rich_text_format=markdown")["body"]


def hidden_contacts() -> list[models.Contact]:
    """Contacts that nobody sees: a draft, an expired one, one whose time is over since a moment."""
    now = timezone.now()
    return [
        build.ContactFactory(title="canary draft", live=False),
        build.ContactFactory(title="canary expired", live=False, expired=True, expire_at=now - dt.timedelta(days=1)),
        build.ContactFactory(title="canary over", expire_at=now - dt.timedelta(seconds=1)),
        build.ContactFactory(title="canary scheduled", live=False, go_live_at=now + dt.timedelta(days=1)),
    ]


def test_what_is_not_published_does_not_exist(api: Client) -> None:
    build.ContactFactory(title="Public")
    hidden = hidden_contacts()
    call_command("update_index", verbosity=0)

    assert asked(api, CONTACTS)["meta"]["total_count"] == 1
    assert asked(api, f"{CONTACTS}?search=canary") == {"meta": {"total_count": 0}, "items": []}
    for contact in hidden:
        problem_of(api.get(f"{CONTACTS}{contact.pk}/"), 404)
        assert asked(api, f"{CONTACTS}?id={contact.pk}")["items"] == []


def test_newer_draft_does_not_show(api: Client) -> None:
    office = build.ContactFactory(title="Office")
    office.title = "canary"
    office.save_revision()

    assert asked(api, f"{CONTACTS}{office.pk}/")["title"] == "Office"


def test_languages(api: Client, welsh: Locale) -> None:
    office = build.ContactFactory(title="Office")
    swyddfa = office.copy_for_translation(welsh)
    swyddfa.title = "Swyddfa"
    swyddfa.save()
    assert asked(api, f"{CONTACTS}{office.pk}/")["translations"] == []
    swyddfa.save_revision().publish()

    assert titles(api) == ["Office", "Swyddfa"]
    assert titles(api, "locale=cy") == ["Swyddfa"]
    meta = {"type": "pages.Contact", "detail_url": f"http://testserver{CONTACTS}{swyddfa.pk}/", "locale": "cy"}
    translation = {"id": swyddfa.pk, "meta": meta, "title": "Swyddfa"}
    assert asked(api, f"{CONTACTS}{office.pk}/")["translations"] == [translation]
    assert asked(api, f"{CONTACTS}{swyddfa.pk}/")["translations"][0]["id"] == office.pk


def test_lists_are_ordered_cut_and_filtered(api: Client) -> None:
    for title in ("b", "a", "c"):
        build.ContactFactory(title=title)
    build.NoticeFactory(title="warns", kind="warning")
    build.NoticeFactory(title="informs")

    assert titles(api) == ["b", "a", "c"]
    assert titles(api, "order=title") == ["a", "b", "c"]
    assert titles(api, "order=-title&limit=1&offset=1") == ["b"]
    assert titles(api, "title=c") == ["c"]
    assert titles(api, "kind=warning", NOTICES) == ["warns"]
    assert asked(api, f"{CONTACTS}?limit=1")["meta"]["total_count"] == 3
    assert asked(api, f"{CONTACTS}?fields=_,description")["items"][0] == {"description": ""}


def test_words_are_found(api: Client) -> None:
    build.ContactFactory(title="Flood office", description="Sandbags")
    build.ContactFactory(title="Press office")
    build.NoticeFactory(title="Flood rules", kind="warning")
    call_command("update_index", verbosity=0)

    assert titles(api, "search=office&order=title") == ["Flood office", "Press office"]
    assert titles(api, "search=sandbags&locale=en") == ["Flood office"]
    assert titles(api, "search=flood&kind=warning", NOTICES) == ["Flood rules"]
    assert titles(api, "search=flood&kind=information", NOTICES) == []


@pytest.mark.parametrize(
    "query",
    [
        "locale=xx",
        "locale=%00",
        "site=nowhere.example",
        "kind=x",
        "limit=0",
        "limit=101",
        "offset=-1",
        "order=nonsense",
        "order=locale__pk",
        "fields=live",
        "fields=latest_revision",
        "live=false",
        "channels=x",
        "locked_by=1",
        "type=pages.Contact",
        "x=1",
    ],
)
def test_parameter_that_means_nothing_is_refused(api: Client, query: str) -> None:
    build.NoticeFactory()
    problem_of(api.get(f"{NOTICES}?{query}"), 400)


@pytest.mark.parametrize("query", ["limit=1", "locale=en", "order=title", "search=x", "x=1"])
def test_parameter_that_means_nothing_for_one_is_refused(api: Client, query: str) -> None:
    notice = build.NoticeFactory()
    problem_of(api.get(f"{NOTICES}{notice.pk}/?{query}"), 400)
    problem_of(api.get(f"{ADDRESS}?{query}"), 400)


@pytest.mark.parametrize(
    "name",
    [
        "accounts.User",
        "pages.HomePage",
        "pages.contact",
        "pages.OrganisationContact",
        "wagtailcore.Page",
        "x",
        "..",
        "a" * 1500,
        "%F0%9F%98%80",
        "pages.Contact'",
    ],
)
def test_name_of_nothing_for_readers_is_not_found(api: Client, name: str) -> None:
    problem_of(api.get(f"{ADDRESS}{name}/"), 404)
    problem_of(api.get(f"{ADDRESS}{name}/?fields=*&limit=1"), 404)
    problem_of(api.get(f"{ADDRESS}{name}/1/"), 404)


@pytest.mark.parametrize("number", ["0", "99999", "9" * 30, "9" * 1000])
def test_number_of_none_is_not_found(api: Client, number: str) -> None:
    problem_of(api.get(f"{CONTACTS}{number}/"), 404)


def test_kind_that_does_not_say_so_is_not_shown(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = build.NoticeFactory()
    monkeypatch.setattr(models.Notice, "api_public", False)

    assert [entry["type"] for entry in asked(api, ADDRESS)["items"]] == ["pages.Contact"]
    problem_of(api.get(NOTICES), 404)
    problem_of(api.get(f"{NOTICES}{notice.pk}/"), 404)


def test_links_are_those_of_the_site_that_is_asked(api: Client) -> None:
    home = build.HomePageFactory(title="Other home")
    Site.objects.create(hostname="other.example", port=443, root_page=home)
    page = build.SectionPageFactory(slug="there", parent=home)
    notice = build.NoticeFactory(body=f'<p><a linktype="page" id="{page.pk}">there</a></p>')

    for query in ("", "?site=other.example"):
        assert 'href="https://other.example/there/"' in asked(api, f"{NOTICES}{notice.pk}/{query}")["body"]


@pytest.mark.parametrize("address", [CONTACTS, NOTICES])
def test_list_costs_the_same_for_any_number_of_rows(api: Client, welsh: Locale, address: str) -> None:
    pages = [build.SectionPageFactory() for _ in range(50)]
    for page in pages:
        link = f'<p><a linktype="page" id="{page.pk}">there</a></p>'
        for made in (build.ContactFactory(), build.NoticeFactory(body=link)):
            translation = made.copy_for_translation(welsh)
            translation.live = True
            translation.save()

    def count(number: int) -> int:
        question = f"{address}?fields=*&locale=en&limit={number}"
        asked(api, question)
        with CaptureQueriesContext(connection) as queries:
            answer = asked(api, question)
        assert len(answer["items"]) == number
        assert len(answer["items"][-1]["translations"]) == 1
        return len(queries)

    few = count(3)
    assert count(20) == count(50) == few
    assert few <= 20


def test_editors_see_no_more_than_others(api: Client) -> None:
    hidden_contacts()
    user = User.objects.create_superuser("root", password="correct horse battery staple")  # type: ignore[attr-defined]
    body = {"username": user.username, "password": "correct horse battery staple"}
    token = api.post("/api/auth/token/", body, content_type="application/json").json()["access"]

    response = api.get(f"{CONTACTS}?fields=*", headers={"authorization": f"Bearer {token}"})

    assert response.json() == {"meta": {"total_count": 0}, "items": []}
