"""When readers are told that a page was updated."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import GroupApprovalTask, Locale, Revision, Workflow, WorkflowPage, WorkflowTask
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from pages.models import NewsArticlePage
from pages.models.changes import ChangeType
from tests.factories import people
from tests.factories.pages import NewsArticlePageFactory, home_page, section

pytestmark = pytest.mark.django_db

FIRST = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 4, 6, 9, tzinfo=dt.UTC)


@pytest.fixture
def article() -> NewsArticlePage:
    """A page that was published in March."""
    with time_machine.travel(FIRST, tick=False):
        draft: NewsArticlePage = NewsArticlePageFactory(live=False)
        draft.save_revision().publish()
    return reloaded(draft)


def reloaded(page: NewsArticlePage) -> NewsArticlePage:
    return NewsArticlePage.objects.get(pk=page.pk)


def edit(page: NewsArticlePage, **fields: Any) -> Revision:
    """A revision with these fields, as an editor would save it."""
    draft = page.get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    return draft.save_revision()


def major(page: NewsArticlePage, note: str = "New rates.") -> Revision:
    return edit(page, change_type=ChangeType.MAJOR, change_note=note)


def notes(page: NewsArticlePage) -> list[str]:
    return [change.note for change in page.public_changes.all()]


def test_first_publication_sets_the_date(article: NewsArticlePage) -> None:
    assert article.public_updated_at == FIRST
    assert notes(article) == ["First published."]


def test_a_draft_has_no_date() -> None:
    draft = NewsArticlePageFactory(live=False)
    major(draft)
    assert reloaded(draft).public_updated_at is None
    assert notes(draft) == []


def test_a_minor_change_leaves_the_date(article: NewsArticlePage) -> None:
    with time_machine.travel(LATER, tick=False):
        edit(article, title="Corrected").publish()
    assert reloaded(article).title == "Corrected"
    assert reloaded(article).public_updated_at == FIRST
    assert notes(article) == ["First published."]


def test_a_major_change_moves_the_date_and_is_recorded(article: NewsArticlePage) -> None:
    with time_machine.travel(LATER, tick=False):
        major(article, "new rates.").publish()
    assert reloaded(article).public_updated_at == LATER
    assert notes(article) == ["New rates.", "First published."]


def test_the_next_edit_starts_as_a_minor_one(article: NewsArticlePage) -> None:
    with time_machine.travel(LATER, tick=False):
        major(article).publish()
    fresh = reloaded(article)
    assert (fresh.change_type, fresh.change_note) == (ChangeType.MINOR, "")
    edit(fresh, title="Typo").publish()
    assert reloaded(article).public_updated_at == LATER


def test_a_major_change_that_is_edited_again_before_publication_stays_major(article: NewsArticlePage) -> None:
    major(article)
    with time_machine.travel(LATER, tick=False):
        edit(reloaded(article), title="One more word").publish()
    assert reloaded(article).public_updated_at == LATER
    assert notes(article) == ["New rates.", "First published."]


def test_publishing_the_same_revision_again_changes_nothing(article: NewsArticlePage) -> None:
    revision = major(article)
    with time_machine.travel(LATER, tick=False):
        revision.publish()
    Revision.objects.get(pk=revision.pk).publish()
    assert reloaded(article).public_updated_at == LATER
    assert len(notes(article)) == 2


def test_publishing_again_after_unpublishing_changes_nothing(article: NewsArticlePage) -> None:
    revision = major(article)
    with time_machine.travel(LATER, tick=False):
        revision.publish()
    reloaded(article).unpublish()
    Revision.objects.get(pk=revision.pk).publish()
    assert reloaded(article).live
    assert reloaded(article).public_updated_at == LATER


def test_going_back_to_an_old_revision_keeps_the_date(article: NewsArticlePage) -> None:
    old = article.latest_revision
    with time_machine.travel(LATER, tick=False):
        major(article).publish()
    Revision.objects.get(pk=old.pk).publish()
    assert reloaded(article).public_updated_at == LATER
    assert len(notes(article)) == 2


def test_a_scheduled_major_change_moves_the_date_when_it_goes_live(article: NewsArticlePage) -> None:
    goes_live = timezone.now() + dt.timedelta(days=1)
    edit(article, change_type=ChangeType.MAJOR, change_note="New rates.", go_live_at=goes_live).publish()
    assert reloaded(article).public_updated_at == FIRST
    with time_machine.travel(goes_live + dt.timedelta(minutes=1), tick=False):
        call_command("publish_scheduled")
        assert reloaded(article).public_updated_at == timezone.now()
    assert notes(article) == ["New rates.", "First published."]


def test_a_first_publication_on_schedule_sets_the_date_when_it_goes_live() -> None:
    draft = NewsArticlePageFactory(live=False)
    goes_live = timezone.now() + dt.timedelta(days=1)
    edit(draft, go_live_at=goes_live).publish()
    assert reloaded(draft).public_updated_at is None
    with time_machine.travel(goes_live + dt.timedelta(minutes=1), tick=False):
        call_command("publish_scheduled")
        assert reloaded(draft).public_updated_at == timezone.now()


def test_the_end_of_a_workflow_moves_the_date(article: NewsArticlePage) -> None:
    workflow = Workflow.objects.create(name="One step")
    WorkflowTask.objects.create(workflow=workflow, task=GroupApprovalTask.objects.create(name="Check"), sort_order=1)
    WorkflowPage.objects.create(workflow=workflow, page=article)
    major(article)
    state = workflow.start(reloaded(article), people.writer())
    with time_machine.travel(LATER, tick=False):
        state.current_task_state.specific.approve(user=people.superuser())
    assert reloaded(article).public_updated_at == LATER


def test_an_action_that_does_not_call_publish_moves_the_date_too(article: NewsArticlePage) -> None:
    """As the editor's view and the v3 API do it (wagtail/admin/views/pages/edit.py, wagtail/actions/registry.py)."""
    revision = major(article)
    with time_machine.travel(LATER, tick=False):
        PublishPageRevisionAction(revision).execute()
    assert reloaded(article).public_updated_at == LATER


