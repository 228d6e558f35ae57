"""Answers are kept for as long as their form says, and no longer."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.forms.models import FormSubmission

from api.forms.retention import tidy_forms
from cms.operations.management.commands.run_scheduler import tidy
from pages.models import FormPage, SubmissionReceipt
from tests.factories.people import browser_of, superuser
from tests.services.bucket import Bucket
from tests.unit.api.forms.conftest import NAME_ONLY, make_form, written_by_an_editor

pytestmark = pytest.mark.django_db


def receive(page: FormPage, name: str, days_ago: int) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=days_ago)):
        form = page.get_form({"your_name": name}, page=page)
        assert form.is_valid()
        page.process_form_submission(form)


def names() -> set[str]:
    return {submission.form_data["your_name"] for submission in FormSubmission.objects.all()}


def test_each_form_keeps_answers_for_as_long_as_it_says() -> None:
    short, usual = make_form(NAME_ONLY, keep_submissions_for=30), make_form(NAME_ONLY)
    receive(short, "month ago", 31)
    receive(short, "yesterday", 1)
    receive(usual, "in spring", 300)
    receive(usual, "last year", 366)

    tidy_forms()

    assert names() == {"yesterday", "in spring"}
    assert SubmissionReceipt.objects.count() == 2


def test_scheduler_does_it(s3_bucket: Bucket) -> None:
    receive(make_form(NAME_ONLY), "last year", 366)

    tidy()

    assert names() == set()


def test_deletion_is_logged_without_what_was_deleted(caplog: pytest.LogCaptureFixture) -> None:
    page = make_form(NAME_ONLY)
    receive(page, "Mair", 400)
    receive(page, "Owain", 400)

    with caplog.at_level(logging.INFO, logger="pages.models.forms"):
        tidy_forms()

    (record,) = [record for record in caplog.records if getattr(record, "event", "") == "forms.submissions_deleted"]
    assert (record.page, record.number, record.days_kept) == (page.pk, 2, 365)  # type: ignore[attr-defined]
    assert "Mair" not in str(vars(record))


def edit(page: FormPage, written: str) -> Any:
    fields = written_by_an_editor(page, keep_submissions_for=written)
    return browser_of(superuser()).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), fields)


@pytest.mark.parametrize(("written", "kept"), [("30", 30), ("", 365)])
def test_editor_says_how_long(written: str, kept: int) -> None:
    page = make_form({}, keep_submissions_for=7)

    response = edit(page, written)

    assert response.status_code == 302, response.context["form"].errors
    page = FormPage.objects.get(pk=page.pk)
    assert page.get_latest_revision_as_object().keep_submissions_for == kept


@pytest.mark.parametrize("written", ["0", "-1", "3651", "always"])
def test_editor_cannot_keep_answers_for_ever(written: str) -> None:
    response = edit(make_form({}), written)

    assert list(response.context["form"].errors) == ["keep_submissions_for"]
