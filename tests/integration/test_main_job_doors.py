"""Every way by which one person could bring a page to the public: all are closed, for everybody.

Each door is tried twice. With the product as it is, nothing may get out. With the guards of cms.editorial taken away
it must get out, which shows that the door is a real one, and that it is the guards that close it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_revision import PublishRevisionAction
from wagtail.models import APIToken, Page, PagePermissionTester, Revision
from wagtail.models import pages as wagtail_pages
from wagtail.test.utils.form_data import rich_text

from cms.accounts.models import User
from cms.editorial.roles import ADMINISTRATOR, PUBLISHER, REVIEWER, WRITER
from pages.models import HomePage, Notice, SectionPage
from tests.factories.pages import NewsArticlePageFactory, section
from tests.factories.people import person, superuser
from tests.integration.desk import Desk, body_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.integration.urls_with_v3")]

Door = Callable[[Desk, SectionPage], object]


def all_roles() -> User:
    """Somebody who holds every role of this product at once."""
    return person(WRITER, REVIEWER, PUBLISHER, ADMINISTRATOR)


@pytest.fixture
def news() -> SectionPage:
    return section("News")


def _draft(desk: Desk, news: SectionPage, title: str = "Draft") -> Page:
    desk.create(news, title=title, slug="alone")
    return Page.objects.get(slug="alone")


def create_form(desk: Desk, news: SectionPage) -> object:
    return desk.create(news, "publish", title="Alone", slug="alone")


def create_form_below_the_root(desk: Desk, news: SectionPage) -> object:
    root = Page.get_first_root_node()
    return desk.create(root, "publish", HomePage, title="Alone", slug="alone")


def edit_form(desk: Desk, news: SectionPage) -> object:
    return desk.edit(_draft(desk, news), "publish", title="Alone")


def edit_form_with_a_date(desk: Desk, news: SectionPage) -> object:
    tomorrow = timezone.localtime() + timedelta(days=1)
    return desk.edit(_draft(desk, news), "publish", go_live_at=f"{tomorrow:%Y-%m-%d %H:%M}")


def edit_form_in_the_middle_of_a_workflow(desk: Desk, news: SectionPage) -> object:
    page = _draft(desk, news)
    desk.submit(page)
    return desk.edit(page, "publish", title="Alone")


def earlier_version(desk: Desk, news: SectionPage) -> object:
    page = _draft(desk, news)
    first = page.latest_revision
    desk.edit(page, title="Second")
    url = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, first.pk])
    return desk.send(url, "publish", body_of(page))


def bulk_action(desk: Desk, news: SectionPage) -> object:
    page = _draft(desk, news)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    return desk.client.post(f"{url}?id={page.pk}")


def bulk_action_on_the_parent(desk: Desk, news: SectionPage) -> object:
    _draft(desk, news)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    return desk.client.post(f"{url}?id={news.pk}", {"include_descendants": "on"})


def live_copy(desk: Desk, news: SectionPage) -> object:
    original = NewsArticlePageFactory(parent=news, title="Original", slug="original")
    data = {"new_title": "Alone", "new_slug": "alone", "new_parent_page": news.pk, "publish_copies": "on"}
    return desk.client.post(reverse("wagtailadmin_pages:copy", args=[original.pk]), data)


def alias(desk: Desk, news: SectionPage) -> object:
    original = NewsArticlePageFactory(parent=news, title="Original", slug="original")
    data = {"new_title": "Alone", "new_slug": "alone", "new_parent_page": news.pk, "alias": "on"}
    return desk.client.post(reverse("wagtailadmin_pages:copy", args=[original.pk]), data)


def _call(desk: Desk, method: str, path: str, data: object) -> object:
    key = APIToken.generate_token()
    APIToken.objects.create(
        user=desk.person, name="test", key_hash=APIToken.candidate_key_hashes(key)[0], prefix=key[:12]
    )
    return Client().generic(
        method,
        f"/v3/pages/{path}",
        json.dumps(data),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )


def v3_create(desk: Desk, news: SectionPage) -> object:
    meta = {"type": "pages.SectionPage", "parent_id": news.pk, "action": "publish"}
    return _call(desk, "POST", "", {"meta": meta, "title": "Alone", "slug": "alone"})


def v3_update(desk: Desk, news: SectionPage) -> object:
    data = {"meta": {"type": "pages.NewsArticlePage", "action": "publish"}, "title": "Alone"}
    return _call(desk, "PATCH", f"{_draft(desk, news).pk}/", data)


def v3_publish(desk: Desk, news: SectionPage) -> object:
    return _call(desk, "POST", f"{_draft(desk, news).pk}/actions/publish/", {})


def v3_copy(desk: Desk, news: SectionPage) -> object:
    original = NewsArticlePageFactory(parent=news, title="Original", slug="original")
    return _call(desk, "POST", f"{original.pk}/actions/copy/", {"slug": "alone", "title": "Alone"})


def v3_alias(desk: Desk, news: SectionPage) -> object:
    original = NewsArticlePageFactory(parent=news, title="Original", slug="original")
    return _call(desk, "POST", f"{original.pk}/actions/create_alias/", {"slug": "alone"})


def snippet_form(desk: Desk, news: SectionPage) -> object:
    return desk.create_snippet(Notice, "publish", title="alone", body=rich_text("<p>Alone</p>"))


def snippet_form_of_a_draft(desk: Desk, news: SectionPage) -> object:
    desk.create_snippet(Notice, title="alone", body=rich_text("<p>Alone</p>"))
    return desk.edit_snippet(Notice.objects.get(), "publish")


DOORS: list[Door] = [
    create_form,
    create_form_below_the_root,
    edit_form,
    edit_form_with_a_date,
    edit_form_in_the_middle_of_a_workflow,
    earlier_version,
    bulk_action,
    bulk_action_on_the_parent,
    live_copy,
    alias,
    v3_create,
    v3_update,
    v3_publish,
    v3_copy,
    v3_alias,
    snippet_form,
    snippet_form_of_a_draft,
]


def _got_out() -> bool:
    live = Page.objects.live().filter(slug="alone").exists() or Notice.objects.filter(live=True).exists()
    return live or Revision.objects.filter(approved_go_live_at__isnull=False).exists()


@pytest.mark.parametrize("who", [all_roles, superuser])
@pytest.mark.parametrize("door", DOORS)
def test_nobody_publishes_alone(door: Door, who: Callable[[], User], news: SectionPage) -> None:
    door(Desk(who()), news)
    assert not _got_out()


@pytest.mark.parametrize("door", DOORS)
def test_door_is_open_without_the_guards(door: Door, news: SectionPage, without_guards: None) -> None:
    door(Desk(superuser()), news)
    assert _got_out()


@pytest.fixture
def without_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wagtail_pages, "PagePermissionTester", PagePermissionTester)
    monkeypatch.setattr(PublishRevisionAction, "execute", PublishRevisionAction.execute.__wrapped__)
    monkeypatch.delattr(Page, "copy_form_class")
