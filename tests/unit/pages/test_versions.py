"""The version of a page changes with what is published, and only with that."""

from __future__ import annotations

import pytest
from wagtail.models import Page

from pages import models
from pages.versions import versions_of
from tests.factories import pages as build

pytestmark = pytest.mark.django_db


def version(page: Page) -> str:
    """As a list of pages of all types gives it, which must be what the page's own detail gives."""
    of_any_type = versions_of(Page.objects.filter(pk=page.pk))[page.pk]
    assert of_any_type == versions_of([Page.objects.get(pk=page.pk).specific])[page.pk]
    return of_any_type


@pytest.fixture
def article() -> models.NewsArticlePage:
    page: models.NewsArticlePage = build.NewsArticlePageFactory(slug="article")
    page.save_revision().publish()
    return models.NewsArticlePage.objects.get(pk=page.pk)


def test_publication_changes_it(article: models.NewsArticlePage) -> None:
    before = version(article)
    article.summary = "Something else."
    article.save_revision().publish()

    assert version(article) != before


def test_draft_does_not_change_it(article: models.NewsArticlePage) -> None:
    before = version(article)
    article.title = article.summary = "Something else."
    article.save_revision()

    assert version(article) == before


def test_lock_and_comment_do_not_change_it(article: models.NewsArticlePage) -> None:
    before = version(article)
    article.locked = True
    article.owner = None
    article.save()

    assert version(article) == before


@pytest.mark.parametrize("name", ["title", "summary"])
def test_saving_other_content_directly_changes_it(article: models.NewsArticlePage, name: str) -> None:
    before = version(article)
    setattr(article, name, "Something else.")
    article.save()

    assert version(article) != before


def test_saving_another_body_or_row_directly_changes_it(article: models.NewsArticlePage) -> None:
    versions = [version(article)]
    article.body = [("text", "<p>Something else happened.</p>")]
    article.save()
    versions.append(version(article))
    article.page_topics.add(models.PageTopic(topic=build.TopicPageFactory()))
    article.save()
    versions.append(version(article))

    assert len(set(versions)) == len(versions)
    models.NewsArticlePage.objects.get(pk=article.pk).save()
    assert version(article) == versions[-1]


def test_saving_one_field_directly_changes_it(article: models.NewsArticlePage) -> None:
    before = version(article)
    article.summary = "Something else."
    article.title = "Not saved"
    article.save(update_fields=["summary"])
    after = version(article)
    article.summary = "What this page is about."
    article.save(update_fields=["summary"])

    assert after != before
    assert version(article) == before


def test_moving_and_renaming_above_change_it(article: models.NewsArticlePage) -> None:
    versions = [version(article)]
    article.move(build.section("Elsewhere"), "last-child")
    versions.append(version(article))
    section = build.section("Elsewhere")
    section.slug = "renamed"
    section.save()
    versions.append(version(article))

    assert len(set(versions)) == 3


def test_two_pages_have_two_versions() -> None:
    pages = [build.TopicPageFactory(), build.TopicPageFactory()]

    assert len(set(versions_of(pages).values())) == 2


def test_alias_changes_with_its_original(article: models.NewsArticlePage) -> None:
    alias = article.create_alias(update_slug="alias")
    before = version(alias)
    article.summary = "Something else."
    article.save_revision().publish()

    assert version(alias) != before
