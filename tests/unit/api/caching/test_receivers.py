"""Which changes drop what was kept: all that readers can see, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models.signals import post_delete
from django.utils import timezone
from pytest_django import Settings
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Collection, GroupPagePermission, Locale, Page, PageViewRestriction, Site

from api.caching import generations
from api.caching.receivers import content_models
from cms.accounts.models import User
from documents.models import CustomDocument, CustomImage, CustomRendition
from pages import models
from tests.factories import documents as files
from tests.factories import pages as build
from tests.factories.people import PersonFactory
from tests.unit.api.caching.kept import ask, is_hit
from tests.unit.api.redis_away import take_redis_away

pytestmark = pytest.mark.django_db(transaction=True)

Make = Callable[[], Any]


def token() -> str:
    found = generations.current()
    assert found is not None
    return found.token


def publish(thing: Any) -> None:
    thing.save_revision().publish()


def move(page: Page) -> None:
    page.move(build.section(), "last-child")


def rename(page: Page) -> None:
    page.slug = "another-slug"
    publish(page)


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def let_a_group_in(page: Page) -> None:
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    before = token()
    restriction.groups.add(Group.objects.create(name="Readers of this"))
    assert token() != before


PAGE_CHANGES: list[Callable[[Page], object]] = [
    publish,
    move,
    rename,
    restrict,
    let_a_group_in,
    Page.unpublish,
    Page.delete,
    lambda page: page.copy(update_attrs={"slug": "a-copy"}),
    lambda page: page.create_alias(update_slug="an-alias"),
    lambda page: models.PageTopic.objects.create(page=page, topic=build.TopicPageFactory()),
    lambda page: page.copy_for_translation(Locale.objects.create(language_code="cy"), copy_parents=True, alias=True),
]


@pytest.mark.parametrize("change", PAGE_CHANGES)
def test_change_of_a_page_counts(change: Callable[[Page], object]):
    page = build.TopicPageFactory()
    before = token()

    change(page)

    assert token() != before


OTHER_CHANGES: dict[str, Callable[[], object]] = {
    "site": lambda: Site.objects.create(hostname="b.example", root_page=build.home_page()),
    "site renamed": lambda: Site.objects.get().save(),
    "locale": lambda: Locale.objects.create(language_code="cy"),
    "contact": build.ContactFactory.create,
    "notice": build.NoticeFactory.create,
    "redirect": lambda: Redirect.objects.create(old_path="/old", redirect_link="/new"),
    "promotion": lambda: SearchPromotion.objects.create(query=Query.get("x"), page=build.home_page(), description=""),
    "setting": lambda: models.EmergencyBanner.for_site(Site.objects.get()).save(),
    "collection": lambda: files.collection("New"),
    "privacy of a collection": lambda: files.private_collection(),
}


@pytest.mark.parametrize("name", OTHER_CHANGES)
def test_change_of_anything_else_that_shows_counts(name: str):
    before = token()

    OTHER_CHANGES[name]()

    assert token() != before


@pytest.fixture
def document(s3_bucket: object) -> CustomDocument:
    return files.DocumentFactory.create()


@pytest.fixture
def image(s3_bucket: object) -> CustomImage:
    return files.ImageFactory.create()


def test_tag_on_a_file_counts(document: CustomDocument):
    before = token()

    document.tags.add("new")

    assert token() != before


def test_bulk_move_of_files_counts(document: CustomDocument, image: CustomImage):
    """Wagtail's bulk action updates the rows, and Django sends no signal for that."""
    private = files.private_collection()
    assert str(document.pk) in ask("/api/v2/documents/").content.decode()
    ask("/api/v2/images/")

    CustomDocument.objects.filter(pk=document.pk).update(collection=private)
    assert ask("/api/v2/documents/").json()["items"] == []

    CustomImage.objects.filter(pk=image.pk).update(collection=private)
    assert ask("/api/v2/images/").json()["items"] == []


def test_rendition_counts_when_it_goes(image: CustomImage):
    before = token()
    image.get_rendition("width-320|format-webp")
    assert token() == before, "until now its address was that of the view that makes it, which still works"

    CustomRendition.objects.all().delete()

    assert token() != before


def test_draft_does_not_count():
    page, contact = build.TopicPageFactory(), build.ContactFactory()
    before = token()

    page.title = contact.title = "Not yet"
    page.save_revision()
    contact.save_revision()
    page.save_revision(approved_go_live_at=timezone.now() + timedelta(days=1))
    build.home_page().add_child(instance=models.TopicPage(title="New", slug="new", live=False))

    assert token() == before


def test_lock_and_workflow_do_not_count():
    page = build.TopicPageFactory()
    person = PersonFactory.create()
    before = token()

    page.locked, page.locked_by, page.locked_at = True, person, timezone.now()
    page.save(update_fields=["locked", "locked_by", "locked_at"])

    assert token() == before


def test_accounts_sessions_and_permissions_do_not_count(admin_client: object):
    before = token()

    user = User.objects.first()
    user.first_name = "Ann"
    user.save()
    group = Group.objects.create(name="New")
    GroupPagePermission.objects.filter(group=group).delete()

    assert token() == before


def test_what_the_public_writes_does_not_count():
    """Or anybody could empty the cache by sending forms."""
    names = {model._meta.label for model in content_models()}
    assert not {name for name in names if "Submission" in name}
    assert "pages.FormField" in names


def test_what_is_deleted_elsewhere_is_not_loaded_for_us():
    """A receiver for all models would turn each bulk deletion into one for each row."""
    from django.contrib.sessions.models import Session

    assert not post_delete.has_listeners(Session)
    assert post_delete.has_listeners(models.TopicPage)


def test_rollback_changes_nothing():
    ask()
    before = token()

    with transaction.atomic():
        build.TopicPageFactory()
        transaction.set_rollback(True)

    assert token() == before
    assert is_hit()


def test_long_transaction_renews_once(monkeypatch: pytest.MonkeyPatch):
    renewals: list[None] = []
    monkeypatch.setattr(generations, "renew", lambda: renewals.append(None))

    with transaction.atomic():
        build.TopicPageFactory.create_batch(5)
        with transaction.atomic():
            build.TopicPageFactory()
    assert len(renewals) == 1

    build.ContactFactory()
    assert len(renewals) > 1


def test_page_is_published_when_redis_is_away(settings: Settings, caplog: pytest.LogCaptureFixture):
    page = build.TopicPageFactory(live=False)
    take_redis_away(settings, "responses")

    publish(page)

    page.refresh_from_db()
    assert page.live
    assert "generations.not_renewed" in {getattr(record, "event", "") for record in caplog.records}


def test_what_could_not_be_dropped_is_dropped_when_redis_is_back(settings: Settings):
    page = build.TopicPageFactory(title="Here")
    ask()
    before = settings.CACHES
    take_redis_away(settings, "responses")
    page.unpublish()
    settings.CACHES = before

    assert "Here" not in ask().content.decode()


def test_search_is_made_anew_when_the_index_is_up_to_date(run_tasks: Callable[[], int]):
    """The worker updates the index after the commit: what was found in between is not what can be found now."""
    address = "/api/v2/pages/?search=heron"
    build.TopicPageFactory(title="Heron")
    assert ask(address).json()["meta"]["total_count"] == 0
    assert is_hit(address)

    assert run_tasks()

    assert ask(address).json()["meta"]["total_count"] == 1


def test_collection_of_the_root_is_content():
    before = token()
    Collection.get_first_root_node().save()
    assert token() != before


def test_queries_are_not_logged_as_content():
    query = Query.get("x")
    before = token()
    query.add_hit()
    assert token() == before
