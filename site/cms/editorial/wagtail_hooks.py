"""What the admin shows because of roles and the four-eyes rule."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser, Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page, WorkflowMixin
from wagtail.snippets.action_menu import PublishMenuItem

from cms.editorial.models import FourEyesApprovalTask, why_user_may_not_approve
from cms.editorial.panels import OverdueReviewsPanel
from cms.editorial.people import require_manageable


def say_why_there_is_no_approve_button(request: HttpRequest, instance: Any) -> None:
    """Tell an approver that he takes part in this version, when he opens it."""
    if request.method != "GET" or not isinstance(instance, WorkflowMixin):
        return
    task = instance.current_workflow_task
    if not isinstance(task, FourEyesApprovalTask) or not task.user_can_access_editor(instance, request.user):
        return
    reason = why_user_may_not_approve(task, instance, request.user)
    if reason is not None:
        messages.info(request, reason)


def hide_publish(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Snippets go live by approval, like pages."""
    menu_items[:] = [item for item in menu_items if not isinstance(item, PublishMenuItem)]


def form_answer_permissions() -> QuerySet[Permission]:
    """Offer the permissions on the answers to forms, when an administrator edits a group."""
    return Permission.objects.filter(
        content_type__app_label="wagtailforms", codename__in=["view_formsubmission", "delete_formsubmission"]
    )


def only_who_may_see_form_answers(user: Any, forms: QuerySet[Page]) -> QuerySet[Page]:
    """People's answers are personal data: editing the form page is not enough to read them."""
    return forms if user.has_perm("wagtailforms.view_formsubmission") else forms.none()


def show_overdue_reviews(request: HttpRequest, panels: list[Any]) -> None:
    """Add the panel to the dashboard."""
    panels.append(OverdueReviewsPanel())


def protect_superusers(request: HttpRequest, action_type: str, objects: Any, action: Any) -> None:
    """Bulk actions on accounts follow the rule of cms.editorial.people."""
    if issubclass(action.model, AbstractBaseUser):
        require_manageable(request.user, objects)


hooks.register("construct_homepage_panels", show_overdue_reviews)
hooks.register("before_bulk_action", protect_superusers)
hooks.register("before_edit_page", say_why_there_is_no_approve_button)
hooks.register("before_edit_snippet", say_why_there_is_no_approve_button)
hooks.register("construct_snippet_action_menu", hide_publish)
hooks.register("register_permissions", form_answer_permissions)
hooks.register("filter_form_submissions_for_user", only_who_may_see_form_answers)
