"""Texts of errors without the values that were at work: for logs and for error reports."""

from __future__ import annotations

import re

_VALUES = re.compile(r"""(: ?|\bvalue )["'(].*|()[«»„“「].*""", re.DOTALL)
"""The second kind: of a server that speaks another language. Names and values cannot be told apart there."""
_LIBRARIES = ("django.db", "psycopg", "sqlite3")


def is_of_database(module: str | None) -> bool:
    """Whether errors of this module repeat what the database says."""
    return module is not None and module.startswith(_LIBRARIES)


def without_values(text: str) -> str:
    """What PostgreSQL says of an error, without the statement's values.

    It repeats them in the lines after the first (`DETAIL: Key (email)=(…)`, `LINE 1: …`), and sometimes at the end of
    the first, after a colon, or after the word itself (`value "…" is out of range`).
    """
    return _VALUES.sub(r"\1…", text.partition("\n")[0])
