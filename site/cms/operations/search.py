"""The search backend: Wagtail's own for the database that is in use, with what it does not do mended."""

from __future__ import annotations

from typing import Any

from django.db import connection
from modelsearch.backends.database import SearchBackend as DatabaseSearchBackend


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name that Wagtail looks for
    """The backend for the database that is in use."""
    # Not above: each of the modules works with models that exist on its own database only.
    if connection.vendor == "sqlite":
        from cms.operations.search_on_sqlite import SqliteSearchBackend

        return SqliteSearchBackend(params)
    if connection.vendor == "postgresql":
        from cms.operations.search_on_postgresql import PostgresqlSearchBackend

        return PostgresqlSearchBackend(params)
    return DatabaseSearchBackend(params)
