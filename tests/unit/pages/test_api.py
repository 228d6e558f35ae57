"""Page types through the delivery API, as a frontend sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.api import APIField

from pages import models
from pages.models.base import BasePage
from tests.factories import pages as factories
from tests.unit.pages.test_plain import FACTORIES
from tests.unit.pages.test_references import rich_page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", FACTORIES, ids=lambda make: make.__name__)
def test_every_type_is_read_with_all_its_fields(client: Client, make: Any) -> None:
    page: BasePage = make(title="Waterways")
    label = page._meta.label
    listed = client.get("/api/v2/pages/", {"type": label, "fields": "*"})
    assert listed.status_code == 200, listed.content
    (item,) = listed.json()["items"]
    detail = client.get(f"/api/v2/pages/{page.pk}/").json()
    for shown in (item, detail):
        assert shown["title"] == "Waterways"
        assert shown["summary"] == "What this page is about."
        assert shown["public_changes"][0]["note"] == "First published."
        assert shown["public_updated_at"]
        assert "to_address" not in shown
        assert "change_note" not in shown


def test_a_list_of_several_types_says_which_is_which(client: Client) -> None:
    page = factories.NewsArticlePageFactory()
    items = client.get("/api/v2/pages/").json()["items"]
    types = {item["id"]: item["meta"]["type"] for item in items}
    assert types[page.pk] == "pages.NewsArticlePage"
    assert types[page.get_parent().pk] == "pages.SectionPage"


def test_times_are_in_utc_whatever_the_time_zone_of_the_admin(client: Client) -> None:
    with time_machine.travel(dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC), tick=False):
        page = factories.ConsultationPageFactory()
    shown = client.get(f"/api/v2/pages/{page.pk}/").json()
    assert shown["closes_at"] == "2026-07-08T12:00:00Z"
    assert shown["public_updated_at"] == shown["public_changes"][0]["at"] == "2026-07-01T12:00:00Z"


def test_what_is_computed_is_there(client: Client) -> None:
    consultation = factories.ConsultationPageFactory()
    assert client.get(f"/api/v2/pages/{consultation.pk}/").json()["state"] == "open"
    person = factories.PersonPageFactory()
    models.RoleAppointment.objects.create(page=person, title="Minister", started_on="2024-07-05")
    (role,) = client.get(f"/api/v2/pages/{person.pk}/").json()["roles"]
    assert (role["title"], role["current"], role["organisation"]) == ("Minister", True, None)


def test_a_form_shows_its_fields_and_not_who_reads_the_answers(client: Client) -> None:
    form = factories.FormPageFactory(to_address="secret@example.gov.uk")
    models.FormField.objects.create(page=form, label="Your name", field_type="singleline")
    response = client.get(f"/api/v2/pages/{form.pk}/")
    assert response.json()["form_fields"][0]["label"] == "Your name"
    assert "secret@example.gov.uk" not in response.content.decode()


def queries(client: Client, limit: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get("/api/v2/pages/", {"type": "pages.PublicationPage", "fields": "*", "limit": limit})
    assert len(answer.json()["items"]) == limit
    return len(captured)


def test_a_list_of_fifty_costs_no_more_queries_than_one_of_five(client: Client) -> None:
    for number in range(50):
        rich_page(number)
    queries(client, 1)
    assert queries(client, 50) == queries(client, 5)


def test_search_finds_title_summary_and_text(client: Client, run_tasks: Callable[[], int]) -> None:
    title = factories.NewsArticlePageFactory(title="Herons return")
    summary = factories.NewsArticlePageFactory(summary="About kingfishers")
    body = factories.NewsArticlePageFactory(
        body=[("faq", {"title": "", "questions": [{"question": "Any otters?", "answer": "<p>Yes</p>"}]})]
    )
    run_tasks()
    for word, page in (("herons", title), ("kingfishers", summary), ("otters", body)):
        found = client.get("/api/v2/pages/", {"search": word}).json()["items"]
        assert [item["id"] for item in found] == [page.pk]


@pytest.mark.parametrize("make", FACTORIES, ids=lambda make: make.__name__)
def test_no_filter_on_any_field_breaks_the_service(client: Client, make: Any) -> None:
    model = make._meta.model
    for field in APIField.get_fields_for_model(model):
        for value in ("x", "1", "2026-13-45"):
            response = client.get("/api/v2/pages/", {"type": model._meta.label, field.name: value})
            assert response.status_code in (200, 400), (field.name, value)
        ordered = client.get("/api/v2/pages/", {"type": model._meta.label, "order": field.name})
        assert ordered.status_code in (200, 400), field.name
