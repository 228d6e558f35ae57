"""What each role finds in the admin, and what is closed to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import Page

from cms.accounts.models import User
from tests.factories.pages import FormPageFactory, NewsArticlePageFactory, section
from tests.factories.people import (
    administrator,
    browser_of,
    outsider,
    publisher,
    reader,
    reviewer,
    superuser,
    writer,
)

pytestmark = pytest.mark.django_db

Who = Callable[[], User]
W, R, P, A = writer, reviewer, publisher, administrator

SCREENS: dict[str, tuple[str, list[Who]]] = {
    "dashboard": ("wagtailadmin_home", [W, R, P, A]),
    "pages": ("wagtailadmin_explore_root", [W, R, P, A]),
    "images": ("wagtailimages:index", [W, P, A]),
    "new image": ("wagtailimages:add", [W, P, A]),
    "documents": ("wagtaildocs:index", [W, P, A]),
    "reusable content": ("wagtailsnippets_pages_notice:list", [W, R, P, A]),
    "new reusable content": ("wagtailsnippets_pages_notice:add", [W, A]),
    "users": ("wagtailusers_users:index", [A]),
    "groups": ("wagtailusers_groups:index", [A]),
    "websites": ("wagtailsites:index", [A]),
    "languages": ("wagtaillocales:index", [A]),
    "collections": ("wagtailadmin_collections:index", [A]),
    "workflows": ("wagtailadmin_workflows:index", [A]),
    "workflow tasks": ("wagtailadmin_workflows:task_index", [A]),
    "redirects": ("wagtailredirects:index", [A]),
    "promoted search results": ("wagtailsearchpromotions:index", [A]),
}


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("who", [W, R, P, A, reader, outsider])
def test_screen_is_open_to_the_roles_that_need_it(screen: str, who: Who) -> None:
    url_name, roles = SCREENS[screen]
    response = browser_of(who()).get(reverse(url_name))
    assert (response.status_code == 200) == (who in roles)


@pytest.mark.parametrize("who", [W, R, P, A])
def test_only_administrators_change_site_settings(who: Who) -> None:
    url = reverse("wagtailsettings:edit", args=["pages", "emergencybanner"])
    response = browser_of(who()).get(url, follow=True)
    assert ("Emergency banner" in response.content.decode()) == (who is A)


@pytest.mark.parametrize("who", [W, R, P, A])
def test_only_some_see_what_people_sent_with_a_form(who: Who) -> None:
    form = FormPageFactory()
    url = reverse("wagtailforms:list_submissions", args=[form.pk])
    assert (browser_of(who()).get(url).status_code == 200) == (who in [P, A])


@pytest.mark.parametrize("who", [W, R, P, A])
def test_only_publishers_and_administrators_withdraw_pages(who: Who) -> None:
    page = NewsArticlePageFactory()
    browser_of(who()).post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    page.refresh_from_db()
    assert page.live == (who in [W, R])


@pytest.mark.parametrize("who", [W, R, P, A])
def test_only_publishers_and_administrators_restrict_pages(who: Who) -> None:
    page = NewsArticlePageFactory()
    url = reverse("wagtailadmin_pages:set_privacy", args=[page.pk])
    browser_of(who()).post(url, {"restriction_type": "login"})
    assert page.view_restrictions.exists() == (who in [P, A])


@pytest.mark.parametrize("who", [W, R, P, A, superuser])
def test_nobody_is_offered_to_publish(who: Who) -> None:
    page = NewsArticlePageFactory()
    page.save_revision()
    browser = browser_of(who())
    shown = browser.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'name="action-publish"' not in shown
    assert 'name="action-submit"' in shown
    if who in [W, A, superuser]:
        url = reverse("wagtailadmin_pages:add", args=["pages", "newsarticlepage", section("News").pk])
        assert 'name="action-publish"' not in browser.get(url).content.decode()
        url = reverse("wagtailsnippets_pages_notice:add")
        assert 'name="action-publish"' not in browser.get(url).content.decode()


def test_administrators_do_not_delete_groups() -> None:
    manager = administrator()
    writers = Group.objects.get(name="Writers")
    browser_of(manager).post(reverse("wagtailusers_groups:delete", args=[writers.pk]))
    assert Group.objects.filter(name="Writers").exists()


def test_readers_permissions_do_not_reach_into_the_tree() -> None:
    assert not Page.objects.get(depth=1).permissions_for_user(reader()).permissions
