"""`manage.py bootstrap`: what it makes, that it may be repeated, and what it leaves alone."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from wagtail.models import (
    GroupApprovalTask,
    GroupPagePermission,
    Locale,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from cms.editorial.models import FourEyesApprovalTask
from cms.editorial.roles import ROLES
from pages.models import Contact, Notice

pytestmark = pytest.mark.django_db

NOTHING = "nothing to change\n"


def _bootstrap(*arguments: str) -> str:
    output = io.StringIO()
    call_command("bootstrap", *arguments, stdout=output)
    return output.getvalue()


def _root() -> Page:
    return Page.objects.get(depth=1)


def _everything() -> list[object]:
    return [
        sorted(Group.objects.values_list("name", "permissions__codename")),
        sorted(GroupPagePermission.objects.values_list("group__name", "permission__codename", "page")),
        sorted(Group.objects.values_list("name", "collection_permissions__permission__codename")),
        sorted(Workflow.objects.values_list("name", "workflow_tasks__task__name")),
        sorted(WorkflowPage.objects.values_list("page", "workflow__name")),
        sorted(Locale.objects.values_list("language_code", flat=True)),
    ]


def test_makes_a_group_for_each_role() -> None:
    output = _bootstrap()
    assert set(Group.objects.values_list("name", flat=True)) >= {role.group for role in ROLES}
    assert "Writers: created the group\n" in output
    assert "Writers: added wagtailcore.add_page on all pages\n" in output


def test_makes_the_two_steps_in_their_order_for_all_pages() -> None:
    _bootstrap()
    workflow = _root().get_workflow()
    steps = [(task.name, task.specific.groups.get().name) for task in workflow.tasks]
    assert steps == [("Review", "Reviewers"), ("Approval to publish", "Publishers")]


def test_makes_the_same_workflow_the_way_of_snippets() -> None:
    _bootstrap()
    assert Contact.get_default_workflow() == Notice.get_default_workflow() == _root().get_workflow()


def test_adds_the_second_language() -> None:
    assert "languages: added Cymraeg (cy)\n" in _bootstrap()
    assert set(Locale.objects.values_list("language_code", flat=True)) == {"en", "cy"}


def test_second_run_finds_nothing_to_change() -> None:
    _bootstrap()
    before = _everything()
    assert _bootstrap() == NOTHING
    assert _everything() == before


def test_dry_run_prints_the_same_and_changes_nothing() -> None:
    before = _everything()
    announced = _bootstrap("--dry-run")
    assert _everything() == before
    assert _bootstrap() == announced


def test_gives_back_what_somebody_took_from_a_role() -> None:
    _bootstrap()
    Group.objects.get(name="Writers").page_permissions.all().delete()
    assert _bootstrap() == (
        "Writers: added wagtailcore.add_page on all pages\nWriters: added wagtailcore.change_page on all pages\n"
    )


def test_makes_a_deleted_group_an_approver_again() -> None:
    _bootstrap()
    Group.objects.get(name="Reviewers").delete()
    assert "workflow: Reviewers now approve 'Review'\n" in _bootstrap()


def test_reports_what_an_administrator_added_and_leaves_it() -> None:
    _bootstrap()
    writers = Group.objects.get(name="Writers")
    writers.permissions.add(Permission.objects.get(codename="add_redirect"))
    assert _bootstrap() == (
        "note: Writers: holds wagtailredirects.add_redirect, which no role declares\nnothing to change\n"
    )
    assert writers.permissions.filter(codename="add_redirect").exists()


def test_prunes_what_an_administrator_added() -> None:
    _bootstrap()
    writers = Group.objects.get(name="Writers")
    writers.permissions.add(Permission.objects.get(codename="add_redirect"))
    publish = Permission.objects.get(codename="publish_page")
    GroupPagePermission.objects.create(group=writers, page=_root(), permission=publish)
    assert _bootstrap("--prune") == (
        "Writers: removed wagtailredirects.add_redirect\nWriters: removed wagtailcore.publish_page on all pages\n"
    )
    assert _bootstrap("--prune") == NOTHING


def test_leaves_the_groups_of_others_alone() -> None:
    def others() -> list[object]:
        groups = Group.objects.filter(name__in=["Editors", "Moderators", "Press office"])
        return sorted(groups.values_list("name", "page_permissions__permission__codename"))

    Group.objects.create(name="Press office")
    before = others()
    _bootstrap("--prune")
    assert others() == before
    assert len(before) > 3


def test_replaces_the_workflow_that_wagtail_attached_to_all_pages_but_keeps_it() -> None:
    assert _root().get_workflow().name == "Moderators approval"
    assert "workflow: all pages now use 'Review and approval' instead of 'Moderators approval'\n" in _bootstrap()
    assert Workflow.objects.filter(name="Moderators approval", active=True).exists()


def test_leaves_a_workflow_that_an_administrator_attached_to_all_pages() -> None:
    own = Workflow.objects.create(name="Our own")
    WorkflowPage.objects.filter(page=_root()).update(workflow=own)
    assert "note: workflow: the root page uses 'Our own', chosen by an administrator\n" in _bootstrap()
    assert _root().get_workflow() == own


def test_leaves_a_default_workflow_that_an_administrator_made_his_own() -> None:
    GroupApprovalTask.objects.get(name="Moderators approval").groups.add(Group.objects.create(name="Press office"))
    assert "note: workflow: the root page uses 'Moderators approval'" in _bootstrap()


def test_leaves_a_workflow_that_an_administrator_attached_to_snippets() -> None:
    _bootstrap()
    own = Workflow.objects.create(name="Our own")
    WorkflowContentType.objects.filter(content_type__model="notice").update(workflow=own)
    assert "note: workflow: each notice uses 'Our own', chosen by an administrator\n" in _bootstrap()
    assert Notice.get_default_workflow() == own


def test_attaches_the_workflow_to_pages_that_have_none() -> None:
    _bootstrap()
    WorkflowPage.objects.all().delete()
    assert _bootstrap() == "workflow: all pages now use 'Review and approval'\n"


def test_puts_a_removed_step_back() -> None:
    _bootstrap()
    WorkflowTask.objects.filter(task__foureyesapprovaltask__key="review").delete()
    assert _bootstrap() == "workflow: added step 1, 'Review'\n"
    assert [task.specific.key for task in _root().get_workflow().tasks] == ["review", "approval"]


def test_knows_workflow_and_steps_that_were_renamed() -> None:
    _bootstrap()
    Workflow.objects.filter(name="Review and approval").update(name="Sign-off")
    FourEyesApprovalTask.objects.filter(key="review").update(name="Second look")
    assert _bootstrap() == NOTHING


def test_reports_a_step_and_a_workflow_that_were_switched_off() -> None:
    _bootstrap()
    FourEyesApprovalTask.objects.get(key="review").deactivate()
    _root().get_workflow().deactivate()
    output = _bootstrap()
    assert "note: workflow: the step 'Review' was switched off by an administrator\n" in output
    assert "note: workflow: 'Review and approval' was switched off by an administrator\n" in output
    assert not _root().has_workflow
