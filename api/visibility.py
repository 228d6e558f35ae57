"""The objects that serializers refer to, as far as the requester may know of them.

A hidden object never leaves the database: what is referred to is loaded through the queryset of what the requester may
see, in bulk, and a reference that is not found there is shown as null.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from wagtail.models import Locale, Page

from pages.visibility import linkable_pages

_CACHE = "_api_visible_objects"


def visible(model: type[Model], request: Request) -> QuerySet[Any]:
    """All objects of a model that the requester may know of.

    Pages of all sites by Wagtail's rule; other models by their manager's `visible_to(user)`; without that, none.
    """
    manager = model._default_manager
    if issubclass(model, Page):
        return manager.filter(pk__in=linkable_pages(request).values("pk"))
    if hasattr(manager, "visible_to"):
        shown: QuerySet[Any] = manager.visible_to(request.user)
        return shown
    return manager.all() if model is Locale else manager.none()


def visible_objects(request: Request) -> VisibleObjects:
    """The one store of a request."""
    store: VisibleObjects | None = request.__dict__.get(_CACHE)
    if store is None:
        store = request.__dict__[_CACHE] = VisibleObjects(request)
    return store


def remembered_objects(request: Request) -> VisibleObjects | None:
    """The store of a request, if it has one."""
    return request.__dict__.get(_CACHE)


class VisibleObjects:
    """Objects by model and key, each looked for once."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._known: dict[type[Model], dict[Any, Model | None]] = defaultdict(dict)

    def load(self, model: type[Model], keys: Iterable[Any]) -> list[Model]:
        """Those objects of these keys that the requester may know of; one query for all that are new."""
        known = self._known[model]
        wanted = {key for key in keys if key is not None}
        if new := wanted - known.keys():
            known |= dict.fromkeys(new) | visible(model, self._request).in_bulk(new)
        return [found for key in wanted if (found := known[key]) is not None]

    def get(self, model: type[Model], key: Any) -> Model | None:
        """One object, or None."""
        found = self.load(model, [key])
        return found[0] if found else None

    def looked_up(self) -> Iterator[tuple[type[Model], Any, Model | None]]:
        """Model and key of all that was looked for, and what was found."""
        for model, known in self._known.items():
            for key, found in known.items():
                yield model, key, found
