"""The main job: a page is drafted, approved by two other people, and read over the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, WorkflowState
from wagtail.test.utils.form_data import rich_text

from cms.editorial.models import FourEyesApprovalTask
from cms.editorial.roles import REVIEWER, WRITER
from pages.models import Notice, SectionPage
from tests.factories.pages import NewsArticlePageFactory, section
from tests.factories.people import outsider, person, publisher, reviewer, writer
from tests.integration.desk import Desk, messages_of
from tests.services.mail import Mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def news() -> SectionPage:
    return section("News")


def _submitted(news: SectionPage, desk: Desk | None = None, **fields: str) -> Page:
    desk = desk or Desk(writer())
    desk.create(news, "submit", **{"title": "Opening hours", "slug": "opening-hours"} | fields)
    return Page.objects.get(slug="opening-hours")


def _public_title(page: Page) -> str | None:
    response = Client().get(f"/api/v2/pages/{page.pk}/")
    return response.json()["title"] if response.status_code == 200 else None


def _status(page: Page) -> str:
    return WorkflowState.objects.for_instance(page).latest("created_at").status


def test_page_goes_live_after_two_approvals(news: SectionPage) -> None:
    page = _submitted(news)
    assert _public_title(page) is None

    Desk(reviewer()).approve(page)
    assert _public_title(page) is None

    Desk(publisher()).approve(page)
    assert _public_title(page) == "Opening hours"
    assert Client().get("/api/v2/pages/?slug=opening-hours").json()["items"][0]["id"] == page.pk


def test_live_page_keeps_its_old_text_until_the_new_one_is_approved(news: SectionPage) -> None:
    page = _submitted(news)
    review, publish = Desk(reviewer()), Desk(publisher())
    review.approve(page)
    publish.approve(page)

    Desk(writer()).submit(page, title="New hours")
    review.approve(page)
    assert _public_title(page) == "Opening hours"

    publish.approve(page)
    assert _public_title(page) == "New hours"


def test_writer_resubmits_what_was_sent_back(news: SectionPage) -> None:
    write, review = Desk(writer()), Desk(reviewer())
    page = _submitted(news, write)

    review.decide(page, "reject", comment="Please add the holidays")
    assert _status(page) == WorkflowState.STATUS_NEEDS_CHANGES
    assert "Please add the holidays" in write.sees(reverse("wagtailadmin_pages:history", args=[page.pk]))

    write.submit(page, title="Opening hours and holidays")
    review.approve(page)
    Desk(publisher()).approve(page)
    assert _public_title(page) == "Opening hours and holidays"


def test_publisher_sends_back_a_page_that_was_reviewed(news: SectionPage) -> None:
    page = _submitted(news)
    Desk(reviewer()).approve(page)
    Desk(publisher()).decide(page, "reject")
    assert _status(page) == WorkflowState.STATUS_NEEDS_CHANGES
    assert _public_title(page) is None


def test_page_goes_live_when_the_last_approver_has_no_permission_to_publish(news: SectionPage) -> None:
    page = _submitted(news)
    Desk(reviewer()).approve(page)
    deputies = Group.objects.create(name="Deputies")
    FourEyesApprovalTask.objects.get(key="approval").groups.add(deputies)
    deputy = person()
    deputy.groups.add(deputies, _access_to_the_admin())

    Desk(deputy).approve(page)
    assert _public_title(page) == "Opening hours"


def _access_to_the_admin() -> Group:
    group = Group.objects.create(name="Admin access")
    group.permissions.set(Group.objects.get(name="Writers").permissions.filter(codename="access_admin"))
    return group


def test_history_names_who_submitted_and_approved(news: SectionPage) -> None:
    write, review, publish = Desk(writer()), Desk(reviewer()), Desk(publisher())
    page = _submitted(news, write)
    review.approve(page)
    publish.approve(page)

    entries = PageLogEntry.objects.filter(page=page).order_by("pk").values_list("action", "user__username")
    assert [entry for entry in entries if entry[0].startswith(("wagtail.workflow", "wagtail.publish"))] == [
        ("wagtail.workflow.start", write.person.username),
        ("wagtail.workflow.approve", review.person.username),
        ("wagtail.workflow.approve", publish.person.username),
        ("wagtail.publish", publish.person.username),
    ]


def test_page_with_a_date_waits_for_it_after_the_last_approval(news: SectionPage) -> None:
    tomorrow = timezone.localtime() + timedelta(days=1)
    page = _submitted(news, go_live_at=f"{tomorrow:%Y-%m-%d %H:%M}")
    Desk(reviewer()).approve(page)
    Desk(publisher()).approve(page)

    page.refresh_from_db()
    assert _public_title(page) is None
    assert page.scheduled_revision == page.latest_revision


def test_publisher_takes_a_page_off_the_schedule(news: SectionPage) -> None:
    tomorrow = timezone.localtime() + timedelta(days=1)
    page = _submitted(news, go_live_at=f"{tomorrow:%Y-%m-%d %H:%M}")
    Desk(reviewer()).approve(page)
    publish = Desk(publisher())
    publish.approve(page)

    page.refresh_from_db()
    url = reverse("wagtailadmin_pages:revisions_unschedule", args=[page.pk, page.scheduled_revision.pk])
    publish.client.post(url)
    assert not Page.objects.get(pk=page.pk).approved_schedule


def test_publisher_withdraws_a_page_alone(news: SectionPage) -> None:
    page = _submitted(news)
    publish = Desk(publisher())
    Desk(reviewer()).approve(page)
    publish.approve(page)
    publish.client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert _public_title(page) is None


def test_writer_may_not_withdraw_a_page(news: SectionPage) -> None:
    write = Desk(writer())
    page = _submitted(news, write)
    Desk(reviewer()).approve(page)
    Desk(publisher()).approve(page)
    write.client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert _public_title(page) == "Opening hours"


def test_reviewers_and_then_the_writer_are_told_by_mail(news: SectionPage, mailbox: Mailbox) -> None:
    write, review = Desk(writer(email="wyn@example.gov.uk")), Desk(reviewer(email="rhys@example.gov.uk"))
    page = _submitted(news, write)
    assert [message["To"] for message in mailbox.deliver()] == ["rhys@example.gov.uk"]

    mailbox.empty()
    review.decide(page, "reject", comment="Please add the holidays")
    (message,) = mailbox.deliver()
    assert message["To"] == "wyn@example.gov.uk"


def test_reusable_content_goes_live_after_two_approvals(news: SectionPage) -> None:
    write, review, publish = Desk(person(WRITER, REVIEWER)), Desk(reviewer()), Desk(publisher())
    write.create_snippet(Notice, "submit", title="New rules", body=rich_text("<p>From 6 April.</p>"))
    notice = Notice.objects.get()
    write.approve_snippet(notice)
    assert notice.current_workflow_task.key == "review"

    review.approve_snippet(notice)
    publish.approve_snippet(notice)
    assert Notice.objects.get().live


def test_outsider_does_not_get_into_the_admin(news: SectionPage) -> None:
    page = _submitted(news)
    response = Desk(outsider()).client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("wagtailadmin_login"))


def test_page_that_became_invalid_meanwhile_is_not_published(news: SectionPage) -> None:
    page = _submitted(news)
    Desk(reviewer()).approve(page)
    # Another page took the slug in the meantime, past the form that would have refused it.
    other = NewsArticlePageFactory(parent=news, title="Other", slug="other")
    Page.objects.filter(pk=other.pk).update(slug="opening-hours")

    response = Desk(publisher()).approve(page)
    assert "cannot be published" in messages_of(response)
    assert _status(page) == WorkflowState.STATUS_IN_PROGRESS
