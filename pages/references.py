"""What pages refer to (pages, images, documents, snippets): loaded in bulk, shown only to those who may see it.

A reference that the requester may not see is None, everywhere: neither its id nor its title leaves the service. How
many queries it takes depends on how many *kinds* of things are referred to, never on the number of pages or blocks.

Every model that is referred to offers two things: a manager method `visible_to(user)`, which returns a queryset, and a
method `api_representation(request)`, which returns a dict. Its querysets may offer `for_api(request)`, to fetch in
bulk what that method needs. Pages are the exception: `pages.visibility` decides on them.
A model without these is never shown.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q
from wagtail.blocks import StreamValue
from wagtail.blocks.list_block import ListValue
from wagtail.blocks.struct_block import StructValue
from wagtail.models import Page, Site

from pages.addresses import public_address, website_of
from pages.reference_collector import Wanted, collect, collect_from_fields
from pages.rich_text import RICH_TEXT_FORMATS, render_rich_text
from pages.visibility import Reader, http_request, linkable_pages, visible_pages

_CACHE = "_pages_references"
_pool: ContextVar[Mapping[type[Model], Mapping[Any, Model]] | None] = ContextVar("pages_reference_pool", default=None)


def pooled_objects(model: type[Model], keys: list[Any]) -> list[Model | None] | None:
    """The objects of these keys from the pool in force, in this order; None where there is no pool for all of them."""
    pool = (_pool.get() or {}).get(model)
    if pool is None or any(key is not None and key not in pool for key in keys):
        return None
    return [pool.get(key) for key in keys]


def references_for(context: Mapping[str, Any] | None) -> References:
    """The references of the request in a serializer's context, the same ones throughout a request."""
    request = (context or {}).get("request")
    if request is None:
        return References(None)
    references: References | None = request.__dict__.get(_CACHE)
    if references is None:
        references = References(request, (context or {}).get("_wagtail_rich_text_format"))
        request.__dict__[_CACHE] = references
    return references


def remembered_references(request: Any) -> References | None:
    """The references of a request, if it has any."""
    return request.__dict__.get(_CACHE)  # type: ignore[no-any-return]


