"""POST /api/v2/forms/<id>/submissions/: what people have filled in is kept, mailed, and shown to who may read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.contrib.forms.models import FormSubmission
from wagtail.models import Locale, PageViewRestriction

from pages.models import FormPage, SubmissionReceipt
from tests.factories import pages as build
from tests.factories.people import browser_of, reader, superuser
from tests.services.mail import Mailbox
from tests.unit.api.forms.conftest import ANSWERS, NAME_ONLY, make_form, written_by_an_editor
from tests.unit.api.problems import problem_of
from tests.unit.api.tokens.client import bearer, sign_in

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


def test_answer_is_kept_as_the_website_itself_would_keep_it(form: FormPage, send: Send, client: Client) -> None:
    response = send(form, ANSWERS)

    assert response.status_code == 201, response.content
    kept = FormSubmission.objects.get().form_data
    assert kept == ANSWERS | {"age": "44.5"}
    from_browser = ANSWERS | {"i_agree": "on", "moment": "2030-12-31T09:30:00+01:00", "age": "44.5"}
    assert client.post(form.url, from_browser).status_code == 200
    assert FormSubmission.objects.order_by("pk").last().form_data == kept


def test_sender_gets_a_reference_and_the_words_of_the_page(send: Send) -> None:
    page = make_form(NAME_ONLY, confirmation=[("text", "<p>We answer within ten days.</p>")])

    response = send(page, {"your_name": "Mair"})

    answer = response.json()
    assert answer["id"] == SubmissionReceipt.objects.get().reference
    assert answer["message"] == "Thank you. We have received what you sent."
    assert answer["confirmation"] == Client().get(f"/api/v2/pages/{page.pk}/").json()["confirmation"]
    assert "ten days" in str(answer["confirmation"])
    assert response["Cache-Control"] == "no-store"


def test_confirmation_is_in_the_form_that_is_asked_for(api: Client, token_for: Any) -> None:
    page = make_form(NAME_ONLY, confirmation=[("text", "<p>We answer within ten days.</p>")])
    body = {"form_token": token_for(page), "your_name": "Mair"}
    address = f"/api/v2/forms/{page.pk}/submissions/?rich_text_format=markdown"

    answer = api.post(address, body, content_type="application/json").json()

    assert answer["confirmation"][0]["value"].strip() == "We answer within ten days."


def test_references_cannot_be_guessed(name_form: FormPage, send: Send) -> None:
    references = [send(name_form, {"your_name": str(number)}).json()["id"] for number in range(5)]

    assert len({reference[:4] for reference in references}) > 1
    assert not {str(pk) for pk in FormSubmission.objects.values_list("pk", flat=True)} & set(references)


def test_answer_is_mailed_to_those_who_read_it(form: FormPage, send: Send, mailbox: Mailbox) -> None:
    reference = send(form, ANSWERS).json()["id"]

    (mail,) = mailbox.deliver()
    assert mail["Subject"] == "News from the web"
    assert mail["To"] == "team@example.gov.uk, boss@example.gov.uk"
    text = mail.get_content().replace("\r\n", "\n")
    assert "Your name: Mair Evans" in text
    assert "Topics: Canals, Bridges" in text
    assert "I agree: yes" in text
    assert "Day: 31 December 2030" in text
    assert "Moment: 31 December 2030, 08:30 GMT" in text
    assert f"Reference: {reference}" in text


def test_answer_cannot_pass_for_another_in_the_mail(form: FormPage, send: Send, mailbox: Mailbox) -> None:
    send(form, ANSWERS | {"message": "Hello\nEmail: minister@example.gov.uk\u2028Reference: 1"})

    (mail,) = mailbox.deliver()
    lines = mail.get_content().splitlines()
    assert "    Email: minister@example.gov.uk" in lines
    assert "    Reference: 1" in lines
    assert len([line for line in lines if line.startswith("Email:")]) == 1


def test_nothing_but_the_editor_writes_the_headers_of_the_mail(send: Send, mailbox: Mailbox) -> None:
    page = make_form(
        NAME_ONLY | {"Message": {"field_type": "multiline"}},
        title="Views",
        to_address="team@example.gov.uk",
        subject="Views\r\nBcc: thief@example.org",
    )
    send(page, {"your_name": "a\nBcc: thief@example.org", "message": "x"})
    assert not mailbox.deliver()

    send(page, {"your_name": "Bcc: thief@example.org", "message": "x\r\nBcc: thief@example.org\r\n\r\n"})

    (mail,) = mailbox.deliver()
    assert mail["Subject"] == "Views Bcc: thief@example.org"
    assert mail["X-Envelope-To"] == "team@example.gov.uk"
    assert mail["Bcc"] is None


def test_mail_without_a_subject_is_named_after_the_page(send: Send, mailbox: Mailbox) -> None:
    page = make_form(NAME_ONLY, title="Your view", to_address="team@example.gov.uk")

    send(page, {"your_name": "Mair"})

    (mail,) = mailbox.deliver()
    assert mail["Subject"] == "Your view"


def test_mail_server_that_is_down_loses_nothing(send: Send, mailbox: Mailbox, settings: Any) -> None:
    page = make_form(NAME_ONLY, to_address="busy@example.gov.uk")

    assert send(page, {"your_name": "Mair"}).status_code == 201

    assert not mailbox.deliver()
    assert FormSubmission.objects.count() == 1


def test_form_that_notifies_nobody_is_kept(send: Send, mailbox: Mailbox) -> None:
    page = make_form(NAME_ONLY, to_address="")

    assert send(page, {"your_name": "Mair"}).status_code == 201
    assert not mailbox.deliver()
    assert page.get_submissions().get().form_data == {"your_name": "Mair"}


def test_what_is_not_required_may_be_left_out_or_null(form: FormPage, send: Send) -> None:
    required = {name: ANSWERS[name] for name in ("your_name", "message", "email", "i_agree", "topics", "answer_by")}
    nothing = dict.fromkeys(("age", "website", "region", "days", "day", "moment", "campaign"))

    assert send(form, required).status_code == 201
    assert send(form, required | nothing).status_code == 201
    first, second = FormSubmission.objects.all()
    assert first.form_data == second.form_data
    assert first.form_data["age"] is None


def test_empty_text_is_no_answer(form: FormPage, send: Send) -> None:
    empty = {"website": "", "region": "", "day": "", "moment": "", "campaign": ""}

    assert send(form, ANSWERS | empty).status_code == 201


def test_restricted_form_is_sent_by_those_who_may_see_it(api: Client, send: Send) -> None:
    page = make_form(NAME_ONLY)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    credentials = bearer(sign_in(reader())["access"])
    token = api.get(f"/api/v2/forms/{page.pk}/", headers=credentials).json()["form_token"]

    problem_of(send(page, {"your_name": "Mair"}, token), 404)
    assert send(page, {"your_name": "Mair"}, token, **credentials).status_code == 201


def test_form_that_was_unpublished_in_between_is_not_found(name_form: FormPage, send: Send, token_for: Any) -> None:
    token = token_for(name_form)
    name_form.unpublish()

    problem_of(send(name_form, {"your_name": "Mair"}, token), 404)
    assert not FormSubmission.objects.exists()


def test_welsh_form_is_refused_and_thanked_for_in_welsh(send: Send) -> None:
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    page = make_form(NAME_ONLY)
    FormPage.objects.filter(pk=page.pk).update(locale=welsh)

    refused = send(page, {})
    accepted = send(page, {"your_name": "Mair"})

    assert refused.json()["errors"][0]["msg"] == "Mae angen y'r ffild hon."  # as Django has it
    assert accepted.json()["message"].startswith("Diolch.")
    assert accepted["Content-Language"] == "cy"


SCRIPT = "<script>alert(1)</script>"


def test_script_is_text_for_those_who_read_it(name_form: FormPage, send: Send) -> None:
    reference = send(name_form, {"your_name": SCRIPT}).json()["id"]

    listed = browser_of(superuser()).get(reverse("wagtailforms:list_submissions", args=[name_form.pk]))

    text = listed.content.decode()
    assert SCRIPT not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert reference in text
    assert FormSubmission.objects.get().form_data == {"your_name": SCRIPT}


def exported(page: FormPage, file_format: str) -> bytes:
    address = reverse("wagtailforms:list_submissions", args=[page.pk])
    response = browser_of(superuser()).get(f"{address}?export={file_format}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=cmd|" /C calc"!A0', '\'=cmd|" /C calc"!A0'),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("-3.5", "-3.5"),
        ("Mair = Evans", "Mair = Evans"),
    ],
)
def test_csv_holds_no_formula(name_form: FormPage, send: Send, text: str, cell: str) -> None:
    assert send(name_form, {"your_name": text}).status_code == 201

    _, row = csv.reader(io.StringIO(exported(name_form, "csv").decode()))
    assert row[-1] == cell


def test_csv_holds_no_formula_in_lists_and_headings(send: Send) -> None:
    page = make_form({"=1+1": {"field_type": "checkboxes", "choices": "=2,b"}})
    name = page.get_form_fields()[0].clean_name
    send(page, {name: ["=2", "b"]})

    head, row = csv.reader(io.StringIO(exported(page, "csv").decode()))
    assert (head[-1], row[-1]) == ("'=1+1", "'=2, b")


def test_spreadsheet_can_be_made_whatever_was_sent(send: Send) -> None:
    page = make_form({"Message": {"field_type": "multiline"}})
    reference = send(page, {"message": "=1+1\x01\x1f \ufffe end"}).json()["id"]

    sheet = load_workbook(io.BytesIO(exported(page, "xlsx"))).active
    assert sheet is not None
    heading, row = list(sheet.iter_rows())
    assert [cell.value for cell in heading] == ["Submission date", "Reference", "Message"]
    assert row[1].value == reference
    assert (row[2].value, row[2].data_type) == ("=1+1  end", "s")


def test_submissions_that_are_older_than_references_are_listed(name_form: FormPage) -> None:
    FormSubmission.objects.create(page=name_form, form_data={"your_name": "Owain"})

    assert "Owain" in exported(name_form, "csv").decode()


def test_list_costs_the_same_for_any_number_of_submissions(
    name_form: FormPage, send: Send, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        send(name_form, {"your_name": f"Person {number}"})
    admin = browser_of(superuser())

    with django_assert_max_num_queries(20):
        admin.get(reverse("wagtailforms:list_submissions", args=[name_form.pk]))


def test_editor_deletes_a_submission_with_all_that_belongs_to_it(name_form: FormPage, send: Send) -> None:
    send(name_form, {"your_name": "Mair"})
    submission = FormSubmission.objects.get()
    address = reverse("wagtailforms:delete_submissions", args=[name_form.pk])

    browser_of(superuser()).post(f"{address}?selected-submissions={submission.pk}")

    assert not FormSubmission.objects.exists()
    assert not SubmissionReceipt.objects.exists()


@pytest.mark.parametrize("label", ["Form token", "Contact homepage", "Submit time", "Submission reference", "!!!"])
def test_editor_cannot_give_a_field_a_name_that_is_needed(label: str) -> None:
    page = build.FormPageFactory()
    admin = browser_of(superuser())
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    name = "form_fields-0-label"

    refused = admin.post(address, written_by_an_editor(page, **{name: label}))
    accepted = admin.post(address, written_by_an_editor(page, **{name: "Anything else"}))

    assert refused.status_code == 200
    errors = refused.context["form"].formsets["form_fields"].errors
    assert list(errors[0]) == ["label"]
    assert accepted.status_code == 302, accepted.context["form"].errors
