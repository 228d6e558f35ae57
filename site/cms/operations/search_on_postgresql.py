"""Search on PostgreSQL that does not mind accents and puts titles first. Can be imported only on PostgreSQL.

django-modelsearch 1.3 leaves accents to a text search configuration with the `unaccent` extension, which a managed
database may not offer to the owner of one database. Here both sides are folded before PostgreSQL sees them: what is
indexed, and what is searched for. After a change of `fold` the index has to be built anew (`manage.py update_index`).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Model
from modelsearch.backends.database.postgres.postgres import (
    PostgresAutocompleteQueryCompiler,
    PostgresIndex,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
)
from modelsearch.query import Phrase, PlainText, SearchQuery

from api.search.words import fold
from cms.operations.search_texts import Indexable

TITLE_WEIGHT = 8
"""How often a word in a title counts, compared with one in the summary: more than enough for a long title."""


class _FoldingIndex(PostgresIndex):
    def add_items(self, model: type[Model], objs: Iterable[Model]) -> None:
        super().add_items(model, [Indexable(instance, fold) for instance in objs])


class _FoldingMixin:
    """Folds what is searched for in the index. A search in named fields (`fields=`) reads the tables as they are."""

    fields: list[str] | None

    def build_tsquery_content(self, query: SearchQuery, config: str | None = None, invert: bool = False) -> Any:
        if self.fields is None and isinstance(query, PlainText | Phrase):
            query = copy.copy(query)
            # Some single characters fold to nothing, which is no query.
            query.query_string = fold(query.query_string).strip() or query.query_string
        return super().build_tsquery_content(query, config=config, invert=invert)  # type: ignore[misc]


class _SearchQueryCompiler(_FoldingMixin, PostgresSearchQueryCompiler):
    def get_index_vectors(self, search_query: Any) -> list[Any]:
        return [
            (F("index_entries__title"), F("index_entries__title_norm") * TITLE_WEIGHT),
            (F("index_entries__body"), 1.0),
        ]


class _AutocompleteQueryCompiler(_FoldingMixin, PostgresAutocompleteQueryCompiler):
    pass


class PostgresqlSearchBackend(PostgresSearchBackend):
    """Wagtail's, with accents folded and titles first."""

    index_class = _FoldingIndex
    query_compiler_class = _SearchQueryCompiler
    autocomplete_query_compiler_class = _AutocompleteQueryCompiler
