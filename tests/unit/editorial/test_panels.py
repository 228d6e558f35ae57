"""The dashboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.pages import EventPageFactory, NewsArticlePageFactory
from tests.factories.people import browser_of, writer

pytestmark = pytest.mark.django_db

HEADING = "Pages that should have been checked by now"


def _dashboard() -> str:
    return browser_of(writer()).get(reverse("wagtailadmin_home")).content.decode()


def test_shows_live_pages_of_all_types_whose_review_is_overdue_the_oldest_first() -> None:
    today = timezone.localdate()
    EventPageFactory(title="Yesterday's", review_by=today - timedelta(days=1))
    NewsArticlePageFactory(title="Last week's", review_by=today - timedelta(days=7))
    NewsArticlePageFactory(title="Today's", review_by=today)
    NewsArticlePageFactory(title="A draft's", review_by=today - timedelta(days=7), live=False)

    shown = _dashboard().partition(HEADING)[2]
    assert 0 < shown.index("Last week&#x27;s") < shown.index("Yesterday&#x27;s")
    assert "Today&#x27;s" not in shown
    assert "A draft&#x27;s" not in shown
    assert "There are more." not in shown


def test_shows_five_and_says_when_there_are_more() -> None:
    for number in range(6):
        review_by = timezone.localdate() - timedelta(days=10 - number)
        NewsArticlePageFactory(title=f"Overdue {number}", review_by=review_by)
    shown = _dashboard().partition(HEADING)[2]
    assert "Overdue 4" in shown
    assert "Overdue 5" not in shown
    assert "There are more." in shown


def test_shows_nothing_when_all_is_up_to_date() -> None:
    assert HEADING not in _dashboard()
