"""The search backend: Wagtail's own for the database, with one flaw of it on SQLite mended."""

from __future__ import annotations

from typing import Any

from django.db import connection
from modelsearch.backends.database import SearchBackend as DatabaseSearchBackend


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name that Wagtail looks for
    """The backend for the database that is in use."""
    if connection.vendor != "sqlite":
        return DatabaseSearchBackend(params)
    # Not above: the module works with a model that exists on SQLite only.
    from cms.operations.search_on_sqlite import QuotableSearchBackend

    return QuotableSearchBackend(params)
