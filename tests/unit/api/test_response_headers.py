"""Headers of every answer under /api/: who may keep it, and for whom it is."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings
from wagtail.models import Page, PageViewRestriction

from tests.unit.api.problems import problem_of

ADDRESSES = ["/api/", "/api/v2/", "/api/v2/pages/", "/api/v2/nothing/", "/api/v2/pages/?limit=0"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_says_which_version_it_is_of_and_what_it_depends_on(api: Client, address: str) -> None:
    response = api.get(address)

    assert response["API-Version"] == settings.API_VERSION
    assert response["X-Content-Type-Options"] == "nosniff"
    negotiated = ["Accept-Encoding"] if address.startswith("/api/v2/") else []
    assert response["Vary"] == ", ".join(["Authorization", *negotiated, "Origin"])
    assert response["X-Request-ID"]


def test_public_answer_may_be_kept_by_a_cdn_and_is_checked_by_browsers(api: Client) -> None:
    response = api.get("/api/v2/pages/")

    assert response["Cache-Control"] == (
        "public, max-age=0, s-maxage=300, stale-while-revalidate=60, stale-if-error=600"
    )
    assert response["ETag"].startswith('"')


def test_lengths_come_from_the_settings(api: Client, settings: Settings) -> None:
    settings.API_SHARED_MAX_AGE = timedelta(minutes=1)
    settings.API_STALE_WHILE_REVALIDATE = timedelta(0)
    settings.API_STALE_IF_ERROR = timedelta(days=1)

    response = api.get("/api/v2/pages/")

    assert response["Cache-Control"] == "public, max-age=0, s-maxage=60, stale-if-error=86400"


def test_what_is_not_content_is_asked_for_each_time(api: Client) -> None:
    assert api.get("/api/")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("address", ["/api/v2/pages/999999/", "/api/v2/nothing/", "/api/v2/pages/?limit=0"])
def test_error_is_kept_by_nobody(api: Client, address: str) -> None:
    response = api.get(address)

    assert response.status_code >= 400
    assert response["Cache-Control"] == "no-store"
    assert not {"ETag", "Last-Modified", "Surrogate-Key", "Cache-Tag"} & set(response.headers)


def test_answer_to_chance_is_kept_by_nobody(api: Client) -> None:
    response = api.get("/api/v2/pages/?order=random")

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"


def test_answer_to_a_write_is_kept_by_nobody(api: Client) -> None:
    assert api.options("/api/v2/pages/")["Cache-Control"] == "no-store"


def test_client_that_has_this_version_gets_no_body(api: Client) -> None:
    answer = api.get("/api/v2/pages/")

    response = api.get("/api/v2/pages/", headers={"if-none-match": answer["ETag"]})

    assert response.status_code == 304
    assert response.content == b""
    assert response["API-Version"] == settings.API_VERSION
    for name in ("Cache-Control", "ETag", "Vary", "Surrogate-Key", "Cache-Tag"):
        assert response[name] == answer[name]


def test_client_that_has_another_version_gets_the_body(api: Client) -> None:
    assert api.get("/api/v2/pages/", headers={"if-none-match": '"other"'}).status_code == 200


def test_precondition_that_fails_is_a_problem(api: Client) -> None:
    problem_of(api.get("/api/v2/pages/", headers={"if-match": '"other"'}), 412)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("credential", ["Bearer garbage", "Basic YTpi", "nonsense"])
def test_answer_to_a_credential_is_kept_by_nobody(api: Client, address: str, credential: str) -> None:
    response = api.get(address, headers={"authorization": credential, "accept-encoding": "br"})

    assert response["Cache-Control"] == "private, no-store"
    assert not {"ETag", "Last-Modified", "Surrogate-Key", "Cache-Tag", "Content-Encoding"} & set(response.headers)


def test_session_of_the_admin_says_nothing_to_the_api(admin_client: Client) -> None:
    home = Page.objects.get(depth=2)
    PageViewRestriction.objects.create(page=home, restriction_type=PageViewRestriction.LOGIN)
    assert admin_client.get(f"/admin/pages/{home.pk}/").status_code == 200

    response = admin_client.get(f"/api/v2/pages/{home.pk}/")

    problem_of(response, 404)


def test_cookie_and_language_of_a_browser_change_nothing(api: Client) -> None:
    plain = api.get("/api/v2/pages/?limit=0")
    api.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: "x", settings.LANGUAGE_COOKIE_NAME: "cy"})

    response = api.get("/api/v2/pages/?limit=0", headers={"accept-language": "cy"})

    assert response.json() | {"instance": ""} == plain.json() | {"instance": ""}
    assert not response.cookies


def test_answer_says_how_much_of_the_limit_is_left(api: Client) -> None:
    first, second = api.get("/api/v2/pages/"), api.get("/api/v2/pages/")

    assert int(first["RateLimit-Limit"]) == settings.RATE_LIMIT_MAX
    assert int(first["RateLimit-Remaining"]) - int(second["RateLimit-Remaining"]) == 1


def test_head_says_what_get_would(api: Client) -> None:
    response = api.head("/api/v2/pages/")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
