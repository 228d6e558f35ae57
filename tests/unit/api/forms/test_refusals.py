"""What is not kept, and how the sender is told: by the name of the field, in words for people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings
from wagtail.contrib.forms.models import FormSubmission

from api.forms import token as tokens
from pages.models import FormPage
from tests.unit.api.forms.conftest import ANSWERS, NAME_ONLY, make_form
from tests.unit.api.problems import problem_of

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def refusals_of(response: Any) -> list[tuple[str, str]]:
    """The names of the fields that were refused, with the codes."""
    errors = problem_of(response, 422)["errors"]
    assert not FormSubmission.objects.exists()
    assert all(error["loc"][0] == "body" and error["msg"] for error in errors)
    return [(error["loc"][-1], error["code"]) for error in errors]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("your_name", "", "required"),
        ("your_name", "   ", "required"),
        ("your_name", None, "required"),
        ("your_name", "x" * 256, "max_length"),
        ("your_name", "x" * 10_000, "max_length"),
        ("your_name", "two\nlines", "line_break"),
        ("your_name", "two\u2028lines", "line_break"),
        ("your_name", ["Mair"], "type"),
        ("your_name", {"first": "Mair"}, "type"),
        ("your_name", 5, "type"),
        ("your_name", True, "type"),
        ("message", "x" * 10_001, "max_length"),
        ("email", "nobody", "invalid"),
        ("email", "a@example.org\nBcc: b@example.org", "invalid"),
        ("age", "44", "type"),
        ("age", True, "type"),
        ("age", [], "type"),
        ("website", "javascript:alert(1)", "invalid"),
        ("website", "https://example.org/" + "x" * 2_000, "max_length"),
        ("i_agree", False, "required"),
        ("i_agree", "on", "type"),
        ("i_agree", 1, "type"),
        ("topics", [], "required"),
        ("topics", "Canals", "type"),
        ("topics", ["Canals", "Canals"], "type"),
        ("topics", [["Canals"]], "type"),
        ("topics", [None], "type"),
        ("topics", ["Volcanoes"], "invalid_choice"),
        ("region", "East", "invalid_choice"),
        ("days", ["Sun"], "invalid_choice"),
        ("answer_by", "Pigeon", "invalid_choice"),
        ("day", "31/12/2030", "type"),
        ("day", "2030-02-30", "invalid"),
        ("day", "\u0662030-12-31", "type"),
        ("moment", "2030-12-31T09:30", "type"),
        ("moment", "2030-12-31T25:00:00Z", "invalid"),
        ("campaign", "x" * 256, "max_length"),
    ],
)
def test_wrong_answer_is_refused(form: FormPage, send: Send, name: str, value: object, code: str) -> None:
    assert refusals_of(send(form, ANSWERS | {name: value})) == [(name, code)]


@pytest.mark.parametrize("number", ["1e400", "-1e400"])
def test_number_that_is_none_is_refused(form: FormPage, api: Client, token_for: Any, number: str) -> None:
    body = f'{{"form_token": "{token_for(form)}", "age": {number}}}'
    response = api.post(f"/api/v2/forms/{form.pk}/submissions/", body, content_type="application/json")

    assert ("age", "invalid") in refusals_of(response)


@pytest.mark.parametrize("number", [0, -0.0, 1e308, 2**63 - 1, -1e-300])
def test_any_number_is_kept(form: FormPage, send: Send, number: float) -> None:
    assert send(form, ANSWERS | {"age": number}).status_code == 201
    assert float(FormSubmission.objects.get().form_data["age"]) == float(number)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_any_moment_is_kept(form: FormPage, send: Send, moment: str) -> None:
    assert send(form, ANSWERS | {"moment": moment}).status_code == 201


def test_everything_that_is_wrong_is_said_at_once(form: FormPage, send: Send) -> None:
    answers = ANSWERS | {"your_name": "", "email": "nobody", "age": "old", "nonsense": 1, "contact_homepage": "x"}

    assert set(refusals_of(send(form, answers, "garbage"))) == {
        ("form_token", "invalid"),
        ("contact_homepage", "not_empty"),
        ("nonsense", "unknown"),
        ("age", "type"),
        ("your_name", "required"),
        ("email", "invalid"),
    }


def test_refusal_is_in_plain_words(form: FormPage, send: Send) -> None:
    problem = problem_of(send(form, ANSWERS | {"email": "nobody"}), 422)

    assert problem["detail"] == "Some of the answers are not valid."
    assert problem["errors"] == [{"loc": ["body", "email"], "code": "invalid", "msg": "Enter a valid email address."}]


@pytest.mark.parametrize("body", ["[]", '"text"', "5", "null", "true"])
def test_body_that_is_no_object_is_refused(api: Client, form: FormPage, body: str) -> None:
    response = api.post(f"/api/v2/forms/{form.pk}/submissions/", body, content_type="application/json")

    assert problem_of(response, 422)["errors"][0]["loc"] == ["body"]


def test_body_of_many_members_is_refused_in_few_words(name_form: FormPage, send: Send) -> None:
    problem = problem_of(send(name_form, {f"x{number}": 1 for number in range(10_000)}), 422)

    assert len(problem["errors"]) == 1


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"your_name": "\\u0000"}', "application/json", 400),
        (b'{"your_name": "\\ud800"}', "application/json", 400),
        (b'{"your_name": NaN}', "application/json", 400),
        (b'{"your_name": 1' + b"0" * 23 + b"}", "application/json", 400),
        (b'{"your_name": "\xff"}', "application/json", 400),
        (b'{"your_name": ' + b"[" * 100_000, "application/json", 400),
        (b'{"your_name": ' + b"[" * 70 + b"]" * 70 + b"}", "application/json", 400),
        (b'{"a": 1, "a": 2}', "application/json", 400),
        (b'{"your_name": "' + b"x" * 600_000 + b'"}', "application/json", 413),
        (b'{"your_name": "' + b"x" * 10_000_000 + b'"}', "application/json", 413),
        (b"your_name=Mair", "application/x-www-form-urlencoded", 415),
        (b"your_name: Mair", "text/plain", 415),
        (b"x" * 10_000_000, "text/plain", 415),
        (b"x" * 10_000_000, "application/x-www-form-urlencoded", 415),
        (b"{}", "application/vnd.api+json", 415),
        (b"{}", "application/json; charset=utf-16", 415),
    ],
)
def test_body_that_cannot_be_read_is_refused(
    api: Client, name_form: FormPage, body: bytes, content_type: str, status: int
) -> None:
    problem_of(api.post(f"/api/v2/forms/{name_form.pk}/submissions/", body, content_type=content_type), status)


def test_empty_body_is_refused(api: Client, name_form: FormPage) -> None:
    response = api.post(f"/api/v2/forms/{name_form.pk}/submissions/", b"", content_type="application/json")

    assert refusals_of(response) == [("form_token", "required"), ("your_name", "required")]


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_submissions_can_only_be_sent(api: Client, name_form: FormPage, method: str) -> None:
    response = getattr(api, method)(f"/api/v2/forms/{name_form.pk}/submissions/")

    problem_of(response, 405)
    assert "POST" in response["Allow"]
    assert "GET" not in response["Allow"]


@pytest.mark.parametrize("form_token", ["", "garbage", "1:2:3", "x" * 10_000, 5, ["x"], {"x": 1}, True])
def test_token_that_is_none_is_refused(name_form: FormPage, api: Client, form_token: object) -> None:
    body = {"form_token": form_token, "your_name": "Mair"}
    response = api.post(f"/api/v2/forms/{name_form.pk}/submissions/", body, content_type="application/json")

    assert refusals_of(response) == [("form_token", "invalid")]


def test_token_of_another_form_is_refused(name_form: FormPage, send: Send) -> None:
    other = make_form(NAME_ONLY)

    assert refusals_of(send(name_form, {"your_name": "Mair"}, tokens.issue(other.pk))) == [("form_token", "invalid")]


def test_token_that_was_changed_is_refused(name_form: FormPage, send: Send) -> None:
    token = tokens.issue(name_form.pk)
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")

    assert refusals_of(send(name_form, {"your_name": "Mair"}, changed)) == [("form_token", "invalid")]


def test_token_expires(name_form: FormPage, send: Send, settings: Settings) -> None:
    settings.FORM_LIFETIME = timedelta(hours=2)
    with time_machine.travel(NOON, tick=False) as clock:
        token = tokens.issue(name_form.pk)
        clock.shift(timedelta(hours=2, seconds=1))
        assert refusals_of(send(name_form, {"your_name": "Mair"}, token)) == [("form_token", "expired")]
        clock.shift(timedelta(seconds=-2))
        assert send(name_form, {"your_name": "Mair"}, token).status_code == 201


def test_form_that_is_sent_sooner_than_anyone_can_read_it_is_refused(
    name_form: FormPage, send: Send, settings: Settings
) -> None:
    settings.FORM_MIN_AGE = timedelta(seconds=2)
    with time_machine.travel(NOON, tick=False) as clock:
        token = tokens.issue(name_form.pk)
        assert refusals_of(send(name_form, {"your_name": "Mair"}, token)) == [("form_token", "too_soon")]
        clock.shift(timedelta(seconds=3))
        assert send(name_form, {"your_name": "Mair"}, token).status_code == 201, "and the token still works"


@pytest.mark.parametrize("filled", ["https://spam.example", 0, [], {}, " "])
def test_what_only_programs_fill_in_must_be_empty(name_form: FormPage, send: Send, filled: object) -> None:
    answers = {"your_name": "Mair", "contact_homepage": filled}

    assert refusals_of(send(name_form, answers)) == [("contact_homepage", "not_empty")]
    assert send(name_form, {"your_name": "Mair", "contact_homepage": ""}).status_code == 201


def test_unknown_parameter_is_refused(name_form: FormPage, api: Client) -> None:
    address = f"/api/v2/forms/{name_form.pk}/submissions/?nonsense=1"

    problem_of(api.post(address, {}, content_type="application/json"), 400)


def test_form_without_fields_takes_nothing_but_the_token(send: Send) -> None:
    page = make_form({})

    assert refusals_of(send(page, {"your_name": "Mair"})) == [("your_name", "unknown")]
    assert send(page, {}).status_code == 201
