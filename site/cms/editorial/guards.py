"""Where Wagtail is told of the four-eyes rule: every way to the public ends in one of these guards.

Wagtail 8.0 has no hook before every publication and fixed permissions of pages, so two of the guards replace a name in
it. `tests/unit/editorial/test_guards.py` fails when an upgrade moves that name; docs/decisions/0005-four-eyes.md lists
the ways to the public.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.db.models import Q
from django.db.models.signals import pre_save
from django.utils.translation import gettext as _
from wagtail.actions.publish_revision import PublishRevisionAction
from wagtail.admin.forms.pages import CopyForm
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, PagePermissionTester, Revision, TaskState
from wagtail.models import pages as wagtail_pages

from cms.editorial.decisions import check_decision
from cms.editorial.publishing import require_approval
from cms.editorial.refusals import Refusal


class ApprovalPermissionTester(PagePermissionTester):
    """What a person may do to a page. Publishing is not among it, for nobody: pages go live by approval.

    "publish" in a group's permissions stays what withdraws a page, takes it off the schedule, restricts or moves it.
    """

    def can_publish(self) -> bool:
        return False

    def can_publish_subpage(self) -> bool:
        """Also refuses copies that go live at once, and aliases made by hand."""
        return False

    def can_set_view_restrictions(self) -> bool:
        return bool(super().can_publish())

    def can_unschedule(self) -> bool:
        return bool(super().can_publish())


class DraftCopyForm(CopyForm):
    """The form that copies a page, without the choices that would make the copy live at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("publish_copies", "alias"):
            self.fields.pop(name, None)


def install() -> None:
    """Put all guards in place. Called once, when the app is ready."""
    _guard_publishing()
    wagtail_pages.PagePermissionTester = ApprovalPermissionTester
    Page.copy_form_class = DraftCopyForm
    for model in (TaskState, *_subclasses(TaskState)):
        pre_save.connect(check_decision, sender=model, dispatch_uid=f"four-eyes-{model._meta.label}")
    pre_save.connect(keep_submitted_content, sender=Revision, dispatch_uid="keep-submitted-content")


def keep_submitted_content(sender: type[Revision], instance: Revision, **kwargs: Any) -> None:
    """Refuse to overwrite a revision that was submitted, scheduled or published. A receiver of pre_save.

    Autosave overwrites the latest revision of the same person in place (wagtail/models/revisions.py, save_revision), so
    the content behind an approval could change without a new revision.
    """
    if instance._state.adding or "content" not in (kwargs.get("update_fields") or ("content",)):
        return
    stored = Revision.objects.filter(pk=instance.pk).first()
    if stored is None or stored.content == instance.content:
        return
    if stored.approved_go_live_at or _was_submitted(stored) or _is_live(stored):
        raise Refusal(_("This version was submitted for approval or published. Reload the page to go on from it."))


def _guard_publishing() -> None:
    execute = PublishRevisionAction.execute

    @wraps(execute)
    def execute_if_approved(self: PublishRevisionAction, skip_permission_checks: bool = False) -> Any:
        # In an admin request the person counts even where a view forgets to pass him on.
        require_approval(self.revision, self.user or get_active_log_context().user)
        return execute(self, skip_permission_checks=skip_permission_checks)

    PublishRevisionAction.execute = execute_if_approved


def _was_submitted(revision: Revision) -> bool:
    return bool(TaskState.objects.filter(revision_id=revision.pk).exists())


def _is_live(revision: Revision) -> bool:
    model = revision.base_content_type.model_class()
    if model is None or not hasattr(model, "live_revision"):
        return False
    return bool(model._default_manager.filter(Q(pk=revision.object_id) & Q(live_revision_id=revision.pk)).exists())


def _subclasses(model: type[Any]) -> list[type[Any]]:
    return [below for child in model.__subclasses__() for below in (child, *_subclasses(child))]
