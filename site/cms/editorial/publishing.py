"""What may go live: a revision that was approved. Wagtail calls `publish_after_approval` when a workflow ends.

settings.WAGTAIL_FINISH_WORKFLOW_ACTION names this module, and Wagtail imports it while it loads its own models.
Therefore no model is imported here at module level.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cms.editorial.refusals import Conflict, FourEyesRefusal, Refusal


def publish_after_approval(workflow_state: Any, user: Any = None) -> None:
    """Publish, or schedule, exactly the revision that was approved on the last step, as `user`, the last approver.

    The approval is the authority: the approver needs no permission to publish. Refused is everything else that ends
    a workflow in Wagtail: one without steps, or one whose last step was switched off while something waited in it.
    Raises Refusal; Conflict when there is a newer revision; the caller's transaction takes the approval back.
    """
    from wagtail.models import TaskState

    approved = TaskState.objects.filter(status=TaskState.STATUS_APPROVED).select_related("revision")
    task_state = approved.filter(pk=workflow_state.current_task_state_id).first()
    if task_state is None:
        raise FourEyesRefusal(
            _("Nobody has approved this, so it cannot be published."), about=workflow_state.content_object
        )
    latest = _latest_revision_of(workflow_state.content_object)
    if latest != task_state.revision_id:
        raise Conflict(
            _("This was changed while it was being approved. Please look at the new version."),
            about=workflow_state.content_object,
        )
    try:
        task_state.revision.publish(user=user, skip_permission_checks=True)
    except ValidationError as error:
        raise Refusal(
            _("This cannot be published: %(reasons)s") % {"reasons": " ".join(error.messages)},
            about=workflow_state.content_object,
        ) from error


def require_approval(revision: Any, user: Any) -> None:
    """Raise FourEyesRefusal unless `revision` went through all steps of a workflow. Approvals were checked then.

    `user` is the person who publishes; None stands for code that acts for nobody, like the scheduler that publishes
    what was approved for a date.
    """
    from wagtail.models import TaskState, WorkflowState

    if user is None:
        return
    approvals = TaskState.objects.filter(
        revision_id=revision.pk,
        status=TaskState.STATUS_APPROVED,
        workflow_state__status=WorkflowState.STATUS_APPROVED,
    )
    if not approvals.exists():
        raise FourEyesRefusal(
            _("Nobody publishes alone. Submit this version, so that somebody else can approve it."),
            about=revision.content_object,
        )


def _latest_revision_of(obj: Any) -> int | None:
    """The primary key of the latest revision, while nobody can save another one."""
    rows = type(obj)._default_manager.select_for_update().filter(pk=obj.pk)
    latest: int | None = rows.values_list("latest_revision_id", flat=True).first()
    return latest
