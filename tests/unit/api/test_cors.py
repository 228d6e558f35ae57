"""Scripts of allowed websites may read the API, and no others."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests.factories.people import PersonFactory
from tests.unit.api.tokens.client import bearer, sign_in

FRONTEND = "https://www.example.gov.uk"
PAGES = "/api/v2/pages/"


@pytest.fixture(autouse=True)
def _allowed(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [FRONTEND, "http://localhost:3001"]


@pytest.mark.parametrize("origin", [FRONTEND, "http://localhost:3001"])
@pytest.mark.parametrize("address", [PAGES, "/api/", "/api/v2/nothing/", "/api/v2/pages/?limit=0"])
def test_allowed_website_may_read_every_answer(api: Client, origin: str, address: str) -> None:
    response = api.get(address, headers={"origin": origin})

    assert response["Access-Control-Allow-Origin"] == origin
    assert "origin" in response["Vary"].lower()
    exposed = {name.strip().lower() for name in response["Access-Control-Expose-Headers"].split(",")}
    assert {"etag", "link", "ratelimit-remaining", "x-request-id", "api-version", "retry-after"} <= exposed
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://www.example.gov.uk",
        "https://www.example.gov.uk:8443",
        "https://www.example.gov.uk.evil.example",
        "https://example.gov.uk",
        "null",
        "",
    ],
)
def test_other_website_may_not(api: Client, origin: str) -> None:
    response = api.get(PAGES, headers={"origin": origin})

    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response
    assert "origin" in response["Vary"].lower()


@pytest.mark.parametrize(
    "origin",
    [
        "https://[",
        "https://[::1",
        "https://www.\nexample.gov.uk",
        "https://www.example.gov.uk\r\nX-Evil: 1",
        "https://www.example.gov.uk/path",
        "https://www.example.gov.uk\x00",
        "//www.example.gov.uk",
        "x" * 10_000,
        "https://www.example.gov.uk:99999",
        "\xff\xfe",
    ],
)
@pytest.mark.parametrize("method", ["get", "options"])
def test_what_is_no_origin_is_ignored(api: Client, origin: str, method: str) -> None:
    response = getattr(api, method)(PAGES, HTTP_ORIGIN=origin, HTTP_ACCESS_CONTROL_REQUEST_METHOD="GET")

    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response


def test_nobody_is_allowed_unless_configured(api: Client, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = []

    assert "Access-Control-Allow-Origin" not in api.get(PAGES, headers={"origin": FRONTEND})


def test_preflight_is_answered_uncounted_and_kept_by_no_cdn(api: Client, settings: Settings) -> None:
    settings.RATE_LIMIT_MAX = 1
    asked = {
        "origin": FRONTEND,
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization, if-none-match, idempotency-key, x-preview-token",
    }
    for _ in range(3):
        response = api.options(PAGES, headers=asked)
        assert response.status_code == 200
        assert "RateLimit-Limit" not in response

    assert response.content == b""
    assert response["Cache-Control"] == "no-store"
    assert response["Access-Control-Allow-Origin"] == FRONTEND
    assert {"GET", "POST"} <= {name.strip() for name in response["Access-Control-Allow-Methods"].split(",")}
    allowed = {name.strip() for name in response["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "if-none-match", "idempotency-key", "x-preview-token", "content-type"} <= allowed
    assert int(response["Access-Control-Max-Age"]) > 0


def test_preflight_of_another_website_grants_nothing(api: Client) -> None:
    asked = {"origin": "https://evil.example", "access-control-request-method": "GET"}

    response = api.options(PAGES, headers=asked)

    assert not {name for name in response.headers if name.lower().startswith("access-control-")}


@pytest.mark.parametrize("address", ["/admin/login/", "/health", "/documents/1/x.pdf"])
def test_only_the_api_is_open_to_scripts(api: Client, address: str) -> None:
    response = api.get(address, headers={"origin": FRONTEND})

    assert "Access-Control-Allow-Origin" not in response


def test_answer_to_a_token_may_be_read_too(api: Client) -> None:
    access = sign_in(PersonFactory.create())["access"]

    response = api.get(PAGES, headers=bearer(access) | {"origin": FRONTEND})

    assert response["Access-Control-Allow-Origin"] == FRONTEND
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.django_db(transaction=True)
def test_kept_answer_is_for_the_origin_that_asks() -> None:
    client = Client()
    assert client.get(PAGES, headers={"origin": FRONTEND})["Access-Control-Allow-Origin"] == FRONTEND
    assert "Access-Control-Allow-Origin" not in client.get(PAGES)
    other = client.get(PAGES, headers={"origin": "http://localhost:3001"})
    assert "RateLimit-Limit" not in other, "it is the kept one"
    assert other["Access-Control-Allow-Origin"] == "http://localhost:3001"
    not_modified = client.get(PAGES, headers={"origin": FRONTEND, "if-none-match": other["ETag"]})
    assert not_modified.status_code == 304
    assert not_modified["Access-Control-Allow-Origin"] == FRONTEND
