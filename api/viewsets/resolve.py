"""GET /api/v2/resolve/: what is at an address. The one call that a website makes for each page it shows."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Page, Site

from api.addresses import Address, Place, page_at, parse, place_of, site_of
from api.caching.tags import depend_on
from api.errors import PROBLEM_JSON, BadInput, Gone, problem
from api.openapi.operations import CACHE_BUSTER, CONTENT_PARAMETERS, FORMAT, SITE, Answer, Operation, Parameter, Schema
from api.openapi.operations import component as reference
from api.page_fields import page_links
from api.redirects import Destination, destination_of
from api.sites import choose_site_of_address
from api.suggestions import MAX_SUGGESTIONS, suggested_pages
from api.viewsets.entry import DeliveryEndpoint
from api.viewsets.pages import KEEP_SHORTLY, represent_page
from pages.addresses import public_address
from pages.gone import is_gone
from pages.visibility import visible_pages

MAX_ADDRESS_LENGTH = 2048

_TEXT: Schema = {"type": "string"}
_PAGE: Schema = {
    "type": "object",
    "description": "A page is here.",
    "properties": {
        "kind": {"const": "page"},
        "page": {"anyOf": [reference("Page"), reference("PageSelection")]},
    },
    "required": ["kind", "page"],
    "additionalProperties": False,
}
_REDIRECT: Schema = {
    "type": "object",
    "description": "The reader should be sent elsewhere.",
    "properties": {
        "kind": {"const": "redirect"},
        "status": {"type": "integer", "enum": [301, 302], "description": "For the website to answer with."},
        "permanent": {"type": "boolean"},
        "location": {"type": "string", "description": "An absolute address."},
        "page": {"oneOf": [reference("PageLink"), {"type": "null"}], "description": "The page there, if it is one."},
    },
    "required": ["kind", "status", "permanent", "location", "page"],
    "additionalProperties": False,
}


def _problem_schema(kind: str, members: dict[str, Schema]) -> Schema:
    """A problem with more members."""
    texts = ("type", "title", "detail", "instance", "message", "code")
    properties = {"status": {"type": "integer"}} | dict.fromkeys(texts, _TEXT) | {"kind": {"const": kind}} | members
    required = [name for name in properties if name != "code"]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_SUGGESTIONS: Schema = {"type": "array", "items": reference("PageLink"), "maxItems": MAX_SUGGESTIONS}
_NOT_FOUND = _problem_schema("not_found", {"suggestions": _SUGGESTIONS})
_GONE = _problem_schema("gone", {})

RESOLVE = Operation(
    "resolve_view",
    "What is at an address",
    {
        200: Answer("A page, or where to go instead.", {"oneOf": [_PAGE, _REDIRECT]}, headers=("Content-Language",)),
        404: Answer("There is nothing, or nothing for you.", _NOT_FOUND, PROBLEM_JSON),
        410: Answer("Everybody could read a page here once.", _GONE, PROBLEM_JSON),
    },
    parameters=(
        Parameter(
            "path",
            "A path (`/news/`), with a query string or without, or a whole URL.",
            {"type": "string", "maxLength": MAX_ADDRESS_LENGTH},
            required=True,
        ),
        replace(SITE, description=f"{SITE.description} A whole URL says it itself."),
        Parameter("locale", "The language of a path that may lack its prefix, such as `cy`."),
        Parameter("fields", "Which fields of the page, as for `/pages/<id>/`. Default: all."),
        *CONTENT_PARAMETERS,
        FORMAT,
        CACHE_BUSTER,
    ),
)


class ResolveViewSet(DeliveryEndpoint):
    """Pages first, then redirects, as in Wagtail; then what is gone; then nothing."""

    operations = (RESOLVE,)

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        """One address."""
        return [path("", cls.as_view({"get": "resolve_view"}), name="listing")]

    def resolve_view(self, request: Request) -> Response:
        """Raises BadInput for what is no address, and for a URL of another site than the one that is asked for."""
        address = self._address()
        if not self._find_site(address):
            return self._nothing([])
        place = place_of(address, self.site, self.locale if "locale" in request.GET else None)
        depend_on(request, f"site-{self.site.pk}")
        if (page := self._visible_page(place)) is not None:
            return self._page(page)
        depend_on(request, "redirects")
        if (destination := destination_of(place, request) or self._in_lower_case(place)) is not None:
            return self._redirect(destination)
        if is_gone(self.site, place.path):
            raise Gone
        return self._nothing(self._suggestions(place))

    def _address(self) -> Address:
        text = self.request.GET.get("path")
        if text is None:
            raise BadInput("path is needed: the path or URL that is asked about.", "query", "path", code="required")
        return parse(text, "path")

    def _find_site(self, address: Address) -> bool:
        """Whether there is a site for the address, which is then the request's own."""
        if not address.is_url:
            return True
        found = site_of(address, self.request._request)
        if found is not None and "site" in self.request.GET and found != Site.find_for_request(self.request):
            raise BadInput("The URL in path is of another site than the one in site.", "query", "site", code="conflict")
        if found is not None:
            choose_site_of_address(self.request, address)
        return found is not None

    def _visible_page(self, place: Place) -> Page | None:
        page = page_at(place, self.request._request)
        seen = page is not None and visible_pages(self.request).filter(pk=page.pk).exists()
        return page if seen else None

    def _page(self, page: Page) -> Response:
        depend_on(self.request, f"page-{page.pk}")
        response = Response({"kind": "page", "page": represent_page(page, self.request)})
        response["Content-Language"] = page.locale.language_code
        return response

    def _redirect(self, to: Destination) -> Response:
        status = HTTPStatus.MOVED_PERMANENTLY if to.permanent else HTTPStatus.FOUND
        page = page_links([to.page], self.request).get(to.page.pk) if to.page else None
        return Response(
            {
                "kind": "redirect",
                "status": status.value,
                "permanent": to.permanent,
                "location": to.location,
                "page": page,
            }
        )

    def _in_lower_case(self, place: Place) -> Destination | None:
        """Slugs are in lower case; who types an address may not be."""
        lowered = replace(place, slugs=tuple(slug.lower() for slug in place.slugs))
        page = self._visible_page(lowered) if lowered != place else None
        location = public_address(page, self.request) if page else None
        return Destination(location, True, page) if location else None

    def _suggestions(self, place: Place) -> list[dict[str, Any]]:
        locale = place.home.locale if place.home else self.locale
        found = suggested_pages(place.slugs, locale, self.request)
        links = page_links(found, self.request)
        return [links[page.pk] for page in found if page.pk in links]

    def _nothing(self, suggestions: list[dict[str, Any]]) -> Response:
        status = HTTPStatus.NOT_FOUND
        body = problem(self.request, status, "There is no page at this address.")
        body |= {"kind": "not_found", "suggestions": suggestions}
        return Response(body, status, content_type=PROBLEM_JSON)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        """That there is nothing may be kept for a short while."""
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        if final.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            final["Cache-Control"] = KEEP_SHORTLY
        return final
