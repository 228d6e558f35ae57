"""Two people at the same moment: one decision counts, the other person is told."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.http import HttpResponse
from wagtail.models import Page, PageLogEntry, TaskState, Workflow, WorkflowState

from cms.editorial.bootstrap import Report, apply_declarations
from tests.factories.pages import section
from tests.factories.people import publisher, reviewer, writer
from tests.integration.desk import Desk, messages_of
from tests.integration.locks import held_up

pytestmark = pytest.mark.django_db(transaction=True)

TOO_LATE = "This step was already decided by "


@pytest.fixture
def submitted() -> Page:
    Desk(writer()).create(section("News"), "submit", title="Opening hours", slug="opening-hours")
    return Page.objects.get(slug="opening-hours")


def _both_decide(page: Page, *decisions: tuple[Desk, str]) -> list[HttpResponse]:
    state = WorkflowState.objects.for_instance(page).get()
    with held_up(
        lambda: WorkflowState.objects.select_for_update().get(pk=state.pk),
        *(lambda desk=desk, action=action: desk.decide(page, action) for desk, action in decisions),
    ) as responses:
        pass
    return [response.result() for response in responses]


def test_two_reviewers_approve_at_once(submitted: Page) -> None:
    responses = _both_decide(submitted, (Desk(reviewer()), "approve"), (Desk(reviewer()), "approve"))
    assert sum(TOO_LATE in messages_of(response) for response in responses) == 1
    assert Page.objects.get(pk=submitted.pk).current_workflow_task.key == "approval"
    assert PageLogEntry.objects.filter(page=submitted, action="wagtail.workflow.approve").count() == 1


def test_two_publishers_approve_at_once_and_the_page_is_published_once(submitted: Page) -> None:
    Desk(reviewer()).approve(submitted)
    responses = _both_decide(submitted, (Desk(publisher()), "approve"), (Desk(publisher()), "approve"))
    assert sum(TOO_LATE in messages_of(response) for response in responses) == 1
    assert Page.objects.get(pk=submitted.pk).live
    assert PageLogEntry.objects.filter(page=submitted, action="wagtail.publish").count() == 1


def test_one_publisher_approves_while_another_sends_back(submitted: Page) -> None:
    Desk(reviewer()).approve(submitted)
    responses = _both_decide(submitted, (Desk(publisher()), "approve"), (Desk(publisher()), "reject"))
    assert sum(TOO_LATE in messages_of(response) for response in responses) == 1
    decided = TaskState.objects.filter(task__foureyesapprovaltask__key="approval").get()
    assert Page.objects.get(pk=submitted.pk).live == (decided.status == TaskState.STATUS_APPROVED)


def test_page_that_is_saved_while_it_is_approved_does_not_go_live(submitted: Page) -> None:
    Desk(reviewer()).approve(submitted)
    publish, editor = Desk(publisher()), publisher()

    def save_a_change() -> None:
        draft = submitted.specific
        draft.title = "Changed at the last moment"
        draft.save_revision(user=editor)

    with held_up(save_a_change, lambda: publish.approve(submitted)) as (response,):
        pass
    assert "changed while it was being approved" in messages_of(response.result())
    assert not Page.objects.get(pk=submitted.pk).live
    assert Page.objects.get(pk=submitted.pk).current_workflow_task.key == "approval"


def test_bootstrap_runs_twice_at_once() -> None:
    root = Page.get_first_root_node()

    def lock() -> object:
        return Page.objects.select_for_update(no_key=True).get(pk=root.pk)

    with held_up(lock, apply_declarations, apply_declarations) as runs:
        pass
    first, second = sorted((run.result() for run in runs), key=_number_of_changes)
    assert first.changes == []
    assert "Writers: created the group" in second.changes
    assert Group.objects.filter(name="Writers").count() == 1
    assert Workflow.objects.filter(name="Review and approval").count() == 1


def _number_of_changes(report: Report) -> int:
    return len(report.changes)
