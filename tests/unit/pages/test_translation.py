"""Every type can be translated."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import Locale

from pages import models
from tests.factories import pages as factories
from tests.factories import people
from tests.unit.pages.test_plain import FACTORIES

pytestmark = pytest.mark.django_db


@pytest.fixture
def welsh() -> Locale:
    """The second language, with a home page."""
    locale: Locale = Locale.objects.get_or_create(language_code="cy")[0]
    factories.home_page().copy_for_translation(locale)
    return locale


@pytest.mark.parametrize("make", FACTORIES, ids=lambda make: make.__name__)
def test_a_page_of_every_type_is_copied_for_translation(make: Any, welsh: Locale) -> None:
    page = make(title="Waterways")
    translation = page.copy_for_translation(welsh, copy_parents=True)
    assert (translation.locale, translation.live) == (welsh, False)
    assert translation.summary == page.summary
    assert type(translation) is type(page)


def test_rows_are_copied_with_the_page(welsh: Locale) -> None:
    person = factories.PersonPageFactory()
    models.RoleAppointment.objects.create(page=person, title="Minister", started_on="2024-07-05")
    topic = factories.TopicPageFactory()
    models.PageTopic.objects.create(page=person, topic=topic)
    translation = models.PersonPage.objects.get(pk=person.pk).copy_for_translation(welsh, copy_parents=True)
    assert [role.title for role in translation.roles.all()] == ["Minister"]
    assert [row.topic for row in translation.page_topics.all()] == [topic]


def test_chapters_are_translated_with_their_guidance_in_the_admin(welsh: Locale) -> None:
    guidance = factories.GuidancePageFactory()
    chapter = factories.GuidanceChapterPageFactory(parent=guidance)
    address = reverse("simple_translation:submit_page_translation", args=[guidance.pk])
    browser = people.browser_of(people.superuser())
    response = browser.post(address, {"locales": [welsh.pk], "include_subtree": "on"})
    assert response.status_code == 302
    assert chapter.get_translation(welsh).get_parent().pk == guidance.get_translation(welsh).pk


def test_reusable_content_is_copied_for_translation_as_a_draft(welsh: Locale) -> None:
    """The copy has what is in the draft of the original, which nobody has approved."""
    notice = factories.NoticeFactory.create()
    notice.body = "<p>Not approved</p>"
    notice.save_revision()
    address = reverse("simple_translation:submit_snippet_translation", args=["pages", "notice", notice.pk])
    response = people.browser_of(people.superuser()).post(address, {"locales": [welsh.pk]})
    assert response.status_code == 302
    translation = models.Notice.objects.get(locale=welsh)
    assert (translation.live, translation.body) == (False, "<p>Not approved</p>")


def test_a_translation_is_found_in_its_language(welsh: Locale) -> None:
    page = factories.NewsArticlePageFactory(title="Heron survey")
    translation = page.copy_for_translation(welsh, copy_parents=True)
    translation.title = "Arolwg crehyrod"
    translation.save_revision().publish()
    call_command("update_index", verbosity=0)
    assert [found.pk for found in models.NewsArticlePage.objects.search("crehyrod")] == [translation.pk]
