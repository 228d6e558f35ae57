"""Dates of the content are distances from a day."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from cms.demo.moments import day, in_office_hours, moment

TODAY = dt.date(2026, 3, 31)


def test_days_count_from_today() -> None:
    assert day("-12d", TODAY) == dt.date(2026, 3, 19)
    assert day("+6d 09:30", TODAY) == dt.date(2026, 4, 6)


def test_moments_are_in_the_time_of_the_site() -> None:
    assert timezone.localtime(moment("+6d 09:30", TODAY)).isoformat() == "2026-04-06T09:30:00+01:00"
    assert timezone.localtime(moment("-90d", TODAY)).isoformat() == "2025-12-31T00:00:00+00:00"


@pytest.mark.parametrize("wrong", ["12d", "-12", "yesterday", "+1d 9:30", ""])
def test_anything_else_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="distance"):
        day(wrong, TODAY)


def test_office_hours_are_the_same_each_time_and_differ_between_things() -> None:
    moments = {timezone.localtime(in_office_hours(TODAY, of=thing)) for thing in "abcdefgh"}
    assert len(moments) > 4
    assert all(9 <= found.hour < 17 for found in moments)
    assert in_office_hours(TODAY, of="a") == in_office_hours(TODAY, of="a")
