"""Which site is meant, and finding pages by their address."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Locale, Page, PageViewRestriction, Site

from pages.models import HomePage
from tests.factories import pages as build
from tests.unit.api.problems import problem_of

FIND = "/api/v2/pages/find/"


@pytest.fixture
def other_home(db: None) -> HomePage:
    """The root of a second site, under https."""
    home: HomePage = build.HomePageFactory(title="Other home", slug="other")
    Site.objects.create(hostname="other.example.gov.uk", port=443, root_page=home)
    return home


@pytest.fixture
def welsh_home(db: None) -> HomePage:
    """The Welsh translation of the default site's root."""
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    home: HomePage = build.home_page().copy_for_translation(welsh)
    home.title = "Hafan"
    home.save_revision().publish()
    return HomePage.objects.get(pk=home.pk)


def found(api: Client, query: str) -> int | None:
    """The id of the page that `find/` leads to."""
    response = api.get(f"{FIND}?{query}")
    if response.status_code == 404:
        problem_of(response, 404)
        return None
    assert response.status_code == 302, response.content
    assert response["Location"].startswith("http://testserver/api/v2/pages/")
    return int(response["Location"].partition("?")[0].rstrip("/").rpartition("/")[2])


def listed(api: Client, query: str = "", **headers: str) -> set[str]:
    response = api.get(f"/api/v2/pages/?{query}", headers=headers)
    assert response.status_code == 200, response.content
    return {item["title"] for item in response.json()["items"]}


def test_site_is_chosen_by_host(api: Client, other_home: HomePage, settings: object) -> None:
    build.home_page()
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]

    assert listed(api) == {"Home"}
    assert listed(api, host="other.example.gov.uk") == {"Other home"}


@pytest.mark.parametrize("site", ["other.example.gov.uk", "other.example.gov.uk:443", "OTHER.example.gov.uk", "id"])
def test_site_is_chosen_by_parameter(api: Client, other_home: HomePage, site: str) -> None:
    site = str(Site.objects.get(hostname="other.example.gov.uk").pk) if site == "id" else site
    assert listed(api, f"site={site}") == {"Other home"}
    assert listed(api, f"site={site}&child_of=root") == set()
    build.TopicPageFactory(title="Below", parent=other_home)
    assert listed(api, f"site={site}&child_of=root") == {"Below"}


def test_address_of_a_page_is_on_its_own_site(api: Client, other_home: HomePage) -> None:
    page = build.TopicPageFactory(title="Below", slug="below", parent=other_home)

    detail = api.get(f"/api/v2/pages/{page.pk}/?site=other.example.gov.uk").json()

    assert detail["meta"]["html_url"] == "https://other.example.gov.uk/below/"


def test_page_of_another_site_is_not_found_unless_it_is_chosen(api: Client, other_home: HomePage) -> None:
    problem_of(api.get(f"/api/v2/pages/{other_home.pk}/"), 404)


def test_unknown_site_is_refused(api: Client) -> None:
    problem = problem_of(api.get("/api/v2/pages/?site=nobody.example"), 400)

    assert problem["errors"][0]["loc"] == ["query", "site"]


def test_host_name_of_two_sites_is_refused(api: Client, other_home: HomePage) -> None:
    Site.objects.create(hostname="other.example.gov.uk", port=8443, root_page=build.HomePageFactory(slug="third"))

    problem_of(api.get("/api/v2/pages/?site=other.example.gov.uk"), 400)
    assert listed(api, "site=other.example.gov.uk:443") == {"Other home"}


@pytest.mark.parametrize("query", ["", "child_of=root", "fields=*", "search=a", "translation_of=root"])
def test_service_without_a_site_answers(api: Client, query: str) -> None:
    Site.objects.all().delete()

    response = api.get(f"/api/v2/pages/?{query}")

    assert response.status_code in {200, 400}
    assert api.get(f"{FIND}?html_path=/").status_code == 404


def test_home_page_is_found(api: Client) -> None:
    home = build.home_page()

    assert found(api, "html_path=/") == found(api, "html_path=") == home.pk


@pytest.mark.parametrize("path", ["/a/b/", "/a/b", "a/b", "a/b/", "//a//b//", "/x/%2e%2e/a/b/?x=1%23y"])
def test_page_is_found_by_its_path(api: Client, path: str) -> None:
    page = build.TopicPageFactory(slug="b", parent=build.TopicPageFactory(slug="a"))

    assert found(api, f"html_path={path}") == page.pk


