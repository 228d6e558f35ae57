"""Which site a request is about."""

from __future__ import annotations

from django.http import Http404
from rest_framework.request import Request
from wagtail.models import Locale, Site

from api.addresses import Address, site_of
from api.errors import BadInput


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


def choose_site_of_address(request: Request, address: Address) -> None:
    """Make the site of a full URL the request's own. Raises Http404 where there is none; leaves a path alone."""
    if not address.is_url:
        return
    found = site_of(address, request._request)
    if found is None:
        raise Http404("There is no site at this address.")
    if found != Site.find_for_request(request):
        _set_site(request, found)


def locale_named(code: str) -> Locale:
    """The language with this code. Raises BadInput where the service does not have it."""
    locale: Locale | None = Locale.objects.filter(language_code=code).first()
    if locale is None:
        raise BadInput(f"There is no locale '{code}'.", "query", "locale", code="unknown")
    return locale


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
