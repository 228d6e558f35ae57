"""Scheduled publishing and expiry: each item for itself, and no item twice."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Page, PageLogEntry
from wagtail.signals import page_published

from cms.operations.scheduling import expire_due, publish_due
from pages.models import HomePage

pytestmark = pytest.mark.django_db

PAST, FUTURE = timedelta(minutes=-5), timedelta(hours=1)


def make_page(slug: str, **fields) -> HomePage:
    root = Page.objects.get(depth=1)
    return root.add_child(instance=HomePage(title=slug.capitalize(), slug=slug, **fields))


def schedule(page: HomePage, when: timedelta) -> None:
    """What the last approval did yesterday for a page with a date to go live."""
    page.go_live_at = timezone.now() + when
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        page.save_revision().publish()


def is_live(page: HomePage) -> bool:
    return Page.objects.get(pk=page.pk).live


def test_page_goes_live_when_its_time_has_come_and_not_before():
    due, later = make_page("due", live=False), make_page("later", live=False)
    schedule(due, PAST)
    schedule(later, FUTURE)

    assert publish_due() == 1

    assert is_live(due)
    assert not is_live(later)
    assert PageLogEntry.objects.filter(page=due, action="wagtail.publish.scheduled").exists()
    assert publish_due() == 0, "what was published is not due again"


def test_page_expires_when_its_time_has_come_and_not_before():
    due = make_page("due", expire_at=timezone.now() + PAST)
    later = make_page("later", expire_at=timezone.now() + FUTURE)

    assert expire_due() == 1

    assert not is_live(due)
    assert Page.objects.get(pk=due.pk).expired
    assert is_live(later)


def test_one_page_that_fails_does_not_stop_the_others(caplog):
    bad, good = make_page("bad", live=False), make_page("good", live=False)
    schedule(bad, 2 * PAST)
    schedule(good, PAST)

    def fail_for_bad(sender, instance, **kwargs):
        if instance.pk == bad.pk:
            raise RuntimeError("a receiver that fails")

    page_published.connect(fail_for_bad)
    try:
        assert publish_due() == 1
    finally:
        page_published.disconnect(fail_for_bad)

    assert is_live(good)
    assert not is_live(bad), "what failed is rolled back as a whole, and tried again"
    assert "A scheduled change failed" in caplog.text
    assert publish_due() == 1
    assert is_live(bad)


def test_command_does_what_is_due_once(capsys):
    schedule(make_page("due", live=False), PAST)
    make_page("gone", expire_at=timezone.now() + PAST)
    call_command("run_scheduler", once=True)
    assert "Published 1, expired 1." in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_page_that_another_scheduler_is_publishing_is_left_to_it():
    page = make_page("due", live=False)
    schedule(page, PAST)
    revision = page.get_latest_revision()
    done_elsewhere: list[int] = []

    def other_scheduler() -> None:
        try:
            done_elsewhere.append(publish_due())
        finally:
            connection.close()

    with transaction.atomic():
        type(revision).objects.select_for_update().get(pk=revision.pk)
        thread = threading.Thread(target=other_scheduler)
        thread.start()
        thread.join(timeout=30)

    assert done_elsewhere == [0], "the locked revision is skipped, and nobody waits for the lock"
    assert publish_due() == 1
