"""When content changes by the clock next."""

from __future__ import annotations

import datetime as dt

import pytest

from pages.moments import next_moment
from tests.factories import pages as build

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)


def later(minutes: int) -> dt.datetime:
    return NOW + dt.timedelta(minutes=minutes)


def test_nothing_is_to_come():
    build.TopicPageFactory()
    assert next_moment(NOW) is None


def test_page_ends():
    build.TopicPageFactory(expire_at=later(5))
    assert next_moment(NOW) == later(5)


@pytest.mark.parametrize("factory", [build.ContactFactory, build.NoticeFactory])
def test_snippet_ends(factory):
    factory(expire_at=later(5))
    assert next_moment(NOW) == later(5)


def test_consultation_opens_and_closes():
    build.ConsultationPageFactory(opens_at=later(5), closes_at=later(9))
    assert next_moment(NOW) == later(5)
    assert next_moment(later(5)) == later(9)
    assert next_moment(later(9)) is None


def test_first_of_all_counts():
    build.TopicPageFactory(expire_at=later(8))
    build.ContactFactory(expire_at=later(7))
    build.ConsultationPageFactory(opens_at=later(-5), closes_at=later(6))
    assert next_moment(NOW) == later(6)


def test_what_is_not_live_changes_nothing():
    build.TopicPageFactory(live=False, expire_at=later(5), go_live_at=later(1))
    build.ContactFactory(live=False, expire_at=later(5))
    build.ConsultationPageFactory(live=False, opens_at=later(5), closes_at=later(6))
    assert next_moment(NOW) is None


def test_it_is_one_query_for_any_content(django_assert_num_queries):
    for minutes in range(1, 6):
        build.ConsultationPageFactory(opens_at=later(minutes), closes_at=later(minutes + 10), expire_at=later(50))
    with django_assert_num_queries(1):
        next_moment(NOW)
