"""Dates of the content: written as distances from today, such as `-12d` or `+6d 09:30`."""

from __future__ import annotations

import datetime as dt
import re
import zlib

from django.utils import timezone

_DISTANCE = re.compile(r"([+-]\d+)d(?: (\d{2}):(\d{2}))?")
_OFFICE_OPENS_MINUTE = 9 * 60 + 5
_OFFICE_MINUTES = 7 * 60


def day(distance: str, today: dt.date) -> dt.date:
    """Return the day at a distance from today. Raises ValueError when the distance is not written like `-12d`."""
    match = _DISTANCE.fullmatch(distance)
    if match is None:
        raise ValueError(f"Not a distance such as -12d or +6d 09:30: {distance!r}")
    return today + dt.timedelta(days=int(match[1]))


def moment(distance: str, today: dt.date) -> dt.datetime:
    """Return the moment at a distance from today, in the time zone of the site; midnight where no time is given."""
    match = _DISTANCE.fullmatch(distance)
    time = dt.time(int(match[2]), int(match[3])) if match and match[2] else dt.time()
    return timezone.make_aware(dt.datetime.combine(day(distance, today), time))


def in_office_hours(date: dt.date, of: str) -> dt.datetime:
    """Return a moment of that day between 9am and 4pm: always the same one for the same thing."""
    minute = _OFFICE_OPENS_MINUTE + zlib.crc32(of.encode()) % _OFFICE_MINUTES
    return timezone.make_aware(dt.datetime.combine(date, dt.time(minute // 60, minute % 60)))
