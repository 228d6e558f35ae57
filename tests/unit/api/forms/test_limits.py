"""FORM_LIMIT_MAX forms per RATE_LIMIT_WINDOW from one client, over the API and on the plain website together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings
from wagtail.contrib.forms.models import FormSubmission

from api.forms import token as tokens
from pages.models import FormPage
from tests.unit.api.forms.conftest import NAME_ONLY, make_form
from tests.unit.api.problems import problem_of
from tests.unit.api.redis_away import take_redis_away

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
MAIR = {"your_name": "Mair"}


@pytest.fixture(autouse=True)
def _limit(settings: Settings) -> None:
    settings.FORM_LIMIT_MAX = 3


def test_one_form_too_many_is_refused_with_when_to_come_back(name_form: FormPage, send: Send) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert [send(name_form, MAIR).status_code for _ in range(3)] == [201] * 3

        refused = send(name_form, MAIR)

        assert problem_of(refused, 429)["code"] == "too_many_submissions"
        assert FormSubmission.objects.count() == 3
        clock.shift(int(refused["Retry-After"]))
        assert send(name_form, MAIR).status_code == 201


def test_limit_is_for_all_forms_together(send: Send) -> None:
    pages = [make_form(NAME_ONLY) for _ in range(4)]

    assert [send(page, MAIR).status_code for page in pages] == [201, 201, 201, 429]


def test_clients_are_counted_apart(name_form: FormPage) -> None:
    def send_from(address: str) -> int:
        body = MAIR | {"form_token": tokens.issue(name_form.pk)}
        target = f"/api/v2/forms/{name_form.pk}/submissions/"
        return Client().post(target, body, content_type="application/json", REMOTE_ADDR=address).status_code

    assert [send_from("192.0.2.1") for _ in range(4)] == [201, 201, 201, 429]
    assert send_from("192.0.2.2") == 201


def test_mistakes_are_not_counted(name_form: FormPage, send: Send) -> None:
    for _ in range(5):
        assert send(name_form, {"your_name": ""}).status_code == 422

    assert send(name_form, MAIR).status_code == 201


def test_second_tries_are_not_counted(name_form: FormPage, send: Send) -> None:
    key = {"idempotency-key": "number-one"}

    assert [send(name_form, MAIR, **key).status_code for _ in range(6)] == [201] * 6
    assert send(name_form, MAIR).status_code == 201


def test_used_up_limit_does_not_hide_the_first_result(name_form: FormPage, send: Send) -> None:
    key = {"idempotency-key": "number-one"}
    first = send(name_form, MAIR, **key).json()
    for _ in range(3):
        send(name_form, MAIR)

    assert send(name_form, MAIR, **key).json() == first


def test_without_redis_forms_are_kept(name_form: FormPage, send: Send, settings: Settings) -> None:
    take_redis_away(settings)

    assert [send(name_form, MAIR).status_code for _ in range(5)] == [201] * 5


def test_plain_website_has_the_same_limit(name_form: FormPage, send: Send, client: Client) -> None:
    assert send(name_form, MAIR).status_code == 201
    assert [client.post(name_form.url, MAIR).status_code for _ in range(2)] == [200, 200]

    refused = client.post(name_form.url, MAIR)

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "Too many forms" in refused.content.decode()
    assert FormSubmission.objects.count() == 3
    assert client.get(name_form.url).status_code == 200
    assert send(name_form, MAIR).status_code == 429


def test_plain_website_still_asks_for_its_own_token(name_form: FormPage) -> None:
    assert Client(enforce_csrf_checks=True).post(name_form.url, MAIR).status_code == 403
