"""What an answer depends on, as the tags that a CDN is purged by.

A tag is made of a word and a name: `page-12`, `image-3`, `document-7`, `snippet-pages.Contact-4`, `site-1`,
`type-pages.NewsArticlePage`, `locale-cy`, `navigation`, `settings`, `redirects`, `search`, `sitemap`, `feeds`.
What was looked for and is hidden has a tag too, or publishing it would not purge the answers that lack it; that one
tells nothing (`h-` and a keyed hash). `api.caching.changes` says which tags a change touches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Site

EVERY_ANSWER = "api"
"""Carried by all answers: touched by what may change any of them, such as a site or the privacy of a section."""
ANY_CHANGE = "any-change"
"""Carried by answers that depend on too much to name it: touched by every change."""

MAX_TAGS = 200
MAX_HEADER_BYTES = 8000

_TAGS = "_cache_tags"
_OBJECT = re.compile(r"(?P<word>page|image|document|snippet-(?P<label>[\w.]+))-\d+")


def depend_on(request: HttpRequest | Request, *tags: str) -> None:
    """Note that the answer to this request depends on what these tags stand for."""
    _noted(request).update(tags)


def tags_of(request: HttpRequest | Request) -> frozenset[str]:
    """All that was noted."""
    return frozenset(_noted(request))


def object_tag(model: type[Model], key: object) -> str:
    """The tag of one object that the requester may know of."""
    if issubclass(model, Page):
        return f"page-{key}"
    if issubclass(model, get_image_model()):
        return f"image-{key}"
    if issubclass(model, get_document_model()):
        return f"document-{key}"
    return f"site-{key}" if issubclass(model, Site) else f"snippet-{model._meta.label}-{key}"


def hidden_tag(model: type[Model], key: object) -> str:
    """The tag of one object that the requester may not know of, or that does not exist. Nobody can tell which it is."""
    name = object_tag(model, key)
    return "h-" + salted_hmac("api.caching.tags", name, algorithm="sha256").hexdigest()[:16]


def type_tag(model: type[Model]) -> str:
    """The tag of all objects of a model: what a list depends on."""
    return f"type-{model._meta.label}"


def set_tag_headers(request: HttpRequest, response: HttpResponseBase) -> None:
    """All that was noted, as `Surrogate-Key` (Fastly, Varnish) and as `Cache-Tag` (Cloudflare, Akamai, Google)."""
    tags = bounded({EVERY_ANSWER, *_noted(request)})
    response["Surrogate-Key"] = " ".join(tags)
    response["Cache-Tag"] = ",".join(tags)


def bounded(tags: Iterable[str]) -> list[str]:
    """The tags in order, as they are or, when they are too many, with the type in the place of single objects."""
    for few_enough in (set(tags), {_collapsed(tag) for tag in tags}, {EVERY_ANSWER, ANY_CHANGE}):
        if len(few_enough) <= MAX_TAGS and len(" ".join(few_enough)) <= MAX_HEADER_BYTES:
            break
    return sorted(few_enough)


def _collapsed(tag: str) -> str:
    if tag.startswith("h-"):
        return ANY_CHANGE
    match = _OBJECT.fullmatch(tag)
    if match is None:
        return tag
    models: dict[str, type[Model]] = {"page": Page, "image": get_image_model(), "document": get_document_model()}
    return f"type-{match['label']}" if match["label"] else type_tag(models[match["word"]])


def _noted(request: Any) -> set[str]:
    django_request = request._request if isinstance(request, Request) else request
    noted: set[str] = django_request.__dict__.setdefault(_TAGS, set())
    return noted
