"""The sitemap, as JSON for programs and as XML for search engines."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Page

from api.caching.tags import depend_on
from api.openapi.operations import CACHE_BUSTER, COMMON_PARAMETERS, LOCALE, SITE, Answer, Operation, Parameter
from api.sitemaps.entries import Entry, entries_of, listed_pages
from api.sitemaps.parts import pages_of_part, parts_of
from api.sitemaps.xml import MEDIA_TYPE, write_entries, write_index
from api.viewsets.entry import DeliveryEndpoint
from pages.addresses import website_of

ROWS = 1_000
PATH_ON_THE_WEBSITE = "/sitemap.xml"

_NUMBER = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
_URL = {"type": "string", "format": "uri"}
_LANGUAGE = {"type": "string", "description": "Code of a language."}
_VERSION = {
    "type": "object",
    "required": ["locale", "loc"],
    "additionalProperties": False,
    "properties": {"locale": _LANGUAGE, "loc": _URL},
}
_ENTRY = {
    "type": "object",
    "required": ["loc", "lastmod", "locale", "alternates"],
    "additionalProperties": False,
    "properties": {
        "loc": _URL | {"description": "Address of the page on the website."},
        "lastmod": {"type": ["string", "null"], "format": "date-time", "description": "When it was last published."},
        "locale": _LANGUAGE,
        "alternates": {
            "type": "array",
            "items": _VERSION,
            "description": "The page in all its languages, this one too. Empty when there is only one.",
        },
    },
}
_SITEMAP = {
    "type": "object",
    "required": ["meta", "items", "next"],
    "additionalProperties": False,
    "properties": {
        "meta": {
            "type": "object",
            "required": ["total_count"],
            "additionalProperties": False,
            "properties": {"total_count": {"type": "integer", "minimum": 0}},
        },
        "items": {"type": "array", "maxItems": ROWS, "items": _ENTRY},
        "next": {"type": ["string", "null"], "description": "The `cursor` of what follows; null at the end."},
    },
}
_IN_ONE_LANGUAGE = Parameter(LOCALE.name, "Only pages in this language.", LOCALE.schema)


class SitemapViewSet(DeliveryEndpoint):
    """The pages of a site that everybody may see, by their addresses on the website."""

    operations = (
        Operation(
            "listing",
            "The pages of a site that search engines may know",
            {200: Answer(f"At most {ROWS} pages, in the order of their ids.", _SITEMAP)},
            (
                *(_IN_ONE_LANGUAGE if common is LOCALE else common for common in COMMON_PARAMETERS),
                Parameter("cursor", "Where to go on: the `next` of the answer before.", {"type": "string"}),
            ),
        ),
        Operation(
            "xml",
            "The same for search engines, by the protocol of sitemaps.org",
            {
                200: Answer("Addresses, or an index of the parts.", {"type": "string"}, MEDIA_TYPE),
                404: Answer("There is no such part."),
            },
            (
                SITE,
                _IN_ONE_LANGUAGE,
                CACHE_BUSTER,
                Parameter("part", "One of the parts that the index names.", _NUMBER),
            ),
        ),
    )

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        """The JSON, and the XML below it."""
        return [
            path("", cls.as_view({"get": "listing"}), name="listing"),
            path("xml/", cls.as_view({"get": "xml"}), name="xml"),
        ]

    def listing(self, request: Request) -> Response:
        """A thousand pages after the cursor: going through all of them costs the same for each step."""
        pages = self._pages()
        found = list(pages.filter(pk__gt=int(request.GET.get("cursor", 0)))[: ROWS + 1])
        shown = found[:ROWS]
        members = [_as_json(entry) for entry in entries_of(shown, request)]
        follows = str(shown[-1].pk) if len(found) > ROWS else None
        return Response({"meta": {"total_count": pages.count()}, "items": members, "next": follows})

    def xml(self, request: Request) -> HttpResponse:
        """All pages, or an index when they are in several parts. Raises Http404 for a part without pages."""
        pages = self._pages()
        asked = request.GET.get("part")
        if asked is None:
            parts = parts_of(pages)
            if len(parts) > 1:
                return HttpResponse(write_index(parts, self._address_of_parts()), content_type=MEDIA_TYPE)
            return self._written(pages)
        return self._written(pages_of_part(pages, int(asked)), required=True)

    def _written(self, pages: QuerySet[Page], *, required: bool = False) -> HttpResponse:
        found = list(pages)
        if required and not found:
            raise Http404("There is no such part.")
        language = self.site.root_page.locale.language_code
        return HttpResponse(write_entries(entries_of(found, self.request), language), content_type=MEDIA_TYPE)

    def _pages(self) -> QuerySet[Page]:
        depend_on(self.request, "sitemap", f"site-{self.site.pk}")
        pages = listed_pages(self.request)
        if "locale" not in self.request.GET:
            return pages
        depend_on(self.request, f"locale-{self.locale.language_code}")
        return pages.filter(locale=self.locale)

    def _address_of_parts(self) -> str:
        """On the website: search engines believe a sitemap about its own host only."""
        asked = {"locale": self.locale.language_code} if "locale" in self.request.GET else {}
        return f"{address_of_sitemap(self.site, self.request)}?{urlencode(asked | {'part': ''})}"


def address_of_sitemap(site: Any, request: Request) -> str:
    """Where the website shows the sitemap of its site."""
    return f"{website_of(site.pk, site.root_url, request)}{PATH_ON_THE_WEBSITE}"


def _as_json(entry: Entry) -> dict[str, Any]:
    alternates = [{"locale": version.locale, "loc": version.loc} for version in entry.alternates]
    return {"loc": entry.loc, "lastmod": entry.lastmod, "locale": entry.locale, "alternates": alternates}
