"""What is remembered of pages that were public, and for which of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction, Site

from pages.gone import is_gone, is_gone_page
from pages.models import GoneAddress, TopicPage
from tests.factories import pages as build

pytestmark = pytest.mark.django_db

Committing = Callable[..., Any]


def default_site() -> Site:
    site: Site = Site.objects.get(is_default_site=True)
    return site


def gone_at(path: str) -> bool:
    return is_gone(default_site(), path)


def restrict(page: Page) -> PageViewRestriction:
    restriction: PageViewRestriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.LOGIN
    )
    return restriction


def test_unpublished_page_is_gone() -> None:
    page = build.TopicPageFactory(slug="a")
    assert not gone_at("/a/")
    assert not is_gone_page(page.pk, default_site())

    page.unpublish()

    assert gone_at("/a/")
    assert is_gone_page(page.pk, default_site())
    assert not gone_at("/b/")


def test_deleted_page_is_gone_with_all_that_is_under_it() -> None:
    page = build.TopicPageFactory(slug="a")
    below = build.TopicPageFactory(slug="b", parent=page)
    draft = build.TopicPageFactory(slug="c", parent=page, live=False)
    ids = page.pk, below.pk, draft.pk

    page.refresh_from_db()
    page.delete()

    assert [gone_at(path) for path in ("/a/", "/a/b/", "/a/c/")] == [True, True, False]
    assert [is_gone_page(pk, default_site()) for pk in ids] == [True, True, False]


def test_pages_that_are_deleted_together_are_gone() -> None:
    for slug in ("a", "b"):
        build.TopicPageFactory(slug=slug)

    Page.objects.filter(slug__in=["a", "b"]).delete()

    assert gone_at("/a/")
    assert gone_at("/b/")


def test_page_that_was_unpublished_first_and_deleted_later_is_gone() -> None:
    page = build.TopicPageFactory(slug="a")
    page.unpublish()
    page.delete()

    assert gone_at("/a/")


def test_expired_page_is_gone_before_and_after_the_scheduler_has_run() -> None:
    page = build.TopicPageFactory(slug="a", expire_at=timezone.now() - dt.timedelta(seconds=5))
    assert gone_at("/a/")
    assert is_gone_page(page.pk, default_site())

    call_command("publish_scheduled")

    assert not TopicPage.objects.get(pk=page.pk).live
    assert gone_at("/a/")
    assert is_gone_page(page.pk, default_site())


def test_draft_is_not_gone() -> None:
    page = build.TopicPageFactory(slug="a", live=False)
    assert not gone_at("/a/")

    pk = page.pk
    page.delete()

    assert not gone_at("/a/")
    assert not is_gone_page(pk, default_site())


def test_restricted_page_is_not_gone() -> None:
    page = build.TopicPageFactory(slug="a")
    below = build.TopicPageFactory(slug="b", parent=page)
    restrict(page)
    below.unpublish()
    ids = page.pk, below.pk

    page.refresh_from_db()
    page.delete()

    assert not GoneAddress.objects.exists()
    assert not any(is_gone_page(pk, default_site()) for pk in ids)


def test_restriction_that_comes_later_hides_what_was_gone() -> None:
    page = build.TopicPageFactory(slug="a")
    below = build.TopicPageFactory(slug="b", parent=page)
    pk = below.pk
    below.delete()
    page.refresh_from_db()
    page.unpublish()
    assert gone_at("/a/b/")

    restrict(page)

    assert not gone_at("/a/b/")
    assert not gone_at("/a/")
    assert not is_gone_page(pk, default_site())
    assert not is_gone_page(page.pk, default_site())


def test_page_that_was_public_and_is_deleted_while_restricted_is_not_gone() -> None:
    page = build.TopicPageFactory(slug="a")
    page.unpublish()
    restrict(page)
    pk = page.pk
    page.delete()

    assert not gone_at("/a/")
    assert not is_gone_page(pk, default_site())


def test_published_page_is_not_gone_any_more() -> None:
    page = build.TopicPageFactory(slug="a")
    page.unpublish()

    page.save_revision().publish()

    assert not GoneAddress.objects.exists()


def test_another_page_at_the_address_makes_it_forgotten_and_a_draft_does_not() -> None:
    build.TopicPageFactory(slug="a").delete()
    other = build.TopicPageFactory(slug="a", live=False)
    assert gone_at("/a/")

    other.save_revision().publish()
    restrict(other)

    assert not gone_at("/a/")


def test_old_address_of_a_moved_page_is_gone_with_those_under_it() -> None:
    page = build.TopicPageFactory(slug="a")
    build.TopicPageFactory(slug="b", parent=page)
    target = build.TopicPageFactory(slug="target")
    page.refresh_from_db()

    page.move(target, "last-child")

    assert [gone_at(path) for path in ("/a/", "/a/b/", "/target/a/")] == [True, True, False]
    assert not is_gone_page(page.pk, default_site())


def test_moving_back_makes_it_forgotten() -> None:
    page = build.TopicPageFactory(slug="a")
    target = build.TopicPageFactory(slug="target")
    page.move(target, "last-child")
    TopicPage.objects.get(pk=page.pk).move(build.home_page(), "last-child")

    assert [gone_at(path) for path in ("/a/", "/target/a/")] == [False, True]


def test_another_order_of_the_same_pages_is_no_move() -> None:
    page = build.TopicPageFactory(slug="a")
    build.TopicPageFactory(slug="b")

    page.move(build.home_page(), "last-child")

    assert not GoneAddress.objects.exists()


def test_old_address_is_gone_when_the_slug_changes(django_capture_on_commit_callbacks: Committing) -> None:
    page = build.TopicPageFactory(slug="a")
    build.TopicPageFactory(slug="b", parent=page)
    page.refresh_from_db()

    with django_capture_on_commit_callbacks(execute=True):
        page.slug = "new"
        page.save_revision().publish()

    assert [gone_at(path) for path in ("/a/", "/a/b/", "/new/", "/new/b/")] == [True, True, False, False]


def test_draft_that_moves_or_is_renamed_leaves_nothing(django_capture_on_commit_callbacks: Committing) -> None:
    page = build.TopicPageFactory(slug="a", live=False)
    with django_capture_on_commit_callbacks(execute=True):
        page.slug = "new"
        page.save()
    page.move(build.TopicPageFactory(slug="target"), "last-child")

    assert not GoneAddress.objects.exists()


def test_address_has_the_prefix_of_the_language() -> None:
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    home = build.home_page().copy_for_translation(welsh)
    home.save_revision().publish()
    page = build.TopicPageFactory(slug="newyddion", parent=home)

    page.unpublish()

    assert gone_at("/cy/newyddion/")
    assert not gone_at("/newyddion/")


def test_each_site_has_its_own_addresses() -> None:
    home = build.HomePageFactory(slug="other")
    site = Site.objects.create(hostname="other.example.gov.uk", port=443, root_page=home)
    page = build.TopicPageFactory(slug="a", parent=home)
    page.unpublish()

    assert is_gone(site, "/a/")
    assert is_gone_page(page.pk, site)
    assert not gone_at("/a/")
    assert not is_gone_page(page.pk, default_site())


def test_home_page_can_be_deleted_with_its_site() -> None:
    home = build.HomePageFactory(slug="other")
    Site.objects.create(hostname="other.example.gov.uk", port=443, root_page=home)
    build.TopicPageFactory(slug="a", parent=home)

    home.refresh_from_db()
    home.delete()

    assert not Site.objects.filter(hostname="other.example.gov.uk").exists()
