"""What is set for a website, over the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Site

from api.viewsets.settings import SettingsViewSet
from pages import models
from tests.contract.openapi import assert_as_documented
from tests.factories import documents as files
from tests.factories import pages as build
from tests.unit.api.problems import problem_of

ADDRESS = "/api/v2/settings/"

pytestmark = pytest.mark.django_db


def asked(api: Client, name: str, query: str = "") -> Any:
    address = f"{ADDRESS}pages.{name}/{query and '?'}{query}"
    response = api.get(address)
    assert response.status_code == 200, response.content
    assert_as_documented("get", address, response)
    return response.json()


def write_banner(site: Site, *, active: bool, **headings: str) -> models.EmergencyBanner:
    """A banner with a heading in each language."""
    banner = models.EmergencyBanner.objects.create(site=site, active=active, kind="notable_death")
    for code, heading in headings.items():
        locale = Locale.objects.get(language_code=code)
        models.EmergencyBannerText.objects.create(setting=banner, locale=locale, heading=heading)
    return banner


def test_setting_is_shown_in_a_language(api: Client, site: Site, welsh: Locale) -> None:
    write_banner(site, active=True, en="Mourning", cy="Galar")

    assert asked(api, "EmergencyBanner") == {
        "meta": {
            "type": "pages.EmergencyBanner",
            "detail_url": "http://testserver/api/v2/settings/pages.EmergencyBanner/",
            "locale": "en",
        },
        "active": True,
        "kind": "notable_death",
        "heading": "Mourning",
        "description": "",
        "link_text": "",
        "link_url": "",
    }
    assert asked(api, "EmergencyBanner", "locale=cy")["heading"] == "Galar"


def test_text_in_another_language_says_so(api: Client, site: Site, welsh: Locale) -> None:
    write_banner(site, active=True, en="Mourning")

    shown = asked(api, "EmergencyBanner", "locale=cy")

    assert (shown["heading"], shown["meta"]["locale"]) == ("Mourning", "en")
    response = api.get(f"{ADDRESS}pages.EmergencyBanner/?locale=cy")
    assert response["Content-Language"] == "en"
    assert {"settings", "locale-cy", f"site-{site.pk}"} <= set(response["Surrogate-Key"].split())


def test_text_falls_back_to_the_language_of_the_site_first(api: Client, site: Site, welsh: Locale) -> None:
    home = build.HomePageFactory(title="Hafan", locale=welsh)
    other = Site.objects.create(hostname="other.example", root_page=home)
    french = Locale.objects.get_or_create(language_code="fr")[0]
    write_banner(other, active=True, en="Mourning", cy="Galar")

    assert models.EmergencyBanner.objects.get().text_in(french).heading == "Galar"
    assert asked(api, "EmergencyBanner", "site=other.example")["heading"] == "Galar"


def test_banner_that_is_off_says_nothing_of_what_it_is_for(api: Client, site: Site, welsh: Locale) -> None:
    write_banner(site, active=False, en="CANARY", cy="CANARY")

    for query in ("", "locale=en", "locale=cy"):
        shown = asked(api, "EmergencyBanner", query)
        assert shown.pop("meta")["locale"] is None
        assert shown == {
            "active": False,
            "kind": "",
            "heading": "",
            "description": "",
            "link_text": "",
            "link_url": "",
        }
    assert "CANARY" not in api.get(ADDRESS).content.decode()


def test_banner_without_a_text_is_off(api: Client, site: Site) -> None:
    write_banner(site, active=True)

    assert asked(api, "EmergencyBanner")["active"] is False


def test_footer_leaves_out_what_is_hidden(api: Client, site: Site) -> None:
    hidden = build.SectionPageFactory(title="CANARY", live=False)
    footer = models.FooterSettings.objects.create(site=site)
    links = [build.link(page=hidden), build.link(url="https://a.example/", text="A")]
    column = ("column", {"title": "Help", "links": links})
    models.FooterText.objects.create(setting=footer, locale=Locale.get_default(), columns=[column], licence="Open")

    shown = asked(api, "FooterSettings")

    assert shown["licence"] == "Open"
    assert [link["text"] for link in shown["columns"][0]["value"]["links"]] == ["A"]


def test_statement_is_resolved(api: Client, site: Site, welsh: Locale) -> None:
    page = build.SectionPageFactory(title="Help", slug="help")
    hidden = build.SectionPageFactory(title="CANARY", slug="canary", live=False)
    contact = build.ContactFactory(title="Office")
    links = "".join(f'<a linktype="page" id="{each.pk}">here</a>' for each in (page, hidden))
    statement = models.AccessibilityStatement.objects.create(
        site=site, compliance="full", reviewed_on=dt.date(2026, 4, 6), contact=contact
    )
    body = [("text", f"<p>{links}</p>"), ("contact", {"contact": contact})]
    models.AccessibilityStatementText.objects.create(setting=statement, locale=Locale.get_default(), body=body)

    shown = asked(api, "AccessibilityStatement")

    assert (shown["compliance"], shown["reviewed_on"], shown["tested_on"]) == ("full", "2026-04-06", None)
    assert shown["contact"]["title"] == "Office"
    assert shown["body"][0]["value"].count("<a ") == 1
    assert "canary" not in shown["body"][0]["value"].lower()
    assert shown["body"][1]["value"]["contact"]["id"] == contact.pk
    assert shown["body"][0]["value"] != asked(api, "AccessibilityStatement", "rich_text_format=markdown")["body"][0]


def test_contact_is_that_of_the_language(api: Client, site: Site, welsh: Locale) -> None:
    contact = build.ContactFactory(title="Office")
    swyddfa = contact.copy_for_translation(welsh)
    swyddfa.title, swyddfa.live = "Swyddfa", True
    swyddfa.save()
    models.AccessibilityStatement.objects.create(site=site, contact=contact)

    assert asked(api, "AccessibilityStatement", "locale=cy")["contact"]["title"] == "Swyddfa"
    models.Contact.objects.filter(pk=swyddfa.pk).update(live=False)
    assert asked(api, "AccessibilityStatement", "locale=cy")["contact"]["title"] == "Office"
    models.Contact.objects.update(live=False)
    assert asked(api, "AccessibilityStatement", "locale=cy")["contact"] is None


def test_setting_that_nobody_filled_in_is_empty_and_stays_so(api: Client, site: Site) -> None:
    footer, statement = asked(api, "FooterSettings"), asked(api, "AccessibilityStatement")

    assert footer | {"meta": None} == {"meta": None, "columns": [], "licence": "", "licence_url": ""}
    assert footer["meta"]["locale"] is None
    assert (statement["compliance"], statement["body"], statement["prepared_on"]) == ("", [], None)
    for model in (models.FooterSettings, models.AccessibilityStatement, models.EmergencyBanner):
        assert not model.objects.exists()


def test_list_has_all_that_are_for_readers(api: Client, site: Site) -> None:
    write_banner(site, active=True, en="Mourning")

    answer = api.get(ADDRESS).json()

    assert answer["meta"] == {"total_count": 3}
    names = ["pages.AccessibilityStatement", "pages.EmergencyBanner", "pages.FooterSettings"]
    assert [entry["meta"]["type"] for entry in answer["items"]] == names
    assert answer["items"][1] == asked(api, "EmergencyBanner")


def test_setting_appears_when_it_says_that_it_is_for_readers(
    api: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem_of(api.get(f"{ADDRESS}pages.NavigationSettings/"), 404)

    monkeypatch.setattr(models.NavigationSettings, "api_public", True)
    monkeypatch.setattr(models.NavigationMenu, "api_fields", ["name"], raising=False)

    assert api.get(f"{ADDRESS}pages.NavigationSettings/").json()["name"] == ""
    assert api.get(ADDRESS).json()["meta"] == {"total_count": 4}
    described = SettingsViewSet.components["NavigationSettings"]
    assert described["properties"]["name"] == {"type": "string", "enum": ["main", "service", ""]}


def test_sites_have_settings_of_their_own(api: Client, site: Site, welsh: Locale) -> None:
    other = Site.objects.create(hostname="other.example", root_page=build.HomePageFactory())
    write_banner(site, active=True, en="Here", cy="Yma")
    write_banner(other, active=True, en="There", cy="Acw")

    assert asked(api, "EmergencyBanner")["heading"] == "Here"
    assert asked(api, "EmergencyBanner", "locale=cy")["heading"] == "Yma"
    assert asked(api, "EmergencyBanner", "site=other.example")["heading"] == "There"
    assert asked(api, "EmergencyBanner", f"site={other.pk}&locale=cy")["heading"] == "Acw"


@pytest.mark.parametrize(
    "name",
    [
        "accounts.User",
        "pages.HomePage",
        "pages.footersettings",
        "pages.FooterText",
        "pages.NavigationSettings",
        "FooterSettings",
        "x",
        "..",
        "pages.",
        "pages.FooterSettings%20",
        "%F0%9F%98%80",
        "a" * 1500,
        "pages.FooterSettings';--",
    ],
)
def test_name_of_nothing_for_readers_is_not_found(api: Client, site: Site, name: str) -> None:
    problem_of(api.get(f"{ADDRESS}{name}/"), 404)


@pytest.mark.parametrize("query", ["locale=xx", "site=nowhere.example", "x=1", "locale=en&locale=cy"])
def test_parameter_that_means_nothing_is_refused(api: Client, site: Site, query: str) -> None:
    problem_of(api.get(f"{ADDRESS}?{query}"), 400)
    problem_of(api.get(f"{ADDRESS}pages.FooterSettings/?{query}"), 400)


def test_setting_costs_the_same_for_any_number_of_references(api: Client, site: Site, welsh: Locale) -> None:
    statement = models.AccessibilityStatement.objects.create(site=site)
    footer = models.FooterSettings.objects.create(site=site)

    def count(number: int) -> int:
        models.AccessibilityStatementText.objects.all().delete()
        models.FooterText.objects.all().delete()
        pages = [build.SectionPageFactory() for _ in range(number)]
        contacts = build.ContactFactory.create_batch(number)
        document = files.DocumentFactory()
        attachment = {"document": document, "title": "", "language": "", "accessible": False}
        body = [("contact", {"contact": contact}) for contact in contacts]
        body.append(("attachments", {"title": "", "attachments": [attachment] * number}))
        columns = [("column", {"title": "Help", "links": [build.link(page=page)]}) for page in pages]
        english = Locale.get_default()
        models.AccessibilityStatementText.objects.create(setting=statement, locale=english, body=body)
        models.FooterText.objects.create(setting=footer, locale=english, columns=columns)
        api.get(f"{ADDRESS}?locale=cy")
        with CaptureQueriesContext(connection) as queries:
            response = api.get(f"{ADDRESS}?locale=cy")
        assert response.status_code == 200
        return len(queries)

    few = count(3)
    assert count(20) == count(50) == few
    assert few <= 30
