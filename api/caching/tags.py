"""What an answer depends on, as the tags that a CDN is purged by.

A tag is made of a word and a name: `page-12`, `image-3`, `document-7`, `snippet-pages.Contact-4`, `site-1`,
`type-pages.NewsArticlePage`, `locale-cy`, `navigation`, `settings`, `redirects`, `search`, `sitemap`, `feeds`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request

_TAGS = "_cache_tags"


def depend_on(request: HttpRequest | Request, *tags: str) -> None:
    """Note that the answer to this request depends on what these tags stand for."""
    _noted(request).update(tags)


def tags_of(request: HttpRequest | Request) -> frozenset[str]:
    """All that was noted."""
    return frozenset(_noted(request))


def _noted(request: Any) -> set[str]:
    django_request = request._request if isinstance(request, Request) else request
    noted: set[str] = django_request.__dict__.setdefault(_TAGS, set())
    return noted
