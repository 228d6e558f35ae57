"""The list of redirects, for servers that apply them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site

from pages.models import HomePage
from tests.factories import pages as build
from tests.unit.api.problems import problem_of

REDIRECTS = "/api/v2/redirects/"


def listed(api: Client, query: str = "") -> dict[str, Any]:
    """Locations by old paths."""
    response = api.get(f"{REDIRECTS}?{query}")
    assert response.status_code == 200, response.content
    answer = response.json()
    assert answer["meta"]["total_count"] == len(answer["items"])
    return {item["old_path"]: item["location"] for item in answer["items"]}


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


@pytest.fixture
def home(db: None) -> HomePage:
    return build.home_page()


@pytest.fixture
def other_home(home: HomePage) -> HomePage:
    other: HomePage = build.HomePageFactory(slug="other")
    Site.objects.create(hostname="other.example.gov.uk", port=443, root_page=other)
    return other


def test_redirect_says_from_where_to_where(api: Client, home: HomePage, settings: Any) -> None:
    settings.FRONTEND_URL = "https://www.example.gov.uk"
    page = build.TopicPageFactory(slug="new")
    redirect = Redirect.add_redirect("/old/", page, is_permanent=False, site=Site.objects.get())

    (item,) = api.get(REDIRECTS).json()["items"]

    created_at = item.pop("created_at")
    assert created_at.endswith("Z")
    assert item == {
        "id": redirect.pk,
        "meta": item["meta"],
        "old_path": "/old",
        "location": "https://www.example.gov.uk/new/",
        "is_permanent": False,
        "site": "localhost:80",
    }
    assert item["meta"]["type"] == "wagtailredirects.Redirect"
    assert item["meta"]["detail_url"].endswith(f"{REDIRECTS}{redirect.pk}/")
    assert api.get(f"{REDIRECTS}{redirect.pk}/").json() == item | {"created_at": created_at}


def test_list_has_those_of_the_site_and_those_of_all_sites(api: Client, other_home: HomePage) -> None:
    here, there = Site.objects.get(is_default_site=True), Site.objects.get(is_default_site=False)
    Redirect.add_redirect("/everywhere", "https://elsewhere.example/everywhere")
    Redirect.add_redirect("/both", "https://elsewhere.example/global")
    Redirect.add_redirect("/both", "https://elsewhere.example/here", site=here)
    Redirect.add_redirect("/there", "https://elsewhere.example/there", site=there)

    assert listed(api) == {
        "/everywhere": "https://elsewhere.example/everywhere",
        "/both": "https://elsewhere.example/here",
    }
    assert listed(api, "site=other.example.gov.uk") == {
        "/everywhere": "https://elsewhere.example/everywhere",
        "/both": "https://elsewhere.example/global",
        "/there": "https://elsewhere.example/there",
    }
    problem_of(api.get(f"{REDIRECTS}?site=nobody.example"), 400)


def test_list_has_none_that_leads_to_what_is_hidden(api: Client, home: HomePage) -> None:
    draft, restricted = build.TopicPageFactory(slug="draft", live=False), build.TopicPageFactory(slug="restricted")
    restrict(restricted)
    Redirect.add_redirect("/to-draft", draft)
    Redirect.add_redirect("/to-restricted", restricted)
    Redirect.add_redirect("/to-outside", build.HomePageFactory(slug="outside"))
    Redirect.add_redirect("/link-to-draft", "/draft/")
    Redirect.add_redirect("/link-to-restricted", "http://localhost/restricted?x")
    Redirect.add_redirect("/empty", "")
    Redirect.add_redirect("/script", "javascript:alert(1)")
    Redirect.add_redirect("/relative", "/a-part-of/the-website/")

    assert listed(api) == {"/relative": "http://localhost/a-part-of/the-website/"}
    for redirect in Redirect.objects.exclude(old_path="/relative"):
        problem_of(api.get(f"{REDIRECTS}{redirect.pk}/"), 404)
        problem_of(api.get(f"{REDIRECTS}find/?html_path={redirect.old_path}"), 404)


@pytest.mark.parametrize("asked", ["/old", "/old/", "old", "//old/", "/old/?utm=1", "http://localhost/old/", "/%6fld"])
def test_redirect_is_found_by_its_path(api: Client, home: HomePage, asked: str) -> None:
    redirect = Redirect.add_redirect("/old", "https://elsewhere.example/")

    response = api.get(f"{REDIRECTS}find/", {"html_path": asked})

    assert response.status_code == 302
    assert f"{REDIRECTS}{redirect.pk}/" in response["Location"]
    assert api.get(f"{REDIRECTS}find/?id={redirect.pk}").status_code == 302


@pytest.mark.parametrize("query", ["html_path=/nothing", "html_path=https://nobody.example/old", "id=99999", ""])
def test_no_redirect_is_found(api: Client, home: HomePage, query: str) -> None:
    Redirect.add_redirect("/old", "https://elsewhere.example/")

    problem_of(api.get(f"{REDIRECTS}find/?{query}"), 404)


@pytest.mark.parametrize(
    "query",
    ["search=a", "nonsense=1", "fields=nonsense", "order=location", "limit=0", "rich_text_format=html", "type=x"],
)
def test_bad_question_is_refused(api: Client, home: HomePage, query: str) -> None:
    problem_of(api.get(f"{REDIRECTS}?{query}"), 400)


def test_list_can_be_filtered_ordered_and_cut(api: Client, home: HomePage) -> None:
    for name in ("a", "b", "c"):
        Redirect.add_redirect(f"/{name}", "https://elsewhere.example/", is_permanent=name != "b")

    assert listed(api, "is_permanent=false").keys() == {"/b"}
    assert listed(api, "old_path=/c").keys() == {"/c"}
    assert listed(api, "created_at__gte=2000-01-01T00:00:00Z").keys() == {"/a", "/b", "/c"}
    answer = api.get(f"{REDIRECTS}?order=-old_path&limit=1&offset=1&fields=_,old_path").json()
    assert answer == {"meta": {"total_count": 3}, "items": [{"old_path": "/b"}]}


def test_list_costs_the_same_for_any_number_of_rows(api: Client, home: HomePage) -> None:
    def count() -> int:
        api.get(f"{REDIRECTS}?fields=*&limit=100")
        with CaptureQueriesContext(connection) as captured:
            api.get(f"{REDIRECTS}?fields=*&limit=100")
        return len(captured)

    def add(number: int) -> None:
        Redirect.add_redirect(f"/page-{number}", build.TopicPageFactory(), page_route_path="/x/")
        Redirect.add_redirect(f"/link-{number}", f"/somewhere/{number}/", site=Site.objects.get())
        Redirect.add_redirect(f"/elsewhere-{number}", f"https://elsewhere{number}.example/")

    add(0)
    few = count()
    for number in range(1, 12):
        add(number)

    assert count() == few <= 20
