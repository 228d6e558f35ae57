"""That the guards are in place and complete: an upgrade of Wagtail may move what they replace.

tests/integration/test_main_job_doors.py shows what they are good for.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import wagtail
from django.db.models.signals import pre_save
from wagtail.actions.publish_revision import PublishRevisionAction
from wagtail.actions.registry import action_registry
from wagtail.models import Page, Revision, TaskState, get_page_models
from wagtail.snippets.models import get_workflow_enabled_models

from cms.accounts.models import User
from cms.editorial.decisions import check_decision
from cms.editorial.guards import ApprovalPermissionTester, DraftCopyForm, keep_submitted_content
from cms.editorial.refusals import FourEyesRefusal
from pages.models import Notice
from tests.factories.pages import NewsArticlePageFactory, NoticeFactory
from tests.factories.people import superuser

PAGE_TYPES = get_page_models()


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_every_page_type_asks_our_permissions_and_copies_by_our_form(model: type[Page]) -> None:
    page = model(depth=2, path="00010001")
    assert type(page.permissions_for_user(User(is_active=False))) is ApprovalPermissionTester
    assert page.copy_form_class is DraftCopyForm


@pytest.mark.parametrize("model", [*PAGE_TYPES, *get_workflow_enabled_models()], ids=lambda model: model.__name__)
def test_every_way_to_publish_is_the_guarded_one(model: type[Page]) -> None:
    publish = action_registry.get_action_class(model, "publish") or PublishRevisionAction
    assert issubclass(publish, PublishRevisionAction)
    assert publish.execute is PublishRevisionAction.execute
    assert hasattr(publish.execute, "__wrapped__")


def test_decisions_and_revisions_are_checked_before_they_are_stored() -> None:
    for model in (TaskState, *TaskState.__subclasses__()):
        assert check_decision in pre_save._live_receivers(model)[0]
    assert keep_submitted_content in pre_save._live_receivers(Revision)[0]


def test_wagtail_makes_things_live_in_the_known_places_only() -> None:
    """One more place may be one more way to the public. The second one renews aliases of what was published."""
    root = Path(wagtail.__file__).parent
    places = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if not {"tests", "test", "migrations"} & set(path.relative_to(root).parts)
        and re.search(r"\.live = True|\"live\": True", path.read_text("utf-8"))
    }
    assert places == {"actions/publish_revision.py", "models/pages.py"}


@pytest.mark.django_db
@pytest.mark.parametrize("make", [NewsArticlePageFactory, NoticeFactory])
def test_no_code_publishes_for_a_person_without_an_approval(make: Any) -> None:
    revision = make(live=False).save_revision()
    with pytest.raises(FourEyesRefusal):
        revision.publish(user=superuser(), skip_permission_checks=True)


@pytest.mark.django_db
def test_code_that_acts_for_nobody_publishes() -> None:
    notice = NoticeFactory(live=False)
    notice.save_revision().publish()
    assert Notice.objects.get(pk=notice.pk).live
