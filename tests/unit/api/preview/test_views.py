"""A preview link shows one draft, for an hour, to whoever holds it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield
from wagtail_headless_preview.models import PagePreview

from pages.models import NewsArticlePage
from pages.models.relations import PageOrganisation
from pages.previews import forget_old_drafts, keep_draft
from tests.factories.pages import NewsArticlePageFactory, OrganisationPageFactory, section

pytestmark = pytest.mark.django_db


def draft_of(page, **fields):
    for name, value in fields.items():
        setattr(page, name, value)
    return page


@pytest.fixture
def article():
    return NewsArticlePageFactory(title="What the public reads", parent=section())


def test_link_shows_the_draft_in_the_shape_of_a_page(client, article):
    token = keep_draft(draft_of(article, title="What the writer sees"))

    answer = client.get("/api/preview/", headers={"X-Preview-Token": token})

    assert answer.status_code == 200
    live = client.get(f"/api/v2/pages/{article.pk}/").json()
    assert answer.json()["title"] == "What the writer sees"
    assert live["title"] == "What the public reads"
    assert answer.json().keys() == live.keys()
    assert answer.json()["meta"].keys() == live["meta"].keys()
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex"


def test_parts_of_the_draft_are_shown_and_not_the_live_ones(client, article):
    agency, office = OrganisationPageFactory(title="Agency"), OrganisationPageFactory(title="Office")
    article.page_organisations = [PageOrganisation(organisation=agency)]
    article.save_revision().publish()
    draft = NewsArticlePage.objects.get(pk=article.pk)
    draft.page_organisations = [PageOrganisation(organisation=office)]

    answer = client.get("/api/preview/", {"token": keep_draft(draft)})

    assert [organisation["title"] for organisation in answer.json()["organisations"]] == ["Office"]
    live = client.get(f"/api/v2/pages/{article.pk}/").json()
    assert [organisation["title"] for organisation in live["organisations"]] == ["Agency"]


def test_token_may_come_as_a_parameter(client, article):
    answer = client.get("/api/preview/", {"token": keep_draft(article), "content_type": "pages.newsarticlepage"})
    assert answer.status_code == 200


def test_link_stops_working_after_its_lifetime(client, article, settings):
    token = keep_draft(article)
    with time_machine.travel(timezone.now() + settings.PREVIEW_LIFETIME - timedelta(seconds=5)):
        assert client.get("/api/preview/", {"token": token}).status_code == 200
    with time_machine.travel(timezone.now() + settings.PREVIEW_LIFETIME + timedelta(seconds=5)):
        assert client.get("/api/preview/", {"token": token}).status_code == 404


@pytest.mark.parametrize("token", ["", "wrong", "x" * 5000, "id=1:1abcde:forged", "é:b:c"])
def test_wrong_token_is_not_found_and_says_no_more(client, token):
    answer = client.get("/api/preview/", {"token": token})
    assert answer.status_code in {400, 404}
    assert answer["Content-Type"] == "application/problem+json"


def test_what_the_database_holds_opens_no_draft(client, article):
    token = keep_draft(article)
    stored = PagePreview.objects.get()
    assert token not in stored.token
    assert client.get("/api/preview/", {"token": stored.token}).status_code == 404


def test_two_previews_of_one_page_in_one_second_are_two(client, article):
    with time_machine.travel(timezone.now(), tick=False):
        first = keep_draft(draft_of(article, title="First"))
        second = keep_draft(draft_of(article, title="Second"))
    assert client.get("/api/preview/", {"token": first}).json()["title"] == "First"
    assert client.get("/api/preview/", {"token": second}).json()["title"] == "Second"


def test_page_that_was_never_saved_can_be_previewed(client, settings):
    settings.FRONTEND_URL = "https://www.example.gov.uk"
    user = get_user_model().objects.create_superuser("root", "root@example.gov.uk", "password")
    client.force_login(user)
    url = reverse("wagtailadmin_pages:preview_on_add", args=["pages", "newsarticlepage", section().pk])
    form = {
        "title": "Not saved yet",
        "slug": "not-saved-yet",
        "body": streamfield([]),
        "page_organisations": inline_formset([]),
        "page_topics": inline_formset([]),
        "comments": inline_formset([]),
    }
    assert client.post(url, nested_form_data(form)).json()["is_available"]

    framed = client.get(url, {"mode": ""})

    address = urlsplit(framed.context["preview_url"])
    assert address.netloc == "www.example.gov.uk"
    token = parse_qs(address.query)["token"][0]
    answer = client.get("/api/preview/", {"token": token})
    assert answer.status_code == 200, answer.content
    assert answer.json()["title"] == "Not saved yet"


def test_old_drafts_are_deleted(article, settings):
    keep_draft(article)
    forget_old_drafts()
    assert PagePreview.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        forget_old_drafts()
    assert not PagePreview.objects.exists()
