"""Dates and times in the query."""

from __future__ import annotations

import datetime as dt
import re

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")


def parse_moment(text: str, *, end_of_day: bool = False) -> dt.datetime:
    """A date, or a time with its offset (RFC 3339), in UTC. A date is its first moment, or its last.

    Raises ValueError for anything else, and for what is beyond the ends of the calendar.
    """
    try:
        if _DATE.fullmatch(text):
            time = dt.time.max if end_of_day else dt.time.min
            return dt.datetime.combine(dt.date.fromisoformat(text), time, dt.UTC)
        if _TIME.fullmatch(text):
            return dt.datetime.fromisoformat(text.upper()).astimezone(dt.UTC)
    except OverflowError as error:
        raise ValueError(text) from error
    raise ValueError(text)
