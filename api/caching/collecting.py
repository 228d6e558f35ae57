"""Notes what an answer depends on from what the stores of its request remember, so that no view has to say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.db.models import Model
from rest_framework.request import Request
from wagtail.api.v2.utils import page_models_from_string
from wagtail.models import Locale, Page

from api.caching.tags import depend_on, hidden_tag, object_tag, type_tag
from api.visibility import remembered_objects
from pages.references import remembered_references

LookedUp = tuple[type[Model], Any, Any]
"""Model, key and what is shown of it: None for what the requester may not know of."""


def note_stores(request: Request) -> None:
    """What was referred to, shown or hidden; the site and the language that were asked about."""
    stores = (remembered_references(request), remembered_objects(request))
    looked_up = chain.from_iterable(store.looked_up() for store in stores if store is not None)
    depend_on(request, *_tags(looked_up), *_question(request))


def note_rows(request: Request, rows: Iterable[Model]) -> None:
    """The objects that the answer is about."""
    for row in rows:
        if row.pk:
            depend_on(request, object_tag(type(row), row.pk))


def note_list(request: Request, model: type[Model]) -> None:
    """The types whose objects are listed or counted: all pages, unless the request names their types."""
    named = request.GET.get("type") if issubclass(model, Page) else None
    models = page_models_from_string(named) if named else [model]
    depend_on(request, *(type_tag(listed) for listed in models))


def _tags(looked_up: Iterable[LookedUp]) -> Iterator[str]:
    for model, key, shown in looked_up:
        if issubclass(model, Locale):
            continue  # a change of a locale touches every answer
        base = Page if issubclass(model, Page) else model
        yield hidden_tag(base, key) if shown is None else object_tag(base, key)


def _question(request: Request) -> Iterator[str]:
    site = getattr(request, "_wagtail_site", None)  # as Wagtail caches it
    if site is not None:
        yield f"site-{site.pk}"
    if locale := request.GET.get("locale"):
        yield f"locale-{locale}"
