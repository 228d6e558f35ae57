"""The rules of an approval, enforced where Wagtail writes it down, whoever asks: admin, API or a script.

Wagtail checks who may approve in its views only; `TaskState.approve` takes anybody's word, and two people who approve
at the same time both succeed (wagtail/models/workflows.py). So the check sits on the row that records the decision.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name
from wagtail.models import AbstractGroupApprovalTask, TaskState, WorkflowState

from cms.editorial.contributions import Part, part_of, same_content
from cms.editorial.refusals import Conflict, FourEyesRefusal, Refusal

_DECISIONS = {TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED}


def check_decision(sender: type[TaskState], instance: TaskState, **kwargs: Any) -> None:
    """Refuse to store an approval or rejection that breaks a rule. A receiver of pre_save for task states.

    Raises Conflict when the step is over or its revision is not the latest one, FourEyesRefusal when the person took
    part in the change or approved another step, Refusal when the person is not one of the approvers.
    """
    if instance._state.adding or instance.status not in _DECISIONS:
        return
    stored = _lock(instance)
    if stored.status != TaskState.STATUS_IN_PROGRESS and stored.finished_at == instance.finished_at:
        return  # decided earlier, and now only stored again
    _require_open(stored)
    _require_approver(instance)
    if instance.status == TaskState.STATUS_APPROVED:
        _require_latest(stored)
        reason = why_not(instance.finished_by, stored)
        if reason is not None:
            raise FourEyesRefusal(reason, about=_object(stored))


def why_not(user: Any, task_state: TaskState) -> str | None:
    """Why the four-eyes rule forbids `user` to approve this step, in a sentence; None when it does not."""
    part = part_of(user, task_state.workflow_state)
    if part is Part.SUBMITTED:
        return _("You submitted this for approval, so somebody else has to approve it.")
    if part is Part.CHANGED:
        return _("You changed this version, so somebody else has to approve it.")
    if _approved_other_step(user, task_state):
        return _("You approved an earlier step of this version, so somebody else has to approve this one.")
    return None


def follow_latest_revision(task_state: TaskState, user: Any) -> None:
    """See to it that the step is about the latest revision, as the object may be edited while it waits.

    When only comments were added, the step and the approvals so far move to the latest revision. When the content has
    changed, the approvals start again with the latest revision, and Conflict (or FourEyesRefusal, when it was `user`
    who changed it) tells so.
    """
    with transaction.atomic():
        current = _lock(task_state)
        _require_open(current)
        latest = _object(current).latest_revision
        if latest is None or latest == current.revision:
            return
        if same_content(current.revision.content, latest.content):
            _move(current, latest)
            task_state.revision = latest
            return
        current.cancel(user=user)
    state = WorkflowState.objects.get(pk=task_state.workflow_state_id)
    if part_of(user, state) is Part.CHANGED:
        raise FourEyesRefusal(
            _("Your changes are saved. As you changed this version, somebody else has to approve it."),
            about=state.content_object,
        )
    raise Conflict(
        _("This was changed after it had been submitted, so approval has started again. Please look at it once more."),
        about=state.content_object,
    )


def _lock(task_state: TaskState) -> TaskState:
    """The task state as it is stored, while nobody else can decide about the same workflow."""
    WorkflowState.objects.select_for_update().get(pk=task_state.workflow_state_id)
    stored: TaskState = TaskState.objects.select_related("workflow_state", "revision").get(pk=task_state.pk)
    return stored


def _object(task_state: TaskState) -> Any:
    return task_state.workflow_state.content_object


def _require_open(stored: TaskState) -> None:
    state = stored.workflow_state
    if (
        stored.status != TaskState.STATUS_IN_PROGRESS
        or state.status != WorkflowState.STATUS_IN_PROGRESS
        or state.current_task_state_id != stored.pk
    ):
        raise Conflict(_already_decided(stored), about=_object(stored))


def _already_decided(stored: TaskState) -> str:
    if stored.finished_by is None:
        return _("This step is over already.")
    return _("This step was already decided by %(person)s.") % {"person": get_user_display_name(stored.finished_by)}


def _require_latest(stored: TaskState) -> None:
    if _object(stored).latest_revision_id != stored.revision_id:
        raise Conflict(_("This was changed after it had been submitted."), about=_object(stored))


def _require_approver(task_state: TaskState) -> None:
    user = task_state.finished_by
    task = task_state.task.specific
    if user is None or not user.is_active:
        raise Refusal(_("Only a person who is signed in can decide about this step."))
    if isinstance(task, AbstractGroupApprovalTask) and not (user.is_superuser or _is_member(user, task)):
        raise Refusal(_("You are not one of the approvers of this step."), about=_object(task_state))


def _is_member(user: Any, task: AbstractGroupApprovalTask) -> bool:
    return bool(user.groups.filter(pk__in=task.groups.values("pk")).exists())


def _approved_other_step(user: Any, task_state: TaskState) -> bool:
    approvals = TaskState.objects.filter(
        workflow_state_id=task_state.workflow_state_id,
        revision_id=task_state.revision_id,
        status=TaskState.STATUS_APPROVED,
        finished_by=user,
    )
    return bool(approvals.exclude(task_id=task_state.task_id).exists())


def _move(task_state: TaskState, revision: Any) -> None:
    # Not copy_approved_task_states_to_revision(): that would take approvals of older, different content along.
    for approved in TaskState.objects.filter(
        workflow_state_id=task_state.workflow_state_id,
        revision_id=task_state.revision_id,
        status=TaskState.STATUS_APPROVED,
    ):
        approved.copy(update_attrs={"revision": revision})
    task_state.revision = revision
    task_state.save(update_fields=["revision"])
