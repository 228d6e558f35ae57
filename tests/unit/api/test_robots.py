"""What search engines are told: by a website, which asks the API for it, and by the CMS itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Site

from tests.factories import pages as build
from tests.unit.api.problems import problem_of

ROBOTS = "/api/v2/robots/"
NOTHING = "User-agent: *\nDisallow: /\n"


def text(api: Client, query: str = "") -> str:
    response = api.get(f"{ROBOTS}?{query}")
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    return response.content.decode()


def test_website_in_production_may_be_read(api: Client, settings: Any) -> None:
    settings.APP_ENV = "production"
    settings.FRONTEND_URL = "https://www.example.gov.uk"

    assert text(api) == "User-agent: *\nDisallow:\n\nSitemap: https://www.example.gov.uk/sitemap.xml\n"


def test_each_website_names_its_own_sitemap(api: Client, settings: Any) -> None:
    settings.APP_ENV = "production"
    settings.FRONTEND_URL = "https://www.example.gov.uk"
    other = build.HomePageFactory(title="Other home", slug="other")
    Site.objects.create(hostname="other.example.gov.uk", port=443, root_page=other)

    assert text(api, "site=other.example.gov.uk").endswith("Sitemap: https://other.example.gov.uk/sitemap.xml\n")


@pytest.mark.parametrize("environment", ["staging", "development", "test"])
def test_nothing_but_production_may_be_read(api: Client, settings: Any, environment: str) -> None:
    settings.APP_ENV = environment

    assert text(api) == NOTHING


@pytest.mark.parametrize("query", ["site=nobody.example", "locale=en", "x=1", "site=%00"])
def test_unknown_things_are_refused(api: Client, query: str) -> None:
    problem_of(api.get(f"{ROBOTS}?{query}"), 400)


@pytest.mark.parametrize("environment", ["production", "staging"])
def test_cms_itself_is_not_to_be_read(client: Client, db: None, settings: Any, environment: str) -> None:
    settings.APP_ENV = environment
    build.home_page()

    response = client.get("/robots.txt")

    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == NOTHING
    assert not response.cookies
    assert client.post("/robots.txt").status_code == 405
