"""Who may not approve: whoever submitted or changed the version, and whoever approved another step of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.models import (
    GroupApprovalTask,
    Page,
    Task,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from cms.accounts.models import User
from cms.editorial.models import FourEyesApprovalTask
from cms.editorial.refusals import Conflict, FourEyesRefusal, Refusal
from cms.editorial.roles import PUBLISHER, REVIEWER, WRITER
from pages.models import SectionPage
from tests.factories.pages import section
from tests.factories.people import administrator, person, publisher, reviewer, superuser, writer
from tests.integration.desk import Desk, messages_of

pytestmark = pytest.mark.django_db

DENIED = "do not have permission"


@pytest.fixture
def news() -> SectionPage:
    return section("News")


def _submitted(news: SectionPage, desk: Desk) -> Page:
    desk.create(news, "submit", title="Opening hours", slug="opening-hours")
    return Page.objects.get(slug="opening-hours")


def _step(page: Page) -> str:
    return Page.objects.get(pk=page.pk).current_workflow_task.key


def test_writer_cannot_approve(news: SectionPage) -> None:
    write = Desk(writer())
    page = _submitted(news, write)
    assert DENIED in messages_of(write.approve(page))
    assert _step(page) == "review"


def test_publisher_cannot_approve_the_review(news: SectionPage) -> None:
    page = _submitted(news, Desk(writer()))
    assert DENIED in messages_of(Desk(publisher()).approve(page))
    assert _step(page) == "review"


@pytest.mark.parametrize("both_roles", [lambda: person(WRITER, REVIEWER), superuser])
def test_submitter_cannot_approve_even_as_a_reviewer(both_roles: Callable[[], User], news: SectionPage) -> None:
    desk = Desk(both_roles())
    page = _submitted(news, desk)
    desk.approve(page)
    assert _step(page) == "review"


def test_who_edited_before_somebody_else_submitted_cannot_approve(news: SectionPage) -> None:
    editor, submitter = Desk(person(WRITER, REVIEWER)), Desk(writer())
    editor.create(news, title="Opening hours", slug="opening-hours")
    page = Page.objects.get(slug="opening-hours")
    submitter.submit(page, title="Opening times")
    editor.approve(page)
    assert _step(page) == "review"


def test_who_submitted_again_without_a_change_cannot_approve(news: SectionPage) -> None:
    page = _submitted(news, Desk(writer()))
    Desk(reviewer()).decide(page, "reject")
    again = Desk(person(WRITER, REVIEWER))
    again.submit(page)
    again.approve(page)
    assert _step(page) == "review"


def test_reviewer_who_edits_while_approving_keeps_the_edit_but_cannot_approve_it(news: SectionPage) -> None:
    page = _submitted(news, Desk(writer()))
    response = Desk(reviewer()).approve_in_editor(page, title="Opening times")
    assert "somebody else has to approve" in messages_of(response)
    assert DENIED not in messages_of(response)
    assert response.headers["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert Page.objects.get(pk=page.pk).draft_title == "Opening times"
    assert _step(page) == "review"


def test_another_reviewer_looks_again_at_what_was_edited_in_review(news: SectionPage) -> None:
    page = _submitted(news, Desk(writer()))
    Desk(reviewer()).edit(page, title="Opening times")
    other = Desk(reviewer())

    response = other.approve(page)
    assert "changed after it had been submitted" in messages_of(response)
    assert _step(page) == "review"

    other.approve(page)
    assert _step(page) == "approval"


def test_edit_in_the_last_step_starts_with_the_review_again(news: SectionPage) -> None:
    page = _submitted(news, Desk(writer()))
    review = Desk(reviewer())
    review.approve(page)
    Desk(publisher()).edit(page, title="Opening times")
    publish = Desk(publisher())

    publish.approve(page)
    assert _step(page) == "review"
    review.approve(page)
    publish.approve(page)
    assert Page.objects.get(pk=page.pk).title == "Opening times"


def test_reviewer_who_only_commented_may_approve(news: SectionPage) -> None:
    page = _submitted(news, Desk(writer()))
    review = Desk(reviewer())
    review.edit(page, **_new_comment("Which holidays?"))
    assert Page.objects.get(pk=page.pk).wagtail_admin_comments.count() == 1

    review.approve(page)
    assert _step(page) == "approval"
    Desk(publisher()).approve(page)
    assert Page.objects.get(pk=page.pk).live


def _new_comment(text: str) -> dict[str, str]:
    return {
        "comments-TOTAL_FORMS": "1",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
        "comments-0-id": "",
        "comments-0-text": text,
        "comments-0-contentpath": "title",
        "comments-0-position": "",
        "comments-0-resolved": "",
        "comments-0-DELETE": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
        "comments-0-replies-MIN_NUM_FORMS": "0",
        "comments-0-replies-MAX_NUM_FORMS": "",
    }


@pytest.mark.parametrize("both_roles", [lambda: person(REVIEWER, PUBLISHER), superuser])
def test_one_person_cannot_approve_both_steps(both_roles: Callable[[], User], news: SectionPage) -> None:
    page = _submitted(news, Desk(writer()))
    desk = Desk(both_roles())
    desk.approve(page)
    assert _step(page) == "approval"
    desk.approve(page)
    assert _step(page) == "approval"
    Desk(publisher()).approve(page)
    assert Page.objects.get(pk=page.pk).live


def test_author_of_what_is_live_may_approve_the_next_change(news: SectionPage) -> None:
    author = Desk(person(WRITER, REVIEWER))
    page = _submitted(news, author)
    Desk(reviewer()).approve(page)
    Desk(publisher()).approve(page)

    Desk(writer()).submit(page, title="New hours")
    author.approve(page)
    assert _step(page) == "approval"


def test_author_of_a_withdrawn_page_may_approve_the_next_change(news: SectionPage) -> None:
    author, publish = Desk(person(WRITER, REVIEWER)), Desk(publisher())
    page = _submitted(news, author)
    Desk(reviewer()).approve(page)
    publish.approve(page)
    publish.client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))

    Desk(writer()).submit(page, title="New hours")
    author.approve(page)
    assert _step(page) == "approval"


def test_author_of_the_original_may_approve_a_copy(news: SectionPage) -> None:
    author, copier = Desk(person(WRITER, REVIEWER)), Desk(person(WRITER, REVIEWER))
    original = _submitted(news, author)
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": news.pk}
    copier.client.post(reverse("wagtailadmin_pages:copy", args=[original.pk]), data)
    copy = Page.objects.get(slug="copy")
    Desk(writer()).submit(copy, title="Opening hours of the other office")

    copier.approve(copy)
    assert _step(copy) == "review"
    author.approve(copy)
    assert _step(copy) == "approval"


def test_editor_tells_why_there_is_no_approve_button(news: SectionPage) -> None:
    desk = Desk(person(WRITER, REVIEWER))
    page = _submitted(news, desk)
    shown = desk.sees(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert "You submitted this for approval" in shown
    assert 'data-workflow-action-name="approve"' not in shown
    assert 'data-workflow-action-name="reject"' in shown


def test_editor_offers_approval_to_another_reviewer(news: SectionPage) -> None:
    page = _submitted(news, Desk(writer()))
    shown = Desk(reviewer()).sees(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert 'data-workflow-action-name="approve"' in shown


def test_administrator_cannot_approve(news: SectionPage) -> None:
    page = _submitted(news, Desk(writer()))
    assert DENIED in messages_of(Desk(administrator()).approve(page))
    assert _step(page) == "review"


def test_dialog_closes_with_the_reason_when_somebody_else_was_faster(news: SectionPage) -> None:
    page = _submitted(news, Desk(writer()))
    state, slow = page.current_workflow_task_state, Desk(reviewer())
    Desk(reviewer(first_name="Rhys", last_name="Pugh")).approve(page)

    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    response = slow.client.post(url, {"comment": "Fine"}, headers={"X-Requested-With": "XMLHttpRequest"})
    editor = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert response.json() == {"step": "success", "redirect": editor}
    assert "This step was already decided by Rhys Pugh." in slow.sees(editor)


@pytest.mark.parametrize("who", [reviewer, administrator])
def test_page_that_a_reviewer_locked_can_be_unlocked(who: Callable[[], User], news: SectionPage) -> None:
    page = _submitted(news, Desk(writer()))
    Desk(reviewer()).client.post(reverse("wagtailadmin_pages:lock", args=[page.pk]))
    assert Page.objects.get(pk=page.pk).locked

    Desk(who()).client.post(reverse("wagtailadmin_pages:unlock", args=[page.pk]))
    assert not Page.objects.get(pk=page.pk).locked


def test_browser_cannot_smuggle_other_arguments_into_an_approval(news: SectionPage) -> None:
    page = _submitted(news, Desk(writer()))
    extra = json.dumps({"comment": "Fine", "update": False})
    Desk(reviewer()).approve_in_editor(page, **{"workflow-action-extra-data": extra})
    assert _step(page) == "approval"


# Below the views: what a script or an API would call.


def _waiting(news: SectionPage, author: User) -> TaskState:
    page = _submitted(news, Desk(author))
    return WorkflowState.objects.for_instance(page).get().current_task_state


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_engine_refuses_a_decision_by_an_outsider(decision: str, news: SectionPage) -> None:
    state = _waiting(news, writer())
    with pytest.raises(Refusal, match="not one of the approvers"):
        getattr(state, decision)(user=writer())


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_engine_refuses_a_decision_by_nobody(decision: str, news: SectionPage) -> None:
    with pytest.raises(Refusal, match="Only a person"):
        getattr(_waiting(news, writer()), decision)(user=None)


def test_engine_refuses_a_reviewer_who_left(news: SectionPage) -> None:
    state = _waiting(news, writer())
    with pytest.raises(Refusal):
        state.approve(user=reviewer(is_active=False))


def test_engine_refuses_the_author(news: SectionPage) -> None:
    author = person(WRITER, REVIEWER)
    state = _waiting(news, author)
    with pytest.raises(FourEyesRefusal):
        state.approve(user=author)
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS


def test_author_may_send_his_own_page_back(news: SectionPage) -> None:
    author = person(WRITER, REVIEWER)
    state = _waiting(news, author)
    state.reject(user=author)
    assert state.workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES


def test_engine_refuses_a_second_decision(news: SectionPage) -> None:
    state = _waiting(news, writer())
    stale = TaskState.objects.get(pk=state.pk)
    state.approve(user=reviewer())
    with pytest.raises(Conflict):
        stale.reject(user=reviewer())


def test_refusal_is_a_permission_denied_and_names_conflicts() -> None:
    assert issubclass(Refusal, PermissionDenied)
    assert Conflict("x").conflict
    assert not FourEyesRefusal("x").conflict


# Other workflows that administrators may set up, and what they may switch off.


def _use_workflow(news: SectionPage, *tasks: Task) -> Workflow:
    workflow = Workflow.objects.create(name="Other")
    for position, task in enumerate(tasks):
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=position)
    WorkflowPage.objects.create(workflow=workflow, page=news)
    return workflow


def test_small_team_uses_one_step(news: SectionPage) -> None:
    administer = Desk(administrator())
    group = Group.objects.get(name="Reviewers")
    url = reverse("wagtailadmin_workflows:add_task", args=["editorial", "foureyesapprovaltask"])
    administer.client.post(url, {"name": "Second look", "groups": [group.pk], "active": "on"})
    _use_workflow(news, FourEyesApprovalTask.objects.get(name="Second look"))

    page = _submitted(news, Desk(writer()))
    Desk(reviewer()).approve(page)
    assert Page.objects.get(pk=page.pk).live


def test_author_cannot_approve_a_plain_task_of_wagtail(news: SectionPage) -> None:
    author = person(WRITER)
    task = GroupApprovalTask.objects.create(name="Anybody")
    task.groups.add(Group.objects.get(name="Writers"))
    _use_workflow(news, task)
    desk = Desk(author)
    page = _submitted(news, desk)

    response = desk.approve(page)
    assert "You submitted this for approval" in messages_of(response)
    assert not Page.objects.get(pk=page.pk).live


def test_workflow_without_steps_publishes_nothing(news: SectionPage) -> None:
    write = Desk(writer())
    _use_workflow(news)
    write.create(news, "submit", title="Opening hours", slug="opening-hours")
    assert not Page.objects.get(slug="opening-hours").live


def test_step_that_pages_wait_in_cannot_be_switched_off_to_publish_them(news: SectionPage) -> None:
    page = _submitted(news, Desk(writer()))
    Desk(reviewer()).approve(page)
    task = FourEyesApprovalTask.objects.get(key="approval")

    response = Desk(administrator()).client.post(reverse("wagtailadmin_workflows:disable_task", args=[task.pk]))
    assert "Nobody has approved this" in messages_of(response)
    assert not Page.objects.get(pk=page.pk).live
    assert FourEyesApprovalTask.objects.get(key="approval").active


def test_autosave_cannot_change_what_was_approved_already(news: SectionPage) -> None:
    desk = Desk(person(WRITER, PUBLISHER))
    page = _submitted(news, desk)
    Desk(reviewer()).approve(page)
    approved = Page.objects.get(pk=page.pk).latest_revision

    desk.edit(page, title="Changed behind the approval", overwrite_revision_id=str(approved.pk))
    approved.refresh_from_db()
    assert approved.content["title"] == "Opening hours"


def test_autosave_cannot_change_what_is_live(news: SectionPage) -> None:
    write = Desk(writer())
    page = _submitted(news, write)
    Desk(reviewer()).approve(page)
    Desk(publisher()).approve(page)
    live = Page.objects.get(pk=page.pk).live_revision

    write.edit(page, title="Changed behind the approval", overwrite_revision_id=str(live.pk))
    live.refresh_from_db()
    assert live.content["title"] == "Opening hours"


def test_autosave_of_a_draft_still_overwrites(news: SectionPage) -> None:
    write = Desk(writer())
    write.create(news, title="Draft", slug="draft")
    page = Page.objects.get(slug="draft")
    write.edit(page, title="Better draft", overwrite_revision_id=str(page.latest_revision_id))
    assert page.revisions.get().content["title"] == "Better draft"
