"""A model needs no care for what it refers to: a plain foreign key in its `api_fields` never shows what is hidden."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import path
from pytest_django import Settings
from wagtail.api import APIField
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.models import Page, PageViewRestriction

from documents.models import CustomDocument, CustomImage
from pages import models
from tests.factories import documents as files
from tests.factories import pages as build

SECRET = "a secret title"

stock_router = WagtailAPIRouter("wagtailapi_v2")
stock_router.register_endpoint("pages", PagesAPIViewSet)
urlpatterns = [path("api/v2/", stock_router.urls)]
"""Wagtail's own API, to see what it does without us."""


@pytest.fixture
def _plain_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    """As somebody would write them who has only read Wagtail's documentation."""
    monkeypatch.setattr(models.NewsArticlePage, "api_fields", [APIField("lead_image"), APIField("page_topics")])
    monkeypatch.setattr(models.PageTopic, "api_fields", [APIField("topic")], raising=False)
    monkeypatch.setattr(models.PublicationPage, "api_fields", [APIField("attachments")])
    monkeypatch.setattr(models.PublicationAttachment, "api_fields", [APIField("document")])
    monkeypatch.setattr(models.OrganisationPage, "api_fields", [APIField("organisation_contacts"), APIField("owner")])
    monkeypatch.setattr(models.OrganisationContact, "api_fields", [APIField("contact")], raising=False)


pytestmark = pytest.mark.usefixtures("_plain_fields")


def image(**fields: Any) -> CustomImage:
    """An image without a file: these tests never read it."""
    found: CustomImage = CustomImage.objects.bulk_create(
        [CustomImage(file="original_images/x.png", width=10, height=10, file_size=1, **fields)]
    )[0]
    return found


def document(**fields: Any) -> CustomDocument:
    """A document without a file."""
    found: CustomDocument = CustomDocument.objects.bulk_create(
        [CustomDocument(file="documents/x.pdf", file_size=1, **fields)]
    )[0]
    return found


def article_about(topic: Page) -> models.NewsArticlePage:
    article = build.NewsArticlePageFactory()
    article.page_topics.add(models.PageTopic(topic=topic))
    article.save()
    return article


def detail(api: Client, page: Page) -> dict[str, Any]:
    response = api.get(f"/api/v2/pages/{page.pk}/?fields=*")
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def listed(api: Client, page: Page) -> dict[str, Any]:
    response = api.get(f"/api/v2/pages/?type={page._meta.label}&id={page.pk}&fields=*")
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()["items"][0]
    return found


VIEWS = pytest.mark.parametrize("view", [detail, listed])


@VIEWS
def test_public_page_that_a_page_refers_to_is_shown_as_wagtail_shows_it(api: Client, view: Any) -> None:
    topic = build.TopicPageFactory(title="A topic")

    (row,) = view(api, article_about(topic))["page_topics"]

    assert row["topic"]["id"] == topic.pk
    assert row["topic"]["title"] == "A topic"
    assert row["topic"]["meta"]["type"] == "pages.TopicPage"


@VIEWS
def test_draft_that_a_page_refers_to_is_null(api: Client, view: Any) -> None:
    (row,) = view(api, article_about(build.TopicPageFactory(title=SECRET, live=False)))["page_topics"]

    assert row["topic"] is None


@VIEWS
def test_restricted_page_that_a_page_refers_to_is_null(api: Client, view: Any) -> None:
    topic = build.TopicPageFactory(title=SECRET)
    PageViewRestriction.objects.create(page=topic, restriction_type=PageViewRestriction.LOGIN)

    (row,) = view(api, article_about(topic))["page_topics"]

    assert row["topic"] is None


@VIEWS
def test_restricted_image_that_a_page_refers_to_is_null(api: Client, view: Any) -> None:
    hidden = image(title=SECRET, collection=files.private_collection())

    assert view(api, build.NewsArticlePageFactory(lead_image=hidden))["lead_image"] is None


