"""Every request leaves one line, which tells nothing about who sent it but their number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from wagtail.models import Page

from cms.accounts.models import User
from cms.observability.middleware import ObservationMiddleware
from tests.unit.observability.conftest import Log

pytestmark = pytest.mark.django_db
ADDRESSES_OF_PEOPLE = ("203.0.113.7", "jane", "Mozilla")


def test_request_leaves_one_line(log: Log, client: Client) -> None:
    client.get("/api/v2/pages/1/?fields=title&locale=hunter2", headers={"X-Request-ID": "request-of-a-test"})
    line = log.request()
    assert line["level"] == "INFO"
    assert line["logger"] == "cms.requests"
    assert line["request_id"] == "request-of-a-test"
    assert line["message"] == f"GET /api/v2/pages/<pk>/ {line['status']}"
    assert (line["method"], line["route"], line["path"]) == ("GET", "/api/v2/pages/<pk>/", "/api/v2/pages/1/")
    assert line["parameters"] == ["fields", "locale"]
    assert line["duration_ms"] >= line["sql_ms"] >= 0
    assert "hunter2" not in log.text


def test_sql_statements_are_counted(log: Log, client: Client) -> None:
    client.get("/api/v2/pages/")
    line = log.request()
    assert line["status"] == 200
    assert line["sql_count"] > 1
    assert line["sql_ms"] > 0


def test_person_behind_a_session_is_named_by_number(log: Log, client: Client) -> None:
    jane = User.objects.create_superuser("jane.doe", "jane@example.org", "a long pass phrase")
    client.force_login(jane)
    client.get("/admin/")
    assert log.request()["user_id"] == jane.pk
    assert "jane" not in log.text


def test_owner_of_a_token_is_named_by_number(log: Log, client: Client) -> None:
    jane = User.objects.create_superuser("jane.doe", "jane@example.org", "a long pass phrase")
    answer = client.post(
        "/api/auth/token/",
        {"username": "jane.doe", "password": "a long pass phrase"},
        content_type="application/json",
    ).json()
    client.get("/api/auth/me/", headers={"Authorization": f"Bearer {answer['access']}"})
    line = log.lines(event="request")[-1]
    assert (line["route"], line["status"], line["user_id"]) == ("/api/auth/me/", 200, jane.pk)
    assert "jane" not in log.text
    assert answer["access"] not in log.text


def test_line_of_an_anonymous_reader_names_nobody(log: Log, client: Client) -> None:
    client.get(
        "/api/v2/pages/",
        headers={"User-Agent": "Mozilla", "X-Forwarded-For": "203.0.113.7", "Referer": "https://x.example/?token=jane"},
        REMOTE_ADDR="203.0.113.7",
    )
    assert "user_id" not in log.request()
    assert not [word for word in ADDRESSES_OF_PEOPLE if word in log.text]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/admin/password_reset/confirm/MQ/hunter2/", "/admin/password_reset/confirm/<uidb64>/<token>/"),
        ("/documents/1/hunter2.pdf", "/documents/<var>/<var>"),
        ("/documents/files/images/hunter2.png", "/documents/files/<name>"),
        ("/api/auth/sessions/hunter2/", "/api/auth/sessions/<session_id>/"),
        ("/api/nothing/hunter2", "/api/"),
        ("/static/hunter2.js", "/static/<path>"),
        ("/hunter2@example.org", "unknown"),
        ("/hunter2/", "/<var>"),
    ],
)
def test_what_somebody_wrote_into_the_path_stays_out(log: Log, client: Client, path: str, route: str) -> None:
    client.get(path)
    line = log.request()
    assert line["route"] == route
    assert "path" not in line
    assert "hunter2" not in log.text


def test_names_of_parameters_that_are_no_words_stay_out(log: Log, client: Client) -> None:
    client.get("/api/v2/pages/?hunter2=1&jane@example.org&%68unter=1&limit=1&" + "a=1&" * 5000)
    assert log.request()["parameters"] == ["a", "limit", "…"]
    assert "hunter2" not in log.text
    assert "jane" not in log.text


def test_method_that_nobody_knows_is_not_repeated(log: Log, client: Client) -> None:
    client.generic("HUNTER2", "/api/v2/pages/")
    assert log.request()["method"] == "OTHER"
    assert "HUNTER2" not in log.text


def test_probe_leaves_no_line(log: Log, client: Client) -> None:
    client.get("/health")
    assert log.text == ""


def test_crash_leaves_a_line_of_its_own_and_the_traceback(log: Log, client: Client, monkeypatch: Any) -> None:
    def fail(*_: object) -> HttpResponse:
        raise RuntimeError("It went wrong")

    monkeypatch.setattr("api.viewsets.index.ApiIndex.get", fail)
    client.raise_request_exception = False
    client.get("/api/", headers={"Referer": "https://x.example/?token=hunter2"})
    assert log.request()["status"] == 500
    (crash,) = log.lines(logger="django.request")
    assert crash["level"] == "ERROR"
    assert crash["message"] == "Internal Server Error"
    assert crash["request_id"] == log.request()["request_id"]
    assert crash["exc_info"].endswith("RuntimeError: It went wrong")
    assert "hunter2" not in log.text


def test_slow_request_is_told_of_with_its_statements(log: Log, client: Client, settings: Any) -> None:
    settings.SLOW_REQUEST_THRESHOLD = timedelta(0)
    client.get("/api/v2/pages/?search=hunter2")
    (line,) = log.lines(event="slow_request")
    assert line["level"] == "WARNING"
    assert line["sql_count"] == log.request()["sql_count"] > 0
    assert line["sql_ms"] > 0
    assert "hunter2" not in log.text


def test_quick_request_is_not_told_of_twice(log: Log, client: Client, settings: Any) -> None:
    settings.SLOW_REQUEST_THRESHOLD = timedelta(hours=1)
    client.get("/api/v2/pages/")
    assert log.lines(event="slow_request") == []


def test_streamed_answer_is_told_of_when_it_is_sent(log: Log) -> None:
    def rows() -> Iterator[str]:
        yield from (page.title for page in Page.objects.all())
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        yield "end"

    def view(request: HttpRequest) -> HttpResponseBase:
        return StreamingHttpResponse(rows())

    response = ObservationMiddleware(view)(RequestFactory().get("/api/v2/pages/"))
    assert isinstance(response, StreamingHttpResponse)
    assert log.text == ""
    assert b"".join(response.streaming_content).endswith(b"end")
    response.close()
    line = log.request()
    assert line["sql_count"] == 2
    assert line["sent_ms"] >= line["duration_ms"]


def test_answer_is_given_when_it_cannot_be_told_of(log: Log, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("It went wrong")

    monkeypatch.setattr("cms.observability.routes.address_of", fail)
    assert client.get("/robots.txt").status_code == 200
    assert log.lines(event="request.untold")
