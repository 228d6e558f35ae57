"""Makes the database agree with what roles.py and workflows.py declare, and tells what it changed.

What is declared and missing is added. What administrators added is reported and stays, unless it is pruned. Groups and
workflows of others are left alone; Wagtail's own "Moderators approval" only loses its place on the root page to ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.snippets.models import get_workflow_enabled_models

from cms.editorial import permissions
from cms.editorial.models import FourEyesApprovalTask
from cms.editorial.roles import ROLES, Role
from cms.editorial.workflows import PUBLICATION, Plan, Step

_WAGTAILS_APPROVERS: Final = {"Moderators"}


@dataclass
class Report:
    """What happened: `changes` were made, `notes` are for an administrator to look at."""

    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Holdings:
    """The permissions that a group holds in one place, by name, and how to change them."""

    place: str
    declared: set[str]
    held: set[str]
    give: Callable[[Permission], Any]
    take: Callable[[Permission], Any]


def apply_declarations(*, prune: bool = False, dry_run: bool = False) -> Report:
    """Apply languages, roles and workflow in one transaction. With `dry_run` it is rolled back at its end.

    May run at each deployment and several times at once: the root page's row is locked, so that one waits for the
    other and then finds nothing to change. Raises KeyError when a role names a permission that does not exist.
    """
    report = Report()
    with transaction.atomic():
        root = Page.objects.select_for_update(no_key=True).get(depth=1)
        known = {_name(permission): permission for permission in Permission.objects.select_related("content_type")}
        _apply_languages(report)
        for role in ROLES:
            _apply_role(role, root, known, report, prune=prune)
        _apply_workflow(PUBLICATION, root, report)
        transaction.set_rollback(dry_run)
    return report


def _apply_languages(report: Report) -> None:
    for code, name in settings.WAGTAIL_CONTENT_LANGUAGES:
        if Locale.objects.get_or_create(language_code=code)[1]:
            report.changes.append(f"languages: added {name} ({code})")


def _apply_role(role: Role, root: Page, known: dict[str, Permission], report: Report, *, prune: bool) -> None:
    group, created = Group.objects.get_or_create(name=role.group)
    if created:
        report.changes.append(f"{group}: created the group")
    for holdings in _holdings(role, group, root):
        for name in sorted(holdings.declared - holdings.held):
            holdings.give(known[name])
            report.changes.append(f"{group}: added {name}{holdings.place}")
        for name in sorted(holdings.held - holdings.declared):
            if prune:
                holdings.take(known[name])
                report.changes.append(f"{group}: removed {name}{holdings.place}")
            else:
                report.notes.append(f"{group}: holds {name}{holdings.place}, which no role declares")


def _holdings(role: Role, group: Group, root: Page) -> Iterator[_Holdings]:
    yield _Holdings(
        place="",
        declared=permissions.of_models(role),
        held={_name(permission) for permission in group.permissions.select_related("content_type")},
        give=group.permissions.add,
        take=group.permissions.remove,
    )
    yield _rows(" on all pages", permissions.on_pages(role), GroupPagePermission, group=group, page=root)
    collection = Collection.get_first_root_node()
    declared = permissions.in_collections(role)
    yield _rows(" in all collections", declared, GroupCollectionPermission, group=group, collection=collection)


def _rows(place: str, declared: set[str], model: Any, **where: Any) -> _Holdings:
    """Permissions that are rows of their own, because they hold for a page or collection and all below it."""
    rows = model.objects.filter(**where)
    return _Holdings(
        place=place,
        declared=declared,
        held={_name(row.permission) for row in rows.select_related("permission__content_type")},
        give=lambda permission: model.objects.create(permission=permission, **where),
        take=lambda permission: rows.filter(permission=permission).delete(),
    )


def _name(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"


def _apply_workflow(plan: Plan, root: Page, report: Report) -> None:
    tasks = [_apply_step(step, report) for step in plan.steps]
    workflow = _find_workflow(plan, tasks)
    if workflow is None:
        workflow = Workflow.objects.create(name=plan.name)
        report.changes.append(f"workflow: created {plan.name!r}")
    if not workflow.active:
        report.notes.append(f"workflow: {workflow.name!r} was switched off by an administrator")
    present = set(workflow.workflow_tasks.values_list("task_id", flat=True))
    for position, task in enumerate(tasks):
        if task.pk not in present:
            WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=position)
            report.changes.append(f"workflow: added step {position + 1}, {task.name!r}")
    if workflow.active:
        _attach_to_pages(workflow, root, report)
        _attach_to_snippets(workflow, report)


def _apply_step(step: Step, report: Report) -> FourEyesApprovalTask:
    task: FourEyesApprovalTask
    task, created = FourEyesApprovalTask.objects.get_or_create(key=step.key, defaults={"name": step.name})
    if created:
        report.changes.append(f"workflow: created the step {step.name!r}")
    group = Group.objects.get(name=step.approvers.group)
    if not task.groups.contains(group):
        task.groups.add(group)
        report.changes.append(f"workflow: {group} now approve {task.name!r}")
    if not task.active:
        report.notes.append(f"workflow: the step {task.name!r} was switched off by an administrator")
    return task


def _find_workflow(plan: Plan, tasks: list[FourEyesApprovalTask]) -> Workflow | None:
    """The workflow of that name; or, as administrators may rename it, one that has all its steps."""
    workflows = Workflow.objects.order_by("pk")
    renamed = workflows
    for task in tasks:
        renamed = renamed.filter(workflow_tasks__task=task)
    return workflows.filter(name=plan.name).first() or renamed.first()


def _attach_to_pages(workflow: Workflow, root: Page, report: Report) -> None:
    attached = WorkflowPage.objects.select_related("workflow").filter(page=root).first()
    if attached is not None and attached.workflow == workflow:
        return
    if attached is not None and not _is_wagtails_own(attached.workflow):
        report.notes.append(f"workflow: the root page uses {attached.workflow.name!r}, chosen by an administrator")
        return
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
    instead = f" instead of {attached.workflow.name!r}" if attached else ""
    report.changes.append(f"workflow: all pages now use {workflow.name!r}{instead}")


def _is_wagtails_own(workflow: Workflow) -> bool:
    """Whether this is what Wagtail's migration made: one plain approval by Moderators (0048_add_default_workflows)."""
    tasks = [task.specific for task in workflow.tasks]
    return (
        len(tasks) == 1
        and type(tasks[0]) is GroupApprovalTask
        and set(tasks[0].groups.values_list("name", flat=True)) == _WAGTAILS_APPROVERS
    )


def _attach_to_snippets(workflow: Workflow, report: Report) -> None:
    for model in get_workflow_enabled_models():
        content_type = ContentType.objects.get_for_model(model, for_concrete_model=False)
        attached, created = WorkflowContentType.objects.get_or_create(
            content_type=content_type, defaults={"workflow": workflow}
        )
        name = model._meta.verbose_name
        if created:
            report.changes.append(f"workflow: each {name} now uses {workflow.name!r}")
        elif attached.workflow != workflow:
            report.notes.append(f"workflow: each {name} uses {attached.workflow.name!r}, chosen by an administrator")
