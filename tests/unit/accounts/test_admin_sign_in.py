"""Signing in to the admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import aauthenticate
from django.test import Client, RequestFactory
from pytest_django import Settings

from api.sign_in_limits import refusal_of
from tests.factories.people import PASSWORD, PersonFactory, superuser

pytestmark = pytest.mark.django_db

SIGN_IN = "/admin/login/"


def attempt(client: Client, username: str, password: str = PASSWORD, **extra: str):
    return client.post(SIGN_IN, {"username": username, "password": password} | extra)


def test_editor_signs_in(client: Client):
    answer = attempt(client, superuser().username)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_form_is_wagtails(client: Client):
    page = client.get(SIGN_IN)
    assert page.status_code == 200
    assert {"username", "password"} <= set(page.context["form"].fields)


def test_unknown_name_wrong_password_and_inactive_account_cannot_be_told_apart(client: Client):
    person, inactive = PersonFactory.create(), PersonFactory.create(is_active=False)
    errors = set()
    for name, password in [(person.username, "wrong"), ("nobody", "wrong"), (inactive.username, PASSWORD)]:
        answer = attempt(client, name, password)
        assert answer.status_code == 200
        errors.add(str(answer.context["form"].non_field_errors()))
    assert len(errors) == 1


def test_too_many_failures_are_refused_in_plain_words(client: Client, settings: Settings):
    settings.LOGIN_LIMIT_MAX, settings.RATE_LIMIT_WINDOW = 2, timedelta(hours=12)
    person = superuser()
    for _ in range(2):
        assert attempt(client, person.username, "wrong").status_code == 200

    refused = attempt(client, person.username)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 12 * 3600
    assert "Too many failed attempts to sign in. Please try again in" in refused.content.decode()
    assert client.get("/admin/").status_code == 302


def test_wagtails_sign_in_for_restricted_pages_is_limited_as_well(client: Client, settings: Settings):
    settings.LOGIN_LIMIT_MAX = 2
    person = PersonFactory.create()
    door = "/_util/login/"
    for _ in range(2):
        assert client.post(door, {"username": person.username, "password": "wrong"}).status_code == 200
    assert client.post(door, {"username": person.username, "password": PASSWORD}).status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["x" * 5000, "nul\x00", "\ud7ff", ""])
def test_strange_names_are_refused_and_crash_nothing(client: Client, name: str):
    assert attempt(client, name).status_code == 200


def test_asynchronous_sign_in_is_limited_as_well(rf: RequestFactory, settings: Settings):
    settings.LOGIN_LIMIT_MAX = 2
    outcomes = []
    for _ in range(3):
        request = rf.post(SIGN_IN)
        assert async_to_sync(aauthenticate)(request, username="nobody", password="wrong") is None
        outcomes.append(refusal_of(request) is not None)
    assert outcomes == [False, False, True]
