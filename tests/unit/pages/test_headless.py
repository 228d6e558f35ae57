"""Where an editor goes who opens a page, when a website reads the API."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import Settings
from wagtail.models import PageViewRestriction, Site

from tests.factories import pages as factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def website(settings: Settings) -> str:
    """A website that reads the API."""
    settings.FRONTEND_URL = "https://www.example.gov.uk"
    return str(settings.FRONTEND_URL)


def test_a_page_is_shown_on_the_website(client: Client, website: str) -> None:
    page = factories.NewsArticlePageFactory(title="Herons return", slug="herons")
    response = client.get(page.url)
    assert response.status_code == 302
    assert response.headers["Location"] == f"{website}/section/herons/"
    assert response.headers["Cache-Control"] == "no-cache"


def test_the_query_string_is_kept(client: Client, website: str) -> None:
    page = factories.section("Canals")
    response = client.get(f"{page.url}?page=2&q=%C3%A9&x=%00")
    assert response.headers["Location"] == f"{website}/canals/?page=2&q=%C3%A9&x=%00"


def test_a_query_string_cannot_lead_elsewhere(client: Client, website: str) -> None:
    factories.home_page()
    response = client.get("/?next=//evil.example", follow=False)
    assert response.headers["Location"].startswith(f"{website}/?")


def test_an_unknown_host_is_no_error(client: Client, website: str) -> None:
    page = factories.section("Canals")
    Site.objects.update(hostname="other.example", is_default_site=False)
    assert client.get(page.url or "/canals/").status_code == 404


def test_a_private_page_asks_for_a_sign_in_first(client: Client, website: str) -> None:
    page = factories.section("Canals")
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.create(name="Somebody"))
    assert "/canals/" not in client.get(page.url).headers["Location"].partition("?")[0]
