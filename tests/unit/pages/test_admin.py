"""Every page type can be written in the admin, by a writer, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from pages import models
from pages.models.base import BasePage
from tests.factories import pages as factories
from tests.factories import people
from tests.factories.documents import DocumentFactory, ImageFactory

pytestmark = pytest.mark.django_db

BODY = streamfield([("heading", {"text": "Heading", "level": "h2"}), ("text", rich_text("<p>Text</p>"))])
EMPTY = streamfield([])
NOTHING = inline_formset([])

TYPES: dict[type[BasePage], dict[str, Any]] = {
    models.SectionPage: {"body": EMPTY},
    models.TopicPage: {"body": EMPTY},
    models.OrganisationPage: {
        "acronym": "DfX",
        "organisation_type": "executive_agency",
        "status": "live",
        "website_url": "https://example.gov.uk",
        "body": EMPTY,
        "parent_organisations": NOTHING,
        "organisation_contacts": NOTHING,
    },
    models.PersonPage: {
        "honorific": "The Rt Hon",
        "letters": "MP",
        "body": BODY,
        "roles": inline_formset(
            [{"title": "Minister", "kind": "minister", "organisation": "", "started_on": "2024-07-05", "ended_on": ""}]
        ),
    },
    models.NewsArticlePage: {"news_type": "press_release", "body": BODY},
    models.GuidancePage: {"body": BODY},
    models.GuidanceChapterPage: {"body": BODY},
    models.PublicationPage: {
        "publication_type": "policy_paper",
        "isbn": "978-1-5286-3541-7",
        "command_paper_number": "CP 1024",
        "body": BODY,
        "attachments": NOTHING,
    },
    models.ConsultationPage: {
        "opens_at": "2026-03-02 09:00",
        "closes_at": "2026-05-25 23:59",
        "body": BODY,
        "response_channels": EMPTY,
        "outcome": EMPTY,
        "documents": NOTHING,
        "outcome_documents": NOTHING,
    },
    models.ServiceStartPage: {
        "start_label": "Start now",
        "start_url": "https://service.example.gov.uk",
        "body": BODY,
        "before_you_start": EMPTY,
        "other_ways": EMPTY,
    },
    models.EventPage: {
        "starts_at": "2026-06-01 18:00",
        "ends_at": "2026-06-01 20:00",
        "venue_name": "Town Hall",
        "body": BODY,
    },
    models.FormPage: {
        "body": EMPTY,
        "confirmation": EMPTY,
        "to_address": "team@example.gov.uk",
        "form_fields": inline_formset([{"label": "Your name", "field_type": "singleline", "required": "on"}]),
    },
}


def parent_of(model: type[BasePage]) -> Page:
    """A page under which a page of this type may be."""
    if model is models.GuidanceChapterPage:
        return factories.GuidancePageFactory()
    return factories.section()


def form_fields(model: type[BasePage], **changes: Any) -> dict[str, Any]:
    """The form for a new page, filled in. A change to None leaves a field out."""
    data = {
        "title": f"A new {model._meta.verbose_name}",
        "slug": "new-page",
        "summary": "A summary",
        "phase": "live",
        "change_type": "minor",
        "change_note": "",
        "page_organisations": NOTHING,
        "page_topics": NOTHING,
        "comments": NOTHING,
    }
    given = data | TYPES[model] | changes
    fields: dict[str, Any] = nested_form_data({name: value for name, value in given.items() if value is not None})
    return fields


def submit(browser: Client, model: type[BasePage], **changes: Any) -> HttpResponse:
    """Fill in the form for a new page and send it for approval."""
    fields = form_fields(model, **({"action-submit": "1"} | changes))
    address = reverse("wagtailadmin_pages:add", args=["pages", model._meta.model_name, parent_of(model).pk])
    return browser.post(address, fields)


@pytest.fixture
def writer() -> Client:
    """A writer, signed in to the admin."""
    return people.browser_of(people.writer())


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.__name__)
def test_a_writer_can_submit_a_page_of_every_type(writer: Client, model: type[BasePage]) -> None:
    response = submit(writer, model)
    assert response.status_code == 302, response.context and response.context["form"].errors
    page = model.objects.get(slug="new-page")
    assert page.workflow_in_progress
    assert writer.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.__name__)
def test_a_page_of_every_type_has_a_preview_before_it_is_saved(writer: Client, model: type[BasePage]) -> None:
    fields = form_fields(model)
    address = reverse("wagtailadmin_pages:preview_on_add", args=["pages", model._meta.model_name, parent_of(model).pk])
    assert writer.post(address, fields).json()["is_valid"]
    for mode, _ in model().preview_modes:
        response = writer.get(address, {"mode": mode})
        assert response.status_code == 200
        assert f"A new {model._meta.verbose_name}" in response.content.decode()


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.__name__)
def test_a_page_of_every_type_has_a_preview_while_it_is_edited(writer: Client, model: type[BasePage]) -> None:
    submit(writer, model, **{"action-submit": None})
    page = model.objects.get(slug="new-page")
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert writer.post(address, form_fields(model, title="Changed")).json()["is_valid"]
    assert "Changed" in writer.get(address).content.decode()


def test_an_administrator_can_make_a_home_page() -> None:
    root = Page.objects.get(depth=1)
    address = reverse("wagtailadmin_pages:add", args=["pages", "homepage", root.pk])
    assert people.browser_of(people.superuser()).get(address).status_code == 200


def refusals(response: HttpResponse) -> str:
    """What the form says is wrong."""
    assert response.status_code == 200
    return response.content.decode()


def test_a_consultation_that_closes_before_it_opens_is_refused(writer: Client) -> None:
    response = submit(writer, models.ConsultationPage, closes_at="2026-03-01 09:00")
    assert "A consultation must close after it opens." in refusals(response)


def test_a_consultation_without_times_is_refused(writer: Client) -> None:
    response = submit(writer, models.ConsultationPage, opens_at="", closes_at="")
    assert response.context["form"].errors.keys() == {"opens_at", "closes_at"}


def test_an_event_that_ends_before_it_begins_is_refused(writer: Client) -> None:
    response = submit(writer, models.EventPage, ends_at="2026-06-01 17:00")
    assert "An event must end after it begins." in refusals(response)


def test_an_event_that_is_nowhere_is_refused(writer: Client) -> None:
    assert "Enter a venue, or tick that it is online." in refusals(submit(writer, models.EventPage, venue_name=""))


def test_an_address_to_join_without_the_tick_is_refused(writer: Client) -> None:
    response = submit(writer, models.EventPage, online_url="https://meet.example.gov.uk")
    assert "remove the address where people join" in refusals(response)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.gov.uk", "https://user:pw@example.gov.uk"])
def test_a_start_button_leads_to_the_web_only(writer: Client, address: str) -> None:
    assert submit(writer, models.ServiceStartPage, start_url=address).context["form"].errors.keys() == {"start_url"}


def test_a_role_that_ends_before_it_begins_is_refused(writer: Client) -> None:
    role = {"title": "Minister", "kind": "minister", "started_on": "2024-07-05", "ended_on": "2024-07-04"}
    response = submit(writer, models.PersonPage, roles=inline_formset([role]))
    assert "A role cannot end before it begins." in refusals(response)


def test_a_wrong_isbn_is_refused(writer: Client) -> None:
    assert "Enter a valid ISBN" in refusals(submit(writer, models.PublicationPage, isbn="978-1-5286-3541-0"))


def test_a_lead_image_needs_a_text_alternative(writer: Client) -> None:
    image = ImageFactory.create()
    refused = submit(writer, models.NewsArticlePage, lead_image=str(image.pk))
    assert refused.context["form"].errors.keys() == {"lead_image_alt"}
    both = submit(
        writer, models.NewsArticlePage, lead_image=str(image.pk), lead_image_alt="A lock", lead_image_decorative="on"
    )
    assert "A decorative image has no alternative text" in refusals(both)
    assert submit(writer, models.NewsArticlePage, lead_image=str(image.pk), lead_image_alt="A lock").status_code == 302


def test_a_draft_may_lack_what_publication_needs(writer: Client) -> None:
    """Saving must never cost a writer her text."""
    link = {"page": "", "url": "", "text": ""}
    image = {"image": "", "alt_text": "", "caption": "", "credit": ""}
    body = streamfield([("call_to_action", link | {"style": "primary"}), ("image", image)])
    response = submit(writer, models.NewsArticlePage, body=body, **{"action-submit": None})
    assert response.status_code == 302
    assert len(models.NewsArticlePage.objects.get(slug="new-page").body) == 2


def test_a_document_in_use_cannot_be_deleted(run_tasks: Callable[[], int]) -> None:
    document = DocumentFactory.create()
    page = factories.PublicationPageFactory()
    models.PublicationAttachment.objects.create(page=page, title="Report", document=document)
    run_tasks()
    administrator = people.browser_of(people.superuser())
    response = administrator.post(reverse("wagtaildocs:delete", args=[document.pk]))
    assert response.status_code == 302
    assert type(document).objects.filter(pk=document.pk).exists()
