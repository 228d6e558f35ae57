"""Whatever is asked, the answer is JSON and no 5xx: property-based, on PostgreSQL."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from api.middleware import REFUSED_BY_THE_DATABASE
from api.parameter_rules import _RULES
from tests.contract.crawl import Route, filled, found_routes, media_type_of, page_types
from tests.contract.openapi import assert_as_documented
from tests.factories import pages as build

FIELDS = [
    "title",
    "slug",
    "id",
    "body",
    "tags",
    "parent",
    "alias_of",
    "locale",
    "html_url",
    "lead_image",
    "topics",
    "attachments",
    "starts_at",
    "is_online",
    "phase",
    "review_by",
    "public_updated_at",
    "first_published_at",
    "published_on",
    "size",
]
NAMES = sorted({*_RULES, *FIELDS, "html_path", "rich_text_format", "_", "collection", "pk", "live", "owner__password"})
NUMBERS = st.one_of(st.integers(), st.sampled_from([0, 1, 2, 100, 101, 2**31, 2**63, 10**23, -1])).map(str)
NASTY = st.sampled_from(
    [
        *"%'\"\\*-,&|!():",
        *["*()", "a,,b", "a & b", "<->", "a:*", ";--", "..", "//", "[]", "{}", "null", "NaN", "1e400", "\U0010ffff"],
        *["true", "random", "root", "/cy/", "/cy//", "http://localhost/", "http://[", "2030-01-01"],
        *["2030-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
    ]
)
GRAMMAR = st.lists(st.sampled_from(["*", "_", "-", "(", ")", ",", " ", *FIELDS]), max_size=12).map("".join)
KNOWN = st.sampled_from(["en", "cy", "localhost", "localhost:80", "html", "db_html", "and", "or", "json", *FIELDS])
TYPES = st.lists(st.sampled_from([*page_types(), "wagtailcore.Page", "accounts.User", "x.y"]), max_size=3).map(",".join)
VALUES = st.one_of(st.text(max_size=30), NUMBERS, NASTY, GRAMMAR, KNOWN, TYPES)
PARAMETERS = st.lists(st.tuples(st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), VALUES), max_size=5)
QUERIES = PARAMETERS.map(lambda pairs: urlencode(pairs, errors="surrogatepass"))
BYTES = st.binary(max_size=40).map(lambda raw: quote(raw, safe="=&+%"))

EXAMPLES = settings(
    max_examples=100,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def pages(db: None) -> list[Page]:
    """A few pages, so that filters have something to work on."""
    home = build.home_page()
    made = [build.NewsArticlePageFactory(), build.EventPageFactory(), build.PublicationPageFactory()]
    return [home, *made]


def assert_is_an_answer(api: Client, address: str, media_type: str = "application/json") -> None:
    response = api.get(address)
    assert_as_documented("get", address, response)
    assert response.status_code in {200, 301, 302, 400, 404, 405, 414}, address
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json", address
        problem = response.json()
        assert problem["status"] == response.status_code
        assert problem["detail"] != REFUSED_BY_THE_DATABASE, address
    if response.status_code == 200:
        assert response["Content-Type"].partition(";")[0] == media_type, address
        if media_type.endswith("json"):
            response.json()
        if media_type.endswith("xml"):
            fromstring(response.content)


@pytest.mark.parametrize("route", found_routes(), ids=lambda route: route.path)
@given(query=st.one_of(QUERIES, BYTES))
@example(query="offset=99999999999999999999999")
@example(query="search=a&offset=99999999999999999999999")
@example(query="first_published_at=foo")
@EXAMPLES
def test_any_query_is_answered(api: Client, pages: list[Page], route: Route, query: str) -> None:
    assert_is_an_answer(api, f"{filled(route.path, pages[-1].pk)}?{query}", media_type_of(route.view))


@pytest.mark.parametrize("page_type", ["pages.EventPage", "pages.PublicationPage"])
@given(name=st.sampled_from(FIELDS), lookup=st.sampled_from(["", "__gte", "__lt", "__in"]), value=VALUES)
@EXAMPLES
def test_any_value_of_a_field_is_answered(
    api: Client, pages: list[Page], page_type: str, name: str, lookup: str, value: str
) -> None:
    query = urlencode({"type": page_type, name + lookup: value}, errors="surrogatepass")

    assert_is_an_answer(api, f"/api/v2/pages/?{query}")


@pytest.mark.parametrize("name", ["pages", "images", "documents"])
@given(
    search=st.one_of(st.text(max_size=40), NASTY),
    order=st.one_of(st.just(""), st.sampled_from(FIELDS)),
    operator=st.sampled_from(["and", "or"]),
)
@EXAMPLES
def test_any_search_is_answered(
    api: Client, pages: list[Page], name: str, search: str, order: str, operator: str
) -> None:
    query = {"search": search, "search_operator": operator} | ({"order": order} if order else {})

    assert_is_an_answer(api, f"/api/v2/{name}/?{urlencode(query, errors='surrogatepass')}")


@given(fields=GRAMMAR)
@EXAMPLES
def test_any_choice_of_fields_is_answered(api: Client, pages: list[Page], fields: str) -> None:
    for page in pages:
        assert_is_an_answer(api, f"/api/v2/pages/{page.pk}/?{urlencode({'fields': fields})}")


@given(path=st.one_of(st.text(max_size=40), BYTES, NASTY))
@EXAMPLES
def test_any_path_is_answered(api: Client, pages: list[Page], path: str) -> None:
    assert_is_an_answer(api, f"/api/v2/pages/find/?{urlencode({'html_path': path}, errors='surrogatepass')}")
    assert_is_an_answer(api, "/api/" + quote(path, errors="surrogatepass"))
