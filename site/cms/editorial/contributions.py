"""Who has a part in what is up for approval, and therefore may not approve it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from itertools import pairwise
from typing import Any, Final

from django.db.models import Q, QuerySet
from wagtail.log_actions import registry as log_registry
from wagtail.models import COMMENTS_RELATION_NAME, Revision, TaskState, WorkflowState

_COPIED: Final = ("wagtail.copy", "wagtail.copy_for_translation")
_RESUBMITTED: Final = "wagtail.workflow.resume"

_NOT_CONTENT: Final = frozenset(
    {
        COMMENTS_RELATION_NAME,
        "depth",
        "draft_title",
        "expired",
        "first_published_at",
        "has_unpublished_changes",
        "last_published_at",
        "latest_revision",
        "latest_revision_created_at",
        "live",
        "live_revision",
        "locked",
        "locked_at",
        "locked_by",
        "numchild",
        "path",
        "pk",
        "url_path",
    }
)
"""What Wagtail keeps about an object beside its content. Comments are how reviewers talk, not a change."""


class Part(Enum):
    """How somebody took part."""

    SUBMITTED = "submitted"
    CHANGED = "changed"


def part_of(user: Any, state: WorkflowState) -> Part | None:
    """What `user` did for what is going through the workflow `state`; None when he may approve it.

    Counted are every submission and every change of the content since the object was last approved or published, not
    the last one only: otherwise a change would be clean as soon as somebody else had saved over it.
    """
    if state.requested_by_id == user.pk or _has_resubmitted(user, state):
        return Part.SUBMITTED
    if _has_changed_content(user, state):
        return Part.CHANGED
    return None


def same_content(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two revisions show readers the same. The arguments are what Revision.content holds."""
    return _content(one) == _content(other)


def _has_resubmitted(user: Any, state: WorkflowState) -> bool:
    """Whether `user` sent it back in after changes were requested, which Wagtail only writes into the history."""
    entries = log_registry.get_logs_for_instance(state.content_object)
    return bool(entries.filter(action=_RESUBMITTED, user=user, timestamp__gte=state.created_at).exists())


def _has_changed_content(user: Any, state: WorkflowState) -> bool:
    history = _open_history(state)
    for (before, _), (revision, author) in pairwise(history):
        if author == user.pk and not (before and _equal_revisions(before, revision)):
            return True
    return False


def _open_history(state: WorkflowState) -> list[tuple[int | None, int | None]]:
    """(revision, author) of each revision that nobody has approved yet, the oldest first, after the one before them."""
    revisions = Revision.objects.filter(
        base_content_type_id=state.base_content_type_id, object_id=state.object_id
    ).order_by("created_at", "pk")
    start = _last_settled(revisions, state)
    if start is not None:
        return list(revisions.filter(created_at__gte=start).values_list("pk", "user_id"))
    copied = _copied(revisions, state)
    if copied is not None:
        revisions = revisions.filter(created_at__gte=copied)
    return [(None, None), *revisions.values_list("pk", "user_id")]


def _last_settled(revisions: QuerySet[Any], state: WorkflowState) -> datetime | None:
    """When the newest revision was made that is live, or was approved by all steps of a workflow."""
    approved = Q(
        task_states__status=TaskState.STATUS_APPROVED,
        task_states__workflow_state__status=WorkflowState.STATUS_APPROVED,
    )
    live = Q(pk=getattr(state.content_object, "live_revision_id", None))
    return _newest(revisions.filter(approved | live))


def _copied(revisions: QuerySet[Any], state: WorkflowState) -> datetime | None:
    """When the first revision of a copy was made.

    Wagtail copies the revisions of the original, with their authors and dates, who have no part in the copy.
    """
    entries = log_registry.get_logs_for_instance(state.content_object).filter(action__in=_COPIED)
    copied_at = entries.order_by("timestamp").values_list("timestamp", flat=True).last()
    return None if copied_at is None else _newest(revisions.filter(created_at__lte=copied_at))


def _newest(revisions: QuerySet[Any]) -> datetime | None:
    newest: datetime | None = revisions.order_by("-created_at", "-pk").values_list("created_at", flat=True).first()
    return newest


def _equal_revisions(one: int, other: int | None) -> bool:
    contents = Revision.objects.in_bulk([one, other])
    return same_content(contents[one].content, contents[other].content)


def _content(revision: dict[str, Any]) -> dict[str, Any]:
    return {name: _without_keys(value) for name, value in revision.items() if name not in _NOT_CONTENT}


def _without_keys(value: Any) -> Any:
    """Child rows without their primary keys, which they get at the first save of an unpublished page."""
    if isinstance(value, list):
        return [_without_keys(row) for row in value]
    if isinstance(value, dict):
        return {name: _without_keys(inner) for name, inner in value.items() if name != "pk"}
    return value
