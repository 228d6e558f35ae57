"""Lists say where their other pages are (RFC 8288)."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from rest_framework.request import Request
from rest_framework.response import Response

from api.pagination import with_links
from tests.factories import pages as build


def links_of(response: HttpResponse) -> dict[str, str]:
    """Addresses by relation."""
    return {name: url for url, name in re.findall(r'<([^>]*)>; rel="(\w+)"', response["Link"])}


def offsets(address: str, total_count: int) -> dict[str, int]:
    """Where the linked pages of a list begin."""
    request: HttpRequest = RequestFactory().get(address)
    response = with_links(Request(request), Response(), total_count)
    return {name: int(parse_qs(urlsplit(url).query)["offset"][0]) for name, url in links_of(response).items()}


@pytest.mark.parametrize(
    ("query", "total_count", "expected"),
    [
        ("", 0, {"first": 0, "last": 0}),
        ("", 20, {"first": 0, "last": 0}),
        ("", 21, {"first": 0, "next": 20, "last": 20}),
        ("limit=10", 35, {"first": 0, "next": 10, "last": 30}),
        ("limit=10&offset=10", 35, {"first": 0, "prev": 0, "next": 20, "last": 30}),
        ("limit=10&offset=30", 35, {"first": 0, "prev": 20, "last": 30}),
        ("limit=10&offset=5", 35, {"first": 0, "prev": 0, "next": 15, "last": 30}),
        ("limit=10&offset=1000", 35, {"first": 0, "prev": 30, "last": 30}),
        ("limit=100&offset=9950", 50_000, {"first": 0, "prev": 9850, "last": 10_000}),
        ("limit=100&offset=9900", 50_000, {"first": 0, "prev": 9800, "next": 10_000, "last": 10_000}),
    ],
)
def test_links_lead_to_pages_that_there_are(query: str, total_count: int, expected: dict[str, int]) -> None:
    assert offsets(f"/api/v2/pages/?{query}", total_count) == expected


def test_client_that_follows_the_links_sees_every_row_once(api: Client) -> None:
    build.TopicPageFactory.create_batch(7)
    seen: list[int] = []
    address: str | None = "/api/v2/pages/?limit=3&order=title"
    while address:
        response = api.get(address)
        assert response.status_code == 200
        seen += [item["id"] for item in response.json()["items"]]
        address = links_of(response).get("next")  # type: ignore[arg-type]

    assert len(seen) == len(set(seen)) == response.json()["meta"]["total_count"]


def test_links_are_absolute_and_keep_the_question(api: Client) -> None:
    build.TopicPageFactory.create_batch(3)

    response = api.get("/api/v2/pages/?fields=title,slug&title=caf%C3%A9%26%3E&limit=1&_=123&site=localhost")

    first = links_of(response)["first"]
    assert first.startswith("http://testserver/api/v2/pages/?")
    assert parse_qs(urlsplit(first).query) == {
        "fields": ["title,slug"],
        "title": ["café&>"],
        "limit": ["1"],
        "site": ["localhost"],
        "offset": ["0"],
    }


def test_links_stay_on_the_host_that_chose_the_site(api: Client) -> None:
    response = api.get("/api/v2/pages/", headers={"host": "localhost"})

    assert links_of(response)["first"] == "http://localhost/api/v2/pages/?offset=0"


@pytest.mark.parametrize("name", ["pages", "images", "documents"])
def test_every_list_has_links(api: Client, name: str) -> None:
    assert set(links_of(api.get(f"/api/v2/{name}/"))) == {"first", "last"}
