"""A form with a field of every type. Whatever comes back is held against the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pages.models import FormField, FormPage
from tests.contract.openapi import assert_as_documented
from tests.factories import pages as build

FIELDS: dict[str, dict[str, Any]] = {
    "Your name": {"field_type": "singleline"},
    "Message": {"field_type": "multiline"},
    "Email": {"field_type": "email", "help_text": "We <b>only</b> use it to answer."},
    "Age": {"field_type": "number", "required": False},
    "Website": {"field_type": "url", "required": False},
    "I agree": {"field_type": "checkbox"},
    "Topics": {"field_type": "checkboxes", "choices": "Canals\nLocks\nBridges", "default_value": "Locks"},
    "Region": {"field_type": "dropdown", "choices": "North, South", "required": False, "default_value": "North"},
    "Days": {"field_type": "multiselect", "choices": "Mon,Tue", "required": False},
    "Answer by": {"field_type": "radio", "choices": "Mail,Phone"},
    "Day": {"field_type": "date", "required": False},
    "Moment": {"field_type": "datetime", "required": False},
    "Campaign": {"field_type": "hidden", "required": False, "default_value": "spring"},
}
"""By label."""

ANSWERS: dict[str, Any] = {
    "your_name": "Mair Evans",
    "message": "Dear all,\nthe lock is broken.",
    "email": "mair@example.org",
    "age": 44.5,
    "website": "https://example.org/",
    "i_agree": True,
    "topics": ["Canals", "Bridges"],
    "region": "South",
    "days": [],
    "answer_by": "Phone",
    "day": "2030-12-31",
    "moment": "2030-12-31T09:30:00+01:00",
    "campaign": "spring",
}


def make_form(fields: dict[str, dict[str, Any]] = FIELDS, **attributes: Any) -> FormPage:
    """A live form page with these fields, by label."""
    page = build.FormPageFactory(**attributes)
    for label, options in fields.items():
        page.form_fields.add(FormField(label=label, **options))
    page.save()
    return FormPage.objects.get(pk=page.pk)


NAME_ONLY = {"Your name": {"field_type": "singleline"}}


@pytest.fixture
def form(db: None) -> FormPage:
    """With every type of field."""
    return make_form(
        title="Tell us", to_address="team@example.gov.uk, boss@example.gov.uk", subject="News from the web"
    )


@pytest.fixture
def name_form(db: None) -> FormPage:
    """With one field, `your_name`."""
    return make_form(NAME_ONLY)


@pytest.fixture
def token_for(api: Client) -> Callable[[FormPage], str]:
    """Asks for the form and returns the token that came with it."""

    def ask(page: FormPage) -> str:
        token: str = api.get(f"/api/v2/forms/{page.pk}/").json()["form_token"]
        return token

    return ask


@pytest.fixture
def send(api: Client, token_for: Callable[[FormPage], str]) -> Callable[..., Any]:
    """Sends answers with a new token, or with the one that is given."""

    def post(page: FormPage, answers: dict[str, Any], form_token: str | None = None, **headers: str) -> Any:
        body = {"form_token": form_token or token_for(page)} | answers
        address = f"/api/v2/forms/{page.pk}/submissions/"
        response = api.post(address, body, content_type="application/json", headers=headers)
        assert_as_documented("post", address, response)
        return response

    return post


def written_by_an_editor(page: FormPage, **changes: str) -> dict[str, str]:
    """What the admin's editor of a form page sends, with one field."""
    lists = ("form_fields", "page_organisations", "page_topics", "comments")
    return {
        "title": page.title,
        "slug": page.slug,
        "phase": "live",
        "change_type": "minor",
        "body-count": "0",
        "confirmation-count": "0",
        **{f"{name}-TOTAL_FORMS": "0" for name in lists},
        **{f"{name}-INITIAL_FORMS": "0" for name in lists},
        "form_fields-TOTAL_FORMS": "1",
        "form_fields-0-label": "Your name",
        "form_fields-0-field_type": "singleline",
        "form_fields-0-ORDER": "1",
    } | changes