def test_a_copy_is_a_page_of_its_own(article: NewsArticlePage) -> None:
    copied = article.copy(update_attrs={"slug": "copied"}, keep_live=False)
    assert reloaded(copied).public_updated_at is None
    with time_machine.travel(LATER, tick=False):
        copied.get_latest_revision().publish()
    assert reloaded(copied).public_updated_at == LATER
    assert notes(copied) == ["First published."]
    assert reloaded(article).public_updated_at == FIRST


def test_a_copy_that_stays_live_is_first_published_when_it_is_made(article: NewsArticlePage) -> None:
    with time_machine.travel(LATER, tick=False):
        copied = CopyPageAction(article, to=section("Elsewhere"), keep_live=True).execute()
    assert reloaded(copied).public_updated_at == LATER
    assert notes(copied) == ["First published."]


def test_a_translation_gets_a_date_of_its_own(article: NewsArticlePage) -> None:
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    home_page().copy_for_translation(welsh)
    section().copy_for_translation(welsh)
    translation = article.copy_for_translation(welsh)
    assert reloaded(translation).public_updated_at is None
    with time_machine.travel(LATER, tick=False):
        translation.get_latest_revision().publish()
    assert reloaded(translation).public_updated_at == LATER
    assert reloaded(article).public_updated_at == FIRST


def test_an_alias_has_the_date_of_its_original(article: NewsArticlePage) -> None:
    alias = article.create_alias(update_slug="alias")
    assert reloaded(alias).public_updated_at == FIRST
    with time_machine.travel(LATER, tick=False):
        major(article).publish()
    assert reloaded(alias).public_updated_at == LATER
    assert notes(alias) == []


def test_a_page_that_code_saves_live_without_a_revision_gets_a_date() -> None:
    with time_machine.travel(FIRST, tick=False):
        page = NewsArticlePageFactory()
    assert page.public_updated_at == FIRST
    assert notes(page) == ["First published."]


def test_an_import_may_bring_its_own_date() -> None:
    page = NewsArticlePageFactory(public_updated_at=FIRST)
    assert reloaded(page).public_updated_at == FIRST
    assert notes(page) == []


def form_data(page: NewsArticlePage, **fields: str) -> dict[str, str]:
    data = {
        "title": page.title,
        "slug": page.slug,
        "body": streamfield([("text", rich_text("<p>Text</p>"))]),
        "page_organisations": inline_formset([]),
        "page_topics": inline_formset([]),
        "comments": inline_formset([]),
        "news_type": "news_story",
        "phase": "live",
        "change_type": "minor",
        "change_note": "",
    }
    posted: dict[str, str] = nested_form_data(data | fields)
    return posted


def test_the_admin_asks_for_a_note_with_a_major_change(article: NewsArticlePage) -> None:
    browser = people.browser_of(people.writer())
    address = reverse("wagtailadmin_pages:edit", args=[article.pk])
    submit = {"action-submit": "1"}
    refused = browser.post(address, form_data(article, change_type="major", **submit))
    assert "Tell readers what has changed." in refused.content.decode()
    assert reloaded(article).current_workflow_state is None
    accepted = browser.post(address, form_data(article, change_type="major", change_note="New rates.", **submit))
    assert accepted.status_code == 302
    assert reloaded(article).current_workflow_state is not None


def test_the_admin_takes_a_draft_without_a_note(article: NewsArticlePage) -> None:
    browser = people.browser_of(people.writer())
    address = reverse("wagtailadmin_pages:edit", args=[article.pk])
    assert browser.post(address, form_data(article, change_type="major")).status_code == 302
