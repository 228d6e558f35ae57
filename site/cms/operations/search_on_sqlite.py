"""Search on SQLite: words with quotation marks, and titles first. Can be imported only on SQLite."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import FloatField, Func, Model
from modelsearch.backends.database.sqlite.sqlite import (
    SQLiteFTSIndexEntry,
    SQLiteIndex,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
)

from cms.operations.search_texts import Indexable

_UNQUOTABLE = str.maketrans('"\0', "  ")


class _Rank(Func):
    """How well a row matches, the best least: by its title first, then by the rest.

    Two ranks added, because within one the number of hits counts less and less, however heavy a column is.
    """

    output_field = FloatField()

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        # The columns of the table in their order (wagtail/search/migrations/0006_customise_indexentry.py):
        # autocomplete, body, title.
        table = SQLiteFTSIndexEntry._meta.db_table
        return f"(10 * bm25({table}, 0.0, 0.0, 1.0) + bm25({table}, 0.0, 1.0, 0.0))", []


class _SearchQueryCompiler(SQLiteSearchQueryCompiler):
    def _build_rank_expression(self, vectors: Any, config: Any) -> Any:
        return _Rank()


class _Index(SQLiteIndex):
    def add_items(self, model: type[Model], objs: Iterable[Model]) -> None:
        super().add_items(model, [Indexable(instance) for instance in objs])


class SqliteSearchBackend(SQLiteSearchBackend):
    """Wagtail's, which weighs titles and takes quotation marks and null characters for spaces.

    django-modelsearch 1.3 hands those to SQLite as they are (backends/database/sqlite/query.py), which ends in an error
    for any search that contains one. Accents are no matter to SQLite's own tokenizer.
    """

    index_class = _Index
    query_compiler_class = _SearchQueryCompiler

    def search(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().search(_without_quotes(query), *args, **kwargs)

    def autocomplete(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().autocomplete(_without_quotes(query), *args, **kwargs)


def _without_quotes(query: Any) -> Any:
    return query.translate(_UNQUOTABLE).strip() if isinstance(query, str) else query
