"""The files that the rows of a database name."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from django.apps import apps
from django.core.files.storage import Storage, storages
from django.db import models
from psycopg import sql

from documents.storages import RoutedStorage


def referenced_keys(connection: psycopg.Connection) -> set[str]:
    """The keys of all files that rows name, such as `private/documents/plan.pdf`."""
    keys: set[str] = set()
    for field in _file_fields():
        table, column = field.model._meta.db_table, str(field.column)
        if not _is_there(connection, table, column):
            continue
        query = sql.SQL("SELECT DISTINCT {} FROM {} WHERE {} <> ''").format(
            sql.Identifier(column), sql.Identifier(table), sql.Identifier(column)
        )
        for (name,) in connection.execute(query):
            keys.add(f"{_alias(field.storage, name)}/{name}")
    return keys


def _file_fields() -> Iterator[models.FileField]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield from (field for field in model._meta.local_fields if isinstance(field, models.FileField))


def _is_there(connection: psycopg.Connection, table: str, column: str) -> bool:
    """Whether the database has that column: it may be of another version of the software than we are."""
    query = (
        "SELECT FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s AND column_name = %s"
    )
    return connection.execute(query, [table, column]).fetchone() is not None


def _alias(storage: Storage, name: str) -> str:
    store = storage.store_of(name) if isinstance(storage, RoutedStorage) else storage
    return "media" if store is storages["media"] else "private"
