"""POST /api/v2/forms/<id>/submissions/: what people have filled in is checked, kept, and mailed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wagtail.contrib.forms.models import FormSubmission

from pages.models import FormPage
from tests.services.mail import Mailbox
from tests.unit.api.forms.conftest import ANSWERS

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


def test_answer_is_kept_as_the_website_itself_would_keep_it(form: FormPage, send: Send) -> None:
    response = send(form, ANSWERS)

    assert response.status_code == 201, response.content
    kept = FormSubmission.objects.get().form_data
    assert kept == ANSWERS | {"age": "44.5", "moment": "2030-12-31T09:30:00+01:00"}


def test_answer_is_mailed_to_those_who_read_it(form: FormPage, send: Send, mailbox: Mailbox) -> None:
    reference = send(form, ANSWERS).json()["id"]

    (mail,) = mailbox.deliver()
    assert mail["Subject"] == "News from the web"
    assert mail["To"] == "team@example.gov.uk, boss@example.gov.uk"
    text = mail.get_content().replace("\r\n", "\n")
    assert "Your name: Mair Evans" in text
    assert "Message: Dear all,\n    the lock is broken." in text
    assert "Topics: Canals, Bridges" in text
    assert "I agree: yes" in text
    assert "Day: 31 December 2030" in text
    assert "Moment: 31 December 2030, 08:30 GMT" in text
    assert reference in text
