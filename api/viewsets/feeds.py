"""Feeds of what is new below a page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.utils import get_full_url
from wagtail.api.v2.utils import page_models_from_string
from wagtail.models import Page

from api.caching.tags import depend_on
from api.errors import BadInput
from api.feeds import atom, json_feed
from api.feeds.contents import Feed, feed_of
from api.openapi.operations import CACHE_BUSTER, LOCALE, SITE, Answer, Operation, Parameter
from api.parameter_rules import MAX_ID
from api.viewsets.entry import DeliveryEndpoint
from pages.visibility import visible_pages

DEFAULT_ITEMS = 20
MAX_ITEMS = 100

_NUMBER = {"type": "integer", "minimum": 1, "maximum": MAX_ITEMS, "default": DEFAULT_ITEMS}
_PARAMETERS = (
    SITE,
    Parameter(LOCALE.name, "The language that the page has to be in; without it, any.", LOCALE.schema),
    Parameter("type", "Only pages of these types, such as `pages.NewsArticlePage`, separated by commas."),
    Parameter("limit", "How many items.", _NUMBER),
    CACHE_BUSTER,
)
_HIDDEN = Answer("There is no such page, or not for you.")


class FeedsViewSet(DeliveryEndpoint):
    """The newest pages below a page; for an organisation or a topic also those that are tagged with it."""

    operations = (
        Operation(
            "atom",
            "What is new below a page, as Atom",
            {200: Answer("The feed (RFC 4287).", {"type": "string"}, atom.MEDIA_TYPE), 404: _HIDDEN},
            _PARAMETERS,
        ),
        Operation(
            "json",
            "What is new below a page, as JSON Feed",
            {200: Answer("The feed, version 1.1.", json_feed.SCHEMA, json_feed.MEDIA_TYPE), 404: _HIDDEN},
            _PARAMETERS,
        ),
    )

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        """One for each format."""
        return [
            path("<int:pk>/atom/", cls.as_view({"get": "atom"}), name="atom"),
            path("<int:pk>/json/", cls.as_view({"get": "json"}), name="json"),
        ]

    def atom(self, request: Request, pk: int) -> HttpResponse:
        """Atom. Raises Http404 for a page that the requester may not see."""
        feed = self._feed(request, pk)
        return HttpResponse(atom.write_atom(feed), content_type=atom.MEDIA_TYPE, headers=_headers(feed))

    def json(self, request: Request, pk: int) -> Response:
        """JSON Feed. Raises Http404 for a page that the requester may not see."""
        feed = self._feed(request, pk)
        return Response(json_feed.as_json_feed(feed), content_type=json_feed.MEDIA_TYPE, headers=_headers(feed))

    def _feed(self, request: Request, pk: int) -> Feed:
        models = _types(request.GET.get("type"))
        limit = int(request.GET.get("limit", DEFAULT_ITEMS))
        feed = feed_of(self._page(pk), _own_address(request), models, limit, request)
        pages = [f"page-{number}" for number in (pk, *(item.page_id for item in feed.items))]
        depend_on(request, "feeds", f"site-{self.site.pk}", f"locale-{feed.language}", *pages)
        return feed

    def _page(self, pk: int) -> Page:
        pages = visible_pages(self.request).select_related("locale")
        if "locale" in self.request.GET:
            pages = pages.filter(locale=self.locale)
        page = pages.filter(pk=pk).first() if pk <= MAX_ID else None
        if page is None:
            raise Http404("There is no such page.")
        specific: Page = page.specific
        return specific


def _types(named: str | None) -> tuple[type[Page], ...]:
    if named is None:
        return ()
    try:
        models: tuple[type[Page], ...] = page_models_from_string(named)
    except (LookupError, ValueError):
        raise BadInput("type doesn't exist", "query", "type", code="unknown") from None
    return models


def _own_address(request: Request) -> str:
    """Of the feed: what was asked for, without what makes no difference."""
    asked = {name: value for name, value in sorted(request.GET.items()) if name != CACHE_BUSTER.name}
    address: str = get_full_url(request, request.path)
    return f"{address}?{urlencode(asked)}" if asked else address


def _headers(feed: Feed) -> dict[str, str]:
    return {"Content-Language": feed.language}
