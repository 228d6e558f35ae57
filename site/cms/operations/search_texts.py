"""Which texts of an object go into the index of the database."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.utils.encoding import force_str
from modelsearch.index import RelatedFields

Prepare = Callable[[str], str]


class Indexable:
    """An object as the indexer of django-modelsearch sees it, with its texts prepared.

    The titles of its child rows (attachments, roles) count as text of the object, not as its title: django-modelsearch
    1.3 goes by the name of the field alone (`title` in backends/database/*/).
    """

    def __init__(self, original: Model, prepare: Prepare = str) -> None:
        self.original = original
        self.pk = original.pk
        self._prepare = prepare

    def get_search_fields(self) -> list[Any]:
        """The fields of the original, for this object."""
        fields = self.original.get_search_fields()  # type: ignore[attr-defined]
        return [_prepared(field, self._prepare) for field in fields]


def _prepared(field: Any, prepare: Prepare, prefix: str = "") -> Any:
    """A field of the same kind. Rows of a child relation are handed to the fields inside of it as they are."""
    clone = copy.copy(field)
    clone.field_name = f"{prefix}{field.field_name}"
    if isinstance(field, RelatedFields):
        clone.fields = [_prepared(inner, prepare, f"{clone.field_name}.") for inner in field.fields]
        clone.get_value = lambda instance: field.get_value(_original(instance))
    else:
        clone.get_value = lambda instance: _all_texts(field.get_value(_original(instance)), prepare)
    return clone


def _original(instance: Any) -> Any:
    return instance.original if isinstance(instance, Indexable) else instance


def _all_texts(value: Any, prepare: Prepare) -> Any:
    match value:
        case list():
            return [_all_texts(item, prepare) for item in value]
        case dict():
            return {name: _all_texts(item, prepare) for name, item in value.items()}
    return "" if value is None else prepare(force_str(value))