@VIEWS
def test_public_image_that_a_page_refers_to_leads_to_a_view_that_checks(api: Client, view: Any) -> None:
    shown = image(title="A picture")

    found = view(api, build.NewsArticlePageFactory(lead_image=shown))["lead_image"]

    assert found["title"] == "A picture"
    assert found["meta"]["download_url"] == f"http://testserver{shown.original_url}"


@VIEWS
def test_restricted_document_that_a_page_refers_to_is_null(api: Client, view: Any) -> None:
    publication = build.PublicationPageFactory()
    hidden = document(title=SECRET, collection=files.private_collection())
    publication.attachments.add(models.PublicationAttachment(title="A", document=hidden))
    publication.save()

    (row,) = view(api, publication)["attachments"]

    assert row["document"] is None


@VIEWS
def test_unpublished_snippet_that_a_page_refers_to_is_null(api: Client, view: Any) -> None:
    organisation = build.OrganisationPageFactory()
    for live in (True, False):
        contact = build.ContactFactory(live=live)
        organisation.organisation_contacts.add(models.OrganisationContact(contact=contact))
    organisation.save()

    shown, hidden = view(api, organisation)["organisation_contacts"]

    assert shown["contact"]["meta"]["type"] == "pages.Contact"
    assert hidden["contact"] is None


@VIEWS
def test_person_who_owns_a_page_is_null(api: Client, view: Any, admin_user: Any) -> None:
    assert view(api, build.OrganisationPageFactory(owner=admin_user))["owner"] is None


def test_filter_by_a_hidden_target_finds_what_one_that_does_not_exist_finds(api: Client) -> None:
    hidden = image(title=SECRET, collection=files.private_collection())
    shown = image(title="A picture")
    for lead_image in (hidden, shown):
        build.NewsArticlePageFactory(lead_image=lead_image)
    address = "/api/v2/pages/?type=pages.NewsArticlePage&lead_image="

    assert api.get(f"{address}{hidden.pk}").json() == api.get(f"{address}99999").json()
    assert api.get(f"{address}{shown.pk}").json()["meta"]["total_count"] == 1


def test_hidden_members_of_a_list_are_left_out(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = [APIField("supersedes"), APIField("superseded_by")]
    monkeypatch.setattr(CustomDocument, "api_fields", fields)
    first = document(title="First")
    shown = document(title="Second", supersedes=first)
    hidden = document(title=SECRET, supersedes=first, collection=files.private_collection())
    after_hidden = document(title="Fourth", supersedes=hidden)

    listed = {item["id"]: item for item in api.get("/api/v2/documents/?fields=*").json()["items"]}

    assert [later["id"] for later in listed[first.pk]["superseded_by"]] == [shown.pk]
    assert listed[shown.pk]["supersedes"]["id"] == first.pk
    assert listed[after_hidden.pk]["supersedes"] is None


def test_references_nested_in_references_are_checked_too(api: Client) -> None:
    topic = build.TopicPageFactory(title="A topic")
    article = article_about(topic)
    secret = build.TopicPageFactory(title=SECRET)
    alias_source = secret.create_alias(update_slug="x")
    article.page_topics.add(models.PageTopic(topic=alias_source))
    article.save()
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
    models.TopicPage.objects.filter(pk=alias_source.pk).update(title="An alias", draft_title="An alias")

    response = api.get(f"/api/v2/pages/{article.pk}/?fields=page_topics(topic(*))")

    assert response.json()["page_topics"][1]["topic"]["meta"]["alias_of"] is None
    assert SECRET not in response.content.decode()


def test_without_our_serializers_the_same_fields_leak(api: Client, settings: Settings) -> None:
    article = article_about(build.TopicPageFactory(title=SECRET, live=False))
    article.lead_image = image(title=SECRET, collection=files.private_collection())
    article.save()
    settings.ROOT_URLCONF = __name__

    leaked = api.get(f"/api/v2/pages/{article.pk}/").json()

    assert leaked["page_topics"][0]["topic"]["title"] == SECRET
    assert leaked["lead_image"]["id"] == article.lead_image.pk
