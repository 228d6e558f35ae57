"""The workflow step of the four-eyes rule."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import AbstractGroupApprovalTask, TaskState
from wagtail.permissions import policy_registry

from cms.editorial.decisions import follow_latest_revision, why_not


class FourEyesApprovalTask(AbstractGroupApprovalTask):
    """An approval by one member of some groups who has no part in the change.

    This class offers to people what they may do. What they may not do is refused in cms.editorial.decisions, for
    tasks of every type.
    """

    key = models.SlugField(
        gettext_lazy("key"),
        max_length=50,
        unique=True,
        null=True,
        editable=False,
        help_text=gettext_lazy("Set on steps that cms.editorial.workflows declares."),
    )

    class Meta:
        verbose_name = gettext_lazy("four-eyes approval")
        verbose_name_plural = gettext_lazy("four-eyes approvals")

    @classmethod
    def get_description(cls) -> str:
        return _("Members of the chosen groups approve, except those who submitted or changed this version")

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Wagtail's actions; without "approve" for somebody who may not approve this version."""
        actions: list[tuple[str, Any, bool]] = super().get_actions(obj, user)
        if actions and why_user_may_not_approve(self, obj, user):
            return [action for action in actions if action[0] != "approve"]
        return actions

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Approve or reject. Raises cms.editorial.refusals.Refusal.

        Of `kwargs` only the comment counts: they are what the browser sent (wagtail/admin/views/pages/edit.py).
        """
        if action_name == "approve":
            follow_latest_revision(task_state, user)
        return super().on_action(task_state, user, action_name, comment=str(kwargs.get("comment", "")))

    def user_can_unlock(self, obj: Any, user: Any) -> bool:
        """Approvers, and whoever may unlock anyway: a page must not stay locked by somebody on holiday."""
        policy = policy_registry.get(obj)
        return bool(self._user_in_groups(user) or policy.user_has_permission_for_instance(user, "unlock", obj))


def why_user_may_not_approve(task: FourEyesApprovalTask, obj: Any, user: Any) -> str | None:
    """The sentence of the four-eyes rule for `user`, when `obj` waits in `task`; None when he may approve."""
    state = obj.current_workflow_state
    if state is None or state.current_task_state is None or state.current_task_state.task_id != task.pk:
        return None
    return why_not(user, state.current_task_state)
