"""The search backend: Wagtail's own for the database, with one flaw of it on SQLite mended."""

from __future__ import annotations

from typing import Any

from django.db import connection
from modelsearch.backends.database import SearchBackend as DatabaseSearchBackend
from modelsearch.backends.database.sqlite.sqlite import SQLiteSearchBackend

_UNQUOTABLE = str.maketrans('"\0', "  ")


class QuotableSearchBackend(SQLiteSearchBackend):
    """Takes quotation marks and null characters for spaces.

    django-modelsearch 1.3 hands them to SQLite as they are (backends/database/sqlite/query.py), which ends in an error
    for any search that contains one.
    """

    def search(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().search(_without_quotes(query), *args, **kwargs)

    def autocomplete(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().autocomplete(_without_quotes(query), *args, **kwargs)


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name that Wagtail looks for
    """The backend for the database that is in use."""
    return QuotableSearchBackend(params) if connection.vendor == "sqlite" else DatabaseSearchBackend(params)


def _without_quotes(query: Any) -> Any:
    return query.translate(_UNQUOTABLE).strip() if isinstance(query, str) else query
