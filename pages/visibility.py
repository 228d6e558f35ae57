"""Which pages a requester may see, by Wagtail's own rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from rest_framework.request import Request
from wagtail.models import Page, Site

_LISTED = "_pages_listed"
_LINKABLE = "_pages_linkable"
_PUBLIC = "_pages_public"
_PUBLIC_EVERYWHERE = "_pages_public_everywhere"


class Reader:
    """A request without its query string: for what this service renders itself, where `?site=` means nothing."""

    GET = QueryDict()

    def __init__(self, request: Any) -> None:
        self.original = request

    def __getattr__(self, name: str) -> Any:
        if name == "original":  # not there yet while the object is being copied
            raise AttributeError(name)
        return getattr(self.original, name)


class _ReaderOfAllSites(Reader):
    """A request to a site that has the whole tree."""

    def __init__(self, request: Any) -> None:
        super().__init__(request)
        self._wagtail_site = Site(root_page=Page.get_first_root_node())


class _Anyone(Reader):
    """A request by nobody in particular, whoever really asks."""

    user = AnonymousUser()
    session: dict[str, Any] = {}


class _AnyoneOnAllSites(_Anyone, _ReaderOfAllSites):
    """Both."""


def visible_pages(request: Any) -> Any:
    """The live pages of the request's site that its user may see; none without a request.

    The same set as the pages that the delivery API lists for this request (`?site=`, view restrictions).
    """
    return _once(request, _LISTED, lambda: request)


def linkable_pages(request: Any) -> Any:
    """The live pages of all sites that the request's user may see: what a link may lead to."""
    return _once(request, _LINKABLE, lambda: _ReaderOfAllSites(request))


def public_pages(request: Any) -> Any:
    """The live pages of the request's site that everybody may see, whoever asks."""
    return _once(request, _PUBLIC, lambda: _Anyone(request))


def public_pages_of_all_sites(request: Any) -> Any:
    """The same for all sites together."""
    return _once(request, _PUBLIC_EVERYWHERE, lambda: _AnyoneOnAllSites(request))


def _once(request: Any, name: str, reader: Callable[[], Any]) -> Any:
    """Wagtail's set of public pages, built once for a request, because that reads every view restriction there is."""
    if request is None:
        return Page.objects.none()
    # Wagtail 8.0's module resolves the page model when it is imported, which fails while models are being loaded.
    from wagtail.api.querysets import get_public_pages_queryset

    cached = request.__dict__.get(name)
    if cached is None:
        public = get_public_pages_queryset(reader(), model=Page).exclude(pk__in=_overdue())
        cached = request.__dict__[name] = public
    return cached.all()


def _overdue() -> Any:
    """Ids of pages whose time is over, but which the scheduler has not unpublished yet."""
    return Page.objects.filter(live=True, expire_at__lte=timezone.now()).order_by().values("pk")


def http_request(request: Any) -> HttpRequest | None:
    """Django's request under REST framework's or under a Reader."""
    if isinstance(request, Reader):
        return http_request(request.original)
    return request._request if isinstance(request, Request) else request