@pytest.mark.parametrize("path", ["/cy/", "/cy", "cy/"])
def test_home_page_in_another_language_is_found(api: Client, welsh_home: HomePage, path: str) -> None:
    assert found(api, f"html_path={path}") == welsh_home.pk


def test_address_that_the_api_gives_leads_back(api: Client, welsh_home: HomePage) -> None:
    pages = [
        build.home_page(),
        welsh_home,
        build.TopicPageFactory(slug="gyrru", parent=welsh_home),
        build.TopicPageFactory(slug="driving"),
    ]

    for page in pages:
        html_url = api.get(f"/api/v2/pages/{page.pk}/").json()["meta"]["html_url"]
        assert found(api, f"html_path={html_url}") == page.pk
        assert found(api, f"html_path={html_url.removeprefix('http://localhost')}") == page.pk


def test_page_whose_address_looks_like_a_language_is_found(api: Client) -> None:
    page = build.TopicPageFactory(slug="cy")

    assert found(api, "html_path=/cy/") == page.pk


def test_url_of_another_site_is_found_there(api: Client, other_home: HomePage) -> None:
    page = build.TopicPageFactory(slug="below", parent=other_home)

    response = api.get(f"{FIND}?html_path=https://other.example.gov.uk/below/?utm=1")

    assert response.status_code == 302
    assert f"/api/v2/pages/{page.pk}/" in response["Location"]
    assert api.get(response["Location"].removeprefix("http://testserver")).json()["id"] == page.pk


@pytest.mark.parametrize(
    "query",
    [
        "html_path=/nothing/",
        "html_path=/cy/nothing/",
        "html_path=https://nobody.example/",
        "html_path=https://localhost:²/",
        "html_path=https://localhost:99999999999999999999/",
        "html_path=https://[::1]:80/",
        "html_path=https://localhost/nothing/",
        "html_path=/" + "a/" * 500,
        "html_path=https://1/",
        "html_path=/a%0d%0ab/",
        "id=99999",
        "fields=*",
        "",
    ],
)
def test_nothing_is_found(api: Client, query: str) -> None:
    build.home_page()

    assert found(api, query) is None


@pytest.mark.parametrize(
    "query",
    [
        "html_path=/%00/",
        "html_path=http://%00/",
        "html_path=http://[/",
        "html_path=http://[::1",
        "id=abc",
        "id=-1",
        "id=100000000000000000000000",
        "id=",
        "html_path=/&site=nobody.example",
        "html_path=" + "a" * 8192,
        "html_path=/&html_path=/",
    ],
)
def test_bad_question_is_refused(api: Client, query: str) -> None:
    problem_of(api.get(f"{FIND}?{query}"), 400)


def test_detail_keeps_the_parameters(api: Client) -> None:
    page = build.TopicPageFactory(slug="a")

    response = api.get(f"{FIND}?html_path=/a/&fields=_,title&rich_text_format=markdown")

    assert response["Location"].startswith(f"http://testserver/api/v2/pages/{page.pk}/?")
    assert "fields=_%2Ctitle" in response["Location"]
    assert "html_path" not in response["Location"]


def test_page_is_found_in_the_language_that_is_asked_for(api: Client, welsh_home: HomePage) -> None:
    page = build.TopicPageFactory(slug="gyrru", parent=welsh_home)

    assert found(api, "html_path=/gyrru/&locale=cy") == found(api, "html_path=/cy/gyrru/&locale=cy") == page.pk
    assert found(api, "html_path=/gyrru/") is None
    problem_of(api.get(f"{FIND}?html_path=/gyrru/&locale=fr"), 400)


def test_page_is_found_by_its_address_on_the_website(api: Client, settings: Any) -> None:
    settings.FRONTEND_URL = "https://www.example.gov.uk"
    page = build.TopicPageFactory(slug="a")

    assert found(api, "html_path=https://www.example.gov.uk/a/") == page.pk


def test_hidden_page_is_not_found(api: Client) -> None:
    draft = build.TopicPageFactory(slug="draft", live=False)
    restricted = build.TopicPageFactory(slug="restricted")
    PageViewRestriction.objects.create(page=restricted, restriction_type=PageViewRestriction.LOGIN)

    for page in (draft, restricted):
        assert found(api, f"html_path=/{page.slug}/") is None
        assert found(api, f"id={page.pk}") is None


def test_page_says_in_which_language_it_is(api: Client, welsh_home: HomePage) -> None:
    assert api.get(f"/api/v2/pages/{welsh_home.pk}/")["Content-Language"] == "cy"


def test_root_of_the_tree_is_no_page(api: Client) -> None:
    problem_of(api.get(f"/api/v2/pages/{Page.get_first_root_node().pk}/"), 404)
