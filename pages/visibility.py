"""Which pages a requester may see, by Wagtail's own rule."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from rest_framework.request import Request
from wagtail.models import Page

_CACHE = "_pages_visible"


class Reader:
    """A request without its query string: for what this service renders itself, where `?site=` means nothing."""

    GET = QueryDict()

    def __init__(self, request: HttpRequest) -> None:
        self.original = request

    def __getattr__(self, name: str) -> Any:
        if name == "original":  # not there yet while the object is being made or copied
            raise AttributeError(name)
        return getattr(self.original, name)


def visible_pages(request: Any) -> QuerySet[Page]:
    """The live pages of the request's site that its user may see; none without a request.

    The same set as the pages that the delivery API lists for this request (`?site=`, view restrictions). It is built
    once for a request, because building it reads every view restriction of the service.
    """
    if request is None:
        return Page.objects.none()
    # Wagtail 8.0's module resolves the page model when it is imported, which fails while models are being loaded.
    from wagtail.api.querysets import get_public_pages_queryset

    cached: QuerySet[Page] | None = request.__dict__.get(_CACHE)
    if cached is None:
        cached = get_public_pages_queryset(request, model=Page)
        request.__dict__[_CACHE] = cached
    return cached.all()


def http_request(request: Any) -> HttpRequest | None:
    """Django's request under REST framework's or under a Reader."""
    if isinstance(request, Reader):
        return request.original
    return request._request if isinstance(request, Request) else request
