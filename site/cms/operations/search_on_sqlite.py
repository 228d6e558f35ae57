"""Search on SQLite for words with quotation marks. Can be imported only where SQLite is the database."""

from __future__ import annotations

from typing import Any

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


def _without_quotes(query: Any) -> Any:
    return query.translate(_UNQUOTABLE).strip() if isinstance(query, str) else query
