"""Every error under /api/ is a problem in JSON, whoever makes it."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from django.db import DataError, connection
from django.test import Client
from pytest_django import Settings

from api.viewsets.pages import PagesViewSet
from tests.unit.api.problems import problem_of


@pytest.mark.parametrize(
    "address", ["/api/nothing/", "/api/v2/nothing/", "/api/v2/pages/5/nothing/", "/api/v9", "/api/x.html"]
)
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options"])
def test_unknown_address_is_not_found(api: Client, address: str, method: str) -> None:
    problem_of(getattr(api, method)(address), 404)


def test_unknown_address_is_not_found_when_a_page_has_it(api: Client) -> None:
    from wagtail.models import Page

    home = Page.objects.get(depth=2)
    home.add_child(instance=Page(title="An API?", slug="api"))

    problem_of(api.get("/api/nothing/"), 404)


def test_unknown_address_is_not_found_with_debug(api: Client, settings: Settings) -> None:
    settings.DEBUG = True

    problem_of(api.get("/api/v2/nothing/"), 404)


def test_object_that_does_not_exist_is_not_found_in_the_words_of_wagtail(api: Client) -> None:
    assert problem_of(api.get("/api/v2/pages/99999/"), 404)["message"] == "No Page matches the given query."


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_method_that_an_endpoint_does_not_have_is_refused(api: Client, method: str) -> None:
    response = getattr(api, method)("/api/v2/pages/")

    problem_of(response, 405)
    assert "GET" in response["Allow"]


def test_unknown_method_is_refused(api: Client) -> None:
    problem_of(api.generic("BREW", "/api/v2/pages/"), 405)


def test_host_that_is_not_ours_is_refused(api: Client) -> None:
    problem_of(api.get("/api/v2/pages/", headers={"host": "evil.example"}), 400)


def test_host_that_is_not_ours_is_refused_when_the_service_redirects_to_https(api: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    problem_of(api.get("/api/v2/pages/", headers={"host": "evil.example"}), 400)


def test_garbage_for_a_token_is_refused_even_for_what_is_public(api: Client) -> None:
    response = api.get("/api/v2/pages/", headers={"authorization": "Bearer garbage"})

    problem_of(response, 401)
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_garbage_for_a_token_is_refused_at_an_unknown_address(api: Client) -> None:
    problem_of(api.get("/api/v2/nothing/", headers={"authorization": "Bearer garbage"}), 401)


@pytest.mark.parametrize("debug", [True, False])
def test_crash_is_answered_without_internals(
    api: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings, debug: bool
) -> None:
    def crash(*args: Any) -> None:
        raise RuntimeError("a-secret-of-the-code")

    monkeypatch.setattr(PagesViewSet, "get_base_queryset", crash)
    settings.DEBUG = debug

    response = api.get("/api/v2/pages/")

    problem_of(response, 500)
    assert b"a-secret-of-the-code" not in response.content
    assert b"Traceback" not in response.content


def test_crash_is_logged_with_its_traceback(
    api: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(*args: Any) -> None:
        raise RuntimeError("what went wrong")

    monkeypatch.setattr(PagesViewSet, "get_base_queryset", crash)

    api.get("/api/v2/pages/")

    assert any(record.exc_info and "what went wrong" in str(record.exc_info[1]) for record in caplog.records)


def test_database_that_is_away_is_answered_with_when_to_try_again(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody_listens_here = free.getsockname()[1]
    connection.close()
    connection.close_pool()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "PORT", nobody_listens_here)
        patch.setitem(connection.settings_dict["OPTIONS"], "pool", {"min_size": 0, "max_size": 1, "timeout": 0.5})
        response = Client(raise_request_exception=False).get("/api/v2/pages/")
        connection.close_pool()

    problem_of(response, 503)
    assert int(response["Retry-After"]) > 0
    assert b"127.0.0.1" not in response.content


def test_value_that_only_the_database_refuses_is_a_bad_request(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise DataError("integer out of range")

    monkeypatch.setattr(PagesViewSet, "get_base_queryset", refuse)

    assert "integer" not in problem_of(api.get("/api/v2/pages/"), 400)["detail"]


def test_other_parts_of_the_service_still_answer_in_html(client: Client, db: None) -> None:
    assert client.get("/nothing/").headers["Content-Type"].startswith("text/html")
