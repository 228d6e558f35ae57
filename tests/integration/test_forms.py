"""A form from the editor's page to the mailbox of whoever answers it, through a running service."""

from __future__ import annotations

from collections.abc import Callable

from jsonschema import Draft202012Validator

from pages.models import FormField, FormPage
from tests.factories import pages as build
from tests.factories.people import PASSWORD, publisher
from tests.services.live import LiveCms
from tests.services.mail import Mailbox


def make_form() -> FormPage:
    page: FormPage = build.FormPageFactory(
        title="Report a broken lock",
        to_address="canals@example.gov.uk",
        subject="A lock is broken",
        confirmation=[("text", "<p>We look at it within two days.</p>")],
    )
    page.form_fields.add(FormField(label="Which lock", field_type="singleline"))
    page.form_fields.add(FormField(label="How bad", field_type="radio", choices="It leaks\nIt is stuck"))
    page.save()
    return page


def test_form_is_asked_for_sent_listed_and_mailed(
    live_cms: LiveCms, mailbox: Mailbox, run_tasks: Callable[[], int]
) -> None:
    page = make_form()

    form = live_cms.http.get(f"/api/v2/forms/{page.pk}/").json()
    body = {"which_lock": "Bingley Five Rise", "how_bad": "It leaks", "form_token": form["form_token"]}
    Draft202012Validator(form["schema"]).validate(body)
    sent, again = (
        live_cms.http.post(form["submit_url"], json=body, headers={"Idempotency-Key": "bingley-1"}) for _ in range(2)
    )

    assert sent.status_code == 201, sent.text
    reference = sent.json()["id"]
    assert "within two days" in str(sent.json()["confirmation"])
    assert again.json() == sent.json()

    listed = _submissions_as_a_publisher_sees_them(live_cms, page)
    assert "Bingley Five Rise" in listed
    assert listed.count(reference) == 1

    assert run_tasks() >= 1
    (mail,) = mailbox.messages()
    assert mail["To"] == "canals@example.gov.uk"
    assert mail["Subject"] == "A lock is broken"
    assert "Which lock: Bingley Five Rise" in mail.get_content()
    assert reference in mail.get_content()


def _submissions_as_a_publisher_sees_them(live_cms: LiveCms, page: FormPage) -> str:
    reader = publisher()
    http = live_cms.http
    http.get("/admin/login/")
    credentials = {"username": reader.username, "password": PASSWORD, "csrfmiddlewaretoken": _csrf_token(live_cms)}
    assert http.post("/admin/login/", data=credentials, headers={"Referer": live_cms.url}).status_code == 302
    response = http.get(f"/admin/forms/submissions/{page.pk}/")
    assert response.status_code == 200, response.text
    return response.text


def _csrf_token(live_cms: LiveCms) -> str:
    text = live_cms.http.get("/admin/login/").text
    return text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
