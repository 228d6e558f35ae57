"""Puts copies of pages into the search index, without reading a text that a thousand copies share a thousand times."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from modelsearch.backends import get_search_backends
from modelsearch.index import RelatedFields, SearchField
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.demo.workshop import Say

_CHUNK = 500
_TOLD_EVERY = 10_000

Copy = tuple[int, str]
"""Id and title of a copy."""


def index_copies(copies: dict[int, list[Copy]], say: Say) -> None:
    """Index copies, given by the id of the page they were made from. They differ from it in their titles only."""
    done, total = 0, sum(len(made) for made in copies.values())
    for original in Page.objects.filter(pk__in=copies).order_by("pk").specific():
        for chunk in _chunks(_with_titles(_ready_to_index(original), copies[original.pk])):
            for backend in get_search_backends(with_auto_update=True):
                backend.add_bulk(type(original), chunk)
            done += len(chunk)
            if done // _TOLD_EVERY > (done - len(chunk)) // _TOLD_EVERY:
                say(f"Copies: indexed {done} of {total}")


def _ready_to_index(page: Any) -> Any:
    """Return the page with the texts of its streams taken out, and the rows loaded that are indexed with it."""
    fields = [_taken_out(field, page) for field in page.get_search_fields()]
    page.get_search_fields = lambda: fields
    for field in page.get_search_fields():
        if isinstance(field, RelatedFields) and hasattr(getattr(page, field.field_name), "get_object_list"):
            getattr(page, field.field_name).get_object_list()
    return page


def _taken_out(field: Any, page: Page) -> Any:
    """The search field; of a stream, one that knows its texts."""
    if not isinstance(field, SearchField) or not isinstance(field.get_field(type(page)), StreamField):
        return field
    texts = field.get_value(page)
    known = copy.copy(field)
    known.get_value = lambda _: texts
    return known


def _with_titles(page: Any, copies: Iterable[Copy]) -> Iterator[Any]:
    for pk, title in copies:
        made = copy.copy(page)
        made.pk, made.title = pk, title
        yield made


def _chunks(items: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(items, _CHUNK)):
        yield chunk
