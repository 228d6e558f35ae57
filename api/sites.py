"""Which site a request is about, and which page an address of that site leads to."""

from __future__ import annotations

from urllib.parse import SplitResult, unquote, urlsplit

from django.http import Http404
from django.utils.translation import get_language_from_path
from rest_framework.request import Request
from wagtail.models import Locale, Page, Site

from api.errors import BadInput

_MAX_PATH_COMPONENTS = 50


def choose_site(request: Request) -> None:
    """Make the site named by `?site=` (its id, or its host name, with a port if need be) the request's own.

    Without the parameter the host decides, as always in Wagtail. Raises BadInput for a site that does not exist, and
    for a host name that two sites share.
    """
    asked = request.GET.get("site")
    if asked is None:
        return
    found = _sites(asked)
    if not found:
        raise BadInput(f"There is no site '{asked}'.", "query", "site", code="unknown")
    if len(found) > 1:
        message = "Your query returned multiple sites. Try adding a port number to your site filter."
        raise BadInput(message, "query", "site", code="ambiguous")
    _set_site(request, found[0])


def choose_site_of_address(request: Request, address: str) -> None:
    """Make the site of a full URL the request's own. Raises Http404 where there is none; leaves a path alone."""
    if not _is_url(address):
        return
    found = _sites(_split(address).netloc.rpartition("@")[2])
    if not found:
        raise Http404("There is no site at this address.")
    if found[0] != Site.find_for_request(request):
        _set_site(request, found[0])


def page_at(address: str, request: Request) -> Page | None:
    """The live page at a path (or full URL) of the request's site, whoever may see it; None where there is none.

    The path may begin with the code of a language, as `html_url` does for all but the default one.
    """
    site = Site.find_for_request(request)
    path = unquote(_split(address).path) if _is_url(address) else address
    language = get_language_from_path("/" + path.lstrip("/"))
    components = [component for component in path.split("/") if component]
    if site is None or len(components) > _MAX_PATH_COMPONENTS or "\x00" in path:
        return None
    root = _root_in(site.root_page, language) if language else None
    if root is not None:
        components = components[1:]
    try:
        found: Page = (root or site.root_page.localized).specific.route(request, components).page
    except Http404:
        return None
    return found


def _root_in(root_page: Page, language: str) -> Page | None:
    """The root in a language whose code stands in paths."""
    locale = Locale.objects.filter(language_code=language).exclude(pk=Locale.get_default().pk).first()
    return root_page.get_translation_or_none(locale) if locale is not None else None


def _sites(named: str) -> list[Site]:
    """The sites of an id or a host name; not more than two."""
    hostname, _, port = named.lower().partition(":")
    if hostname.isdecimal():
        sites = Site.objects.filter(pk=int(hostname[:18]))
    elif port:
        sites = Site.objects.filter(hostname=hostname, port=int(port)) if port.isdecimal() else Site.objects.none()
    else:
        sites = Site.objects.filter(hostname=hostname)
    return list(sites.select_related("root_page")[:2])


def _set_site(request: Request, site: Site) -> None:
    """Make everything agree that looks for the site later: in the query, as Wagtail writes it there, or by the host."""
    query = request._request.GET.copy()
    query["site"] = f"{site.hostname}:{site.port}"
    request._request.GET = query  # type: ignore[assignment]
    request._wagtail_site = request._request._wagtail_site = site  # type: ignore[attr-defined]


def _is_url(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        raise BadInput("html_path is not an address.", "query", "html_path") from None
