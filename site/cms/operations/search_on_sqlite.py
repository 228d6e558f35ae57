"""Search on SQLite: words with quotation marks, and titles first. Can be imported only on SQLite."""

from __future__ import annotations

from typing import Any

from django.db.models import FloatField, Func
from modelsearch.backends.database.sqlite.sqlite import (
    SQLiteFTSIndexEntry,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
)

_UNQUOTABLE = str.maketrans('"\0', "  ")


class _Rank(Func):
    """How well a row matches, the best least, with a word in a title counting as ten in the body."""

    output_field = FloatField()

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        # The columns of the table in their order (modelsearch/migrations/0002_customise_indexentry.py): autocomplete,
        # body, title.
        return f"bm25({SQLiteFTSIndexEntry._meta.db_table}, 0.0, 1.0, 10.0)", []


class _SearchQueryCompiler(SQLiteSearchQueryCompiler):
    def _build_rank_expression(self, vectors: Any, config: Any) -> Any:
        return _Rank()


class SqliteSearchBackend(SQLiteSearchBackend):
    """Wagtail's, which weighs titles and takes quotation marks and null characters for spaces.

    django-modelsearch 1.3 hands those to SQLite as they are (backends/database/sqlite/query.py), which ends in an error
    for any search that contains one. Accents are no matter to SQLite's own tokenizer.
    """

    query_compiler_class = _SearchQueryCompiler

    def search(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().search(_without_quotes(query), *args, **kwargs)

    def autocomplete(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().autocomplete(_without_quotes(query), *args, **kwargs)


def _without_quotes(query: Any) -> Any:
    return query.translate(_UNQUOTABLE).strip() if isinstance(query, str) else query
