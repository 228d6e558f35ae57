"""However often the same is sent, it is kept once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.contrib.forms.models import FormSubmission

from api.forms import token as tokens
from api.forms.retention import tidy_forms
from pages.models import FormPage, SubmissionReceipt
from tests.integration.locks import held_up
from tests.services.mail import Mailbox
from tests.unit.api.forms.conftest import NAME_ONLY, make_form
from tests.unit.api.problems import problem_of

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]

MAIR = {"your_name": "Mair"}
OWAIN = {"your_name": "Owain"}
KEY = {"idempotency-key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def test_same_key_and_answers_are_answered_with_the_first_result(send: Send, mailbox: Mailbox) -> None:
    page = make_form(NAME_ONLY, to_address="team@example.gov.uk")

    first = send(page, MAIR, **KEY)
    again = send(page, MAIR, **KEY)

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert FormSubmission.objects.count() == 1
    assert len(mailbox.deliver()) == 1


def test_key_may_stand_in_quotation_marks(name_form: FormPage, send: Send) -> None:
    quoted = {name: f'"{key}"' for name, key in KEY.items()}

    assert send(name_form, MAIR, **KEY).json() == send(name_form, MAIR, **quoted).json()


def test_same_key_with_other_answers_is_a_conflict(name_form: FormPage, send: Send) -> None:
    send(name_form, MAIR, **KEY)

    problem = problem_of(send(name_form, OWAIN, **KEY), 409)

    assert problem["code"] == "idempotency_key_reused"
    assert problem["errors"][0]["loc"] == ["header", "Idempotency-Key"]
    assert FormSubmission.objects.count() == 1


def test_key_of_answers_that_were_refused_may_be_used_again(name_form: FormPage, send: Send) -> None:
    assert send(name_form, {"your_name": ""}, **KEY).status_code == 422
    assert send(name_form, MAIR, **KEY).status_code == 201


def test_key_is_about_one_form(name_form: FormPage, send: Send) -> None:
    other = make_form(NAME_ONLY)

    first, second = send(name_form, MAIR, **KEY).json(), send(other, MAIR, **KEY).json()

    assert first["id"] != second["id"]
    assert FormSubmission.objects.count() == 2


def test_other_keys_and_tokens_are_other_submissions(name_form: FormPage, send: Send) -> None:
    for number in range(3):
        assert send(name_form, MAIR, **{"idempotency-key": f"number-{number}"}).status_code == 201
    assert send(name_form, MAIR).status_code == 201

    assert FormSubmission.objects.count() == 4


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 129, "two words here", 'half-"quoted', "caf\xe9-caf\xe9", "a,b,c,d,e"]
)
def test_key_that_is_none_is_refused(name_form: FormPage, send: Send, key: str) -> None:
    problem = problem_of(send(name_form, MAIR, **{"idempotency-key": key}), 400)

    assert problem["errors"][0]["loc"] == ["header", "Idempotency-Key"]
    assert not FormSubmission.objects.exists()


def test_form_that_is_sent_twice_is_kept_once_without_a_key_too(name_form: FormPage, send: Send) -> None:
    token = tokens.issue(name_form.pk)

    assert send(name_form, MAIR, token).json() == send(name_form, MAIR, token).json()
    assert FormSubmission.objects.count() == 1


def test_token_is_good_for_one_submission(name_form: FormPage, send: Send) -> None:
    token = tokens.issue(name_form.pk)
    send(name_form, MAIR, token)

    problem = problem_of(send(name_form, OWAIN, token, **KEY), 409)

    assert problem["code"] == "form_token_used"
    assert problem["errors"][0]["loc"] == ["body", "form_token"]
    assert FormSubmission.objects.count() == 1


def test_nothing_readable_is_remembered(name_form: FormPage, send: Send) -> None:
    token = tokens.issue(name_form.pk)
    send(name_form, MAIR, token, **KEY)

    kept = str(SubmissionReceipt.objects.values().get())
    assert "Mair" not in kept
    assert token not in kept
    assert KEY["idempotency-key"] not in kept


def test_second_sending_is_recognised_for_a_day_and_then_forgotten(name_form: FormPage, send: Send) -> None:
    first = send(name_form, MAIR, **KEY).json()
    tidy_forms()
    assert send(name_form, MAIR, **KEY).json() == first

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        tidy_forms()

        receipt = SubmissionReceipt.objects.get()
        assert (receipt.key_digest, receipt.token_digest, receipt.content_digest) == (None, None, "")
        assert receipt.reference == first["id"], "but the reference stays"
        assert send(name_form, OWAIN, **KEY).status_code == 201


def test_used_token_is_remembered_for_as_long_as_it_works(name_form: FormPage, send: Send, settings: Any) -> None:
    settings.FORM_LIFETIME = timedelta(days=7)
    token = tokens.issue(name_form.pk)
    send(name_form, MAIR, token)

    with time_machine.travel(timezone.now() + timedelta(days=6)):
        tidy_forms()
        problem_of(send(name_form, OWAIN, token), 409)


def _post(page: FormPage, token: str, answers: dict[str, Any], headers: dict[str, str]) -> Any:
    body = {"form_token": token} | answers
    address = f"/api/v2/forms/{page.pk}/submissions/"
    return Client(raise_request_exception=False).post(address, body, content_type="application/json", headers=headers)


def _stop_receipts() -> None:
    """Until the end of the transaction everybody may read receipts, and nobody may add one."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {SubmissionReceipt._meta.db_table} IN SHARE MODE")


@pytest.mark.django_db(transaction=True)
def test_same_sent_twice_at_the_same_moment_is_kept_once() -> None:
    page = make_form(NAME_ONLY, to_address="")
    sendings = [(tokens.issue(page.pk), KEY) for _ in range(2)]

    with held_up(
        _stop_receipts, *(lambda sending=sending: _post(page, sending[0], MAIR, sending[1]) for sending in sendings)
    ) as futures:
        pass

    responses = [future.result() for future in futures]
    assert [response.status_code for response in responses] == [201, 201]
    assert responses[0].json() == responses[1].json()
    assert FormSubmission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_form_that_is_deleted_at_the_same_moment_is_not_found() -> None:
    page = make_form(NAME_ONLY, to_address="")

    with held_up(page.delete, partial(_post, page, tokens.issue(page.pk), MAIR, {})) as (future,):
        pass

    problem_of(future.result(), 404)


@pytest.mark.django_db(transaction=True)
def test_two_answers_with_one_token_at_the_same_moment_are_one_and_a_conflict() -> None:
    page = make_form(NAME_ONLY, to_address="")
    token = tokens.issue(page.pk)

    with held_up(
        _stop_receipts, *(lambda answers=answers: _post(page, token, answers, {}) for answers in (MAIR, OWAIN))
    ) as futures:
        pass

    assert sorted(future.result().status_code for future in futures) == [201, 409]
    assert FormSubmission.objects.count() == 1
