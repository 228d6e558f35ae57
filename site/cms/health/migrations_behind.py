"""Which migrations of this code the database does not have yet."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from django.db.migrations.loader import MigrationLoader

Migration = tuple[str, str]


def missing(applied: Iterable[Migration]) -> frozenset[Migration]:
    """The migrations that this code needs and `applied` lacks.

    What is in `applied` beyond that is a newer release's: migrations only add, so the older code goes on working.
    """
    return _needed() - frozenset(applied)


@functools.cache
def _needed() -> frozenset[Migration]:
    # Of a squashed migration and those that it replaces only the former is in the graph, and `migrate` notes it as
    # applied on old databases too (django/db/migrations/executor.py, check_replacements).
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)
