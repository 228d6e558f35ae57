"""Rules that hold at every address under /api/, taken from the URL configuration: a new endpoint needs no new test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver

from api.urls import urlpatterns
from api.viewsets.index import UnknownAddress
from tests.contract.crawl import media_type_of

NOWHERE = "/api/nothing/"
EXAMPLES = {"int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-4000-8000-000000000000", "path": "x"}


def _addresses(patterns: Iterable[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, route)
        else:
            address = re.sub(r"<(\w+):\w+>", lambda match: EXAMPLES[match[1]], route)
            yield (NOWHERE if pattern.callback.cls is UnknownAddress else address), pattern.callback


ADDRESSES = dict(_addresses(urlpatterns, "/api/"))
EVERYWHERE = pytest.mark.parametrize("address", ADDRESSES)


def assert_problem(response: Any, *statuses: int) -> None:
    assert response.status_code in statuses, response.content[:300]
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code
    assert response.json()["instance"] == response["X-Request-ID"]
    assert response["API-Version"] == settings.API_VERSION
    assert "no-store" in response["Cache-Control"]


@EVERYWHERE
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("query", ["x=%00", "x=%ff", "_=1&_=2", "limit=-1", f"x={'a' * 8192}"])
def test_bad_query_is_refused(api: Client, address: str, method: str, query: str) -> None:
    assert_problem(getattr(api, method)(f"{address}?{query}"), 400)


@EVERYWHERE
def test_unknown_parameter_is_refused(api: Client, address: str) -> None:
    actions = getattr(ADDRESSES[address], "actions", None) or {"get": ""}
    method = "get" if "get" in actions else next(iter(actions))

    assert_problem(api.generic(method.upper(), f"{address}?nonsense=1"), 404 if address == NOWHERE else 400)


@EVERYWHERE
@pytest.mark.parametrize("body", [b"{", b'{"a": "\\u0000"}', b"[" * 100_000])
def test_bad_body_is_refused(api: Client, address: str, body: bytes) -> None:
    assert_problem(api.post(address, body, content_type="application/json"), 400)


@EVERYWHERE
def test_unknown_method_is_refused(api: Client, address: str) -> None:
    assert_problem(api.generic("BREW", address), 401, 405)


@EVERYWHERE
@pytest.mark.parametrize("credential", ["Bearer garbage", "Bearer", "Bearer a b", "Bearer é", "Bearer " + "a" * 5000])
def test_credential_that_is_no_good_is_never_taken_for_none(api: Client, address: str, credential: str) -> None:
    if not ADDRESSES[address].cls.authentication_classes:
        return  # signing in and out: what the header says is not looked at
    response = api.get(address, headers={"authorization": credential})

    assert_problem(response, 401)
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response["Cache-Control"] == "private, no-store"


@EVERYWHERE
def test_answer_is_of_the_declared_kind_without_cookies(api: Client, address: str) -> None:
    response = api.get(address, headers={"accept": "text/html"})

    kind = response.headers.get("Content-Type", "application/json").partition(";")[0]
    assert kind == media_type_of(ADDRESSES[address]) or kind.endswith("json") or response.status_code == 302
    assert not response.cookies
    assert "Authorization" in response["Vary"]
    assert response["X-Content-Type-Options"] == "nosniff"