class References:
    """What one requester may see of the things that some pages refer to."""

    def __init__(self, request: Any, rich_text_format: str | None = None) -> None:
        self.request = request
        self._format = rich_text_format
        self._shown: dict[type[Model], dict[Any, dict[str, Any] | None]] = defaultdict(dict)
        self._objects: dict[type[Model], dict[Any, Model]] = defaultdict(dict)
        self._children: dict[type[Page], dict[str, list[dict[str, Any]]]] = defaultdict(dict)

    def represent(self, model: type[Model], key: Any) -> dict[str, Any] | None:
        """The public fields of one object, as a dict of the caller's own; None when it is not to be seen."""
        self.load({model: {key}})
        shown = self._shown[_kind(model)][key]
        return dict(shown) if shown is not None else None

    def found(self, model: type[Model], key: Any) -> Model | None:
        """The object itself; None when it is not to be seen."""
        self.load({model: {key}})
        kind = _kind(model)
        return self._objects[kind][key] if self._shown[kind][key] is not None else None

    def rich_text(self, source: str) -> Any:
        """Rich text in the format that the request asks for. Links to what is not to be seen become plain text."""
        return render_rich_text(source, self.rich_text_format, self)

    def address(self, model: type[Model], key: Any) -> str | None:
        """The absolute address of a page or a document; None when it is not to be seen.

        What this service renders itself links to pages of its own site without a host: it may have several names.
        """
        shown = self.represent(model, key)
        if shown is None or not issubclass(model, Page) or isinstance(self.request, Reader):
            return shown["url"] if shown else None
        return public_address(self._objects[Page][key], self.request)

    @property
    def website(self) -> str:
        """The address of the website that shows the request's site; empty for what this service renders itself."""
        site = None if isinstance(self.request, Reader) else Site.find_for_request(http_request(self.request))
        return website_of(site.pk, site.root_url, self.request) if site else ""

    @property
    def rich_text_format(self) -> str:
        if self._format is None:
            asked = self.request.GET.get("rich_text_format") if self.request is not None else None
            self._format = asked if asked in RICH_TEXT_FORMATS else settings.WAGTAILAPI_RICH_TEXT_FORMAT
        return self._format

    def load(self, wanted: Mapping[type[Model], Iterable[Any]]) -> None:
        """Load objects of these keys, one query for each kind, unless they are known already."""
        for model, keys in wanted.items():
            kind = _kind(model)
            new = set(keys) - self._shown[kind].keys()
            if new:
                self._load_kind(kind, new)

    def load_streams(self, values: Iterable[StreamValue], and_also: Wanted | None = None) -> None:
        """Load everything that these stream values refer to, and turn them into Python values without more queries."""
        values = list(values)
        wanted: Wanted = defaultdict(set)
        for value in values:
            collect(value.stream_block, value.get_prep_value(), wanted)
        self.load(_together(wanted, and_also or {}))
        self._load_hidden(wanted)
        with self._pooled():
            for value in values:
                _realise(value)

    def load_fields(self, instances: Iterable[Model], and_also: Wanted | None = None) -> None:
        """`load_streams` for all stream fields of the instances, together with what their rich text links to."""
        wanted, streams = collect_from_fields(instances)
        self.load_streams(streams, _together(wanted, and_also or {}))

    def children(self, model: type[Page], parent: Page) -> list[dict[str, Any]]:
        """The visible pages of one type under a page, in the order of the tree."""
        self.load_children(model, [parent])
        return [dict(child) for child in self._children[model].get(parent.path, [])]

    def load_children(self, model: type[Page], parents: Iterable[Page]) -> None:
        """Load what `children` needs for all these parents, in one query."""
        known = self._children[model]
        new = {parent.path: parent for parent in parents if parent.path and parent.path not in known}
        if not new:
            return
        known |= {path: [] for path in new}
        below = Q()
        for path, parent in new.items():
            below |= Q(path__startswith=path, depth=parent.depth + 1)
        for child in self._visible(Page).exact_type(model).filter(below).order_by("path"):
            if shown := self._show(child):
                known[child.path[: -Page.steplen]].append(shown)

    def looked_up(self) -> Iterator[tuple[type[Model], Any, dict[str, Any] | None]]:
        """Model and key of all that was looked for, and what is shown of it."""
        for kind, by_key in self._shown.items():
            for key, shown in by_key.items():
                yield kind, key, shown
        for by_parent in self._children.values():
            for child in chain.from_iterable(by_parent.values()):
                yield Page, child["id"], child

    def _load_kind(self, kind: type[Model], keys: set[Any]) -> None:
        self._shown[kind] |= dict.fromkeys(keys)
        visible = list(self._visible(kind).filter(pk__in=keys))
        if kind is Page and len(visible) < len(keys) and self.request is not None and _several_sites():
            elsewhere = keys - {page.pk for page in visible}
            visible += linkable_pages(self.request).filter(pk__in=elsewhere)
        self._objects[kind] |= {instance.pk: instance for instance in visible}
        if kind is not Page:
            self.load_fields(visible)
        self._shown[kind] |= {instance.pk: self._show(instance) for instance in visible}

    def _visible(self, kind: type[Model]) -> Any:
        manager = kind._default_manager
        if self.request is None:
            return manager.none()
        if kind is Page:
            return visible_pages(self.request)
        if not hasattr(manager, "visible_to"):
            return manager.none()
        queryset = manager.visible_to(getattr(self.request, "user", AnonymousUser()))
        return queryset.for_api(self.request) if hasattr(queryset, "for_api") else queryset

    def _show(self, instance: Any) -> dict[str, Any] | None:
        if isinstance(instance, Page):
            link = represent_page_link(instance, self.request)
            return link if link["url"] else None  # a page outside all sites has no address
        shown: dict[str, Any] = instance.api_representation(self.request)
        return shown

    def _load_hidden(self, wanted: Wanted) -> None:
        """Python values hold objects that are not to be seen too, or saving such a page would lose its references."""
        for kind, keys in wanted.items():
            missing = keys - self._objects[kind].keys()
            if missing:
                self._objects[kind] |= kind._default_manager.in_bulk(missing)

    @contextlib.contextmanager
    def _pooled(self) -> Iterator[None]:
        pool = {kind: dict.fromkeys(self._shown[kind]) | self._objects[kind] for kind in self._shown}
        token = _pool.set(pool)  # type: ignore[arg-type]
        try:
            yield
        finally:
            _pool.reset(token)


def represent_page_link(page: Page, request: Any) -> dict[str, Any]:
    """How a page looks to another that links to it. The address is relative within the request's own site."""
    model = page.specific_class or Page
    return {
        "id": page.pk,
        "type": model._meta.label,
        "title": page.title,
        "url": page.get_url(http_request(request)),
    }


def _together(first: Wanted, second: Mapping[type[Model], set[Any]]) -> Wanted:
    """All that either wants, by kind."""
    together: Wanted = defaultdict(set)
    for wanted in (first, second):
        for model, keys in wanted.items():
            together[_kind(model)] |= keys
    return together


def _several_sites() -> bool:
    """Whether links may lead to another site of this service. Wagtail keeps the answer in its cache."""
    return len({path.site_id for path in Site.get_site_root_paths()}) > 1


def _kind(model: type[Model]) -> type[Model]:
    """The model whose query finds this one: pages of all types come from one."""
    return Page if issubclass(model, Page) else model


def _realise(value: Any) -> None:
    if isinstance(value, StreamValue):
        for child in value:
            _realise(child.value)
    elif isinstance(value, StructValue):
        for item in value.values():
            _realise(item)
    elif isinstance(value, ListValue):
        for item in value:
            _realise(item)
