"""Where redirects lead: the one that is in force at a place, and the end of a chain of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import urljoin, urlsplit

from django.db.models import Q
from django.urls import Resolver404
from django.utils.encoding import uri_to_iri
from rest_framework.request import Request
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from api.addresses import Place, every_site, page_at, parse, place_of, site_of
from api.errors import BadInput
from pages.addresses import public_address, website_of
from pages.gone import is_gone, places_in_tree
from pages.visibility import linkable_pages

MAX_HOPS = 10
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
_MAX_OLD_PATH = 255
_SITES = "_api_every_site"


@dataclass(frozen=True)
class Destination:
    """The end of a chain of redirects."""

    location: str
    """An absolute address."""
    permanent: bool
    """Whether every redirect on the way is."""
    page: Page | None = None
    """The page at the end, if it is one that the requester may see."""


def redirect_at(place: Place) -> Redirect | None:
    """The redirect that is in force at a place.

    As in Wagtail (wagtail/contrib/redirects/middleware.py, `get_redirect`): with the query string before without it,
    decoded before encoded, the site's own before that of all sites.
    """
    wanted = list(dict.fromkeys(_old_paths(place)))
    own_or_global = Q(site=place.site) | Q(site=None)
    found = Redirect.objects.filter(own_or_global, old_path__in=wanted).select_related("redirect_page")
    in_order = sorted(found, key=lambda redirect: (wanted.index(redirect.old_path), redirect.site_id is None))
    return in_order[0] if in_order else None


def destination_of(place: Place, request: Request) -> Destination | None:
    """Where the redirects at a place lead in the end.

    None where there are none; where they lead to what the requester may not see, or to what is gone; where they lead in
    a circle, or over more than MAX_HOPS.
    """
    permanent, passed = True, set[int]()
    while len(passed) < MAX_HOPS and (redirect := redirect_at(place)) and redirect.pk not in passed:
        passed.add(redirect.pk)
        permanent = permanent and redirect.is_permanent
        target = _target(redirect, place.site, request)
        if not isinstance(target, Place):
            return target and replace(target, permanent=permanent)
        place = target
    return None


def location_of(redirect: Redirect, site: Site, request: Request) -> str | None:
    """The absolute address that one redirect names; None for what is no address. Needs `redirect_page` loaded."""
    if redirect.redirect_page_id:
        return _address_on(redirect.redirect_page, redirect.redirect_page_route_path, request)
    website = website_of(site.pk, site.root_url, request)
    try:
        location = urljoin(website + "/", redirect.redirect_link)
        parts = urlsplit(location)
        return location if parts.scheme in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None


def hidden_links(links: Iterable[str], site: Site, request: Request) -> list[str]:
    """Those of these links that lead to a page which is there, and which the requester may not see.

    Links without a host are on `site`. The number of queries does not depend on that of the links.
    """
    places = {link: _places_in_tree(link, site, request) for link in set(links)}
    wanted = set().union(*places.values())
    existing, visible = (
        set(pages.filter(url_path__in=wanted).values_list("url_path", flat=True))
        for pages in (Page.objects.all(), linkable_pages(request))
    )
    return [link for link, found in places.items() if found & existing and not found & visible]


def _places_in_tree(link: str, site: Site, request: Request) -> set[str]:
    if not hasattr(request, _SITES):
        setattr(request, _SITES, every_site())
    try:
        address = parse(link, "path")
    except BadInput:
        return set()
    found = site_of(address, request._request, getattr(request, _SITES)) if address.is_url else site
    path = "".join(f"/{slug}" for slug in address.slugs) + "/"
    return set(places_in_tree(found, path)) if found else set()


def _target(redirect: Redirect, site: Site, request: Request) -> Destination | Place | None:
    """The end of the chain, or the place where it goes on."""
    if redirect.redirect_page_id:
        page = linkable_pages(request).filter(pk=redirect.redirect_page_id).first()
        location = _address_on(page, redirect.redirect_page_route_path, request) if page else None
        return Destination(location, True, page) if location else None
    location = redirect.redirect_link and location_of(redirect, site, request)
    if not location:
        return None
    inside = _place_of_location(location, request)
    return _end_inside(inside, location, request) if inside else Destination(location, True)


def _place_of_location(location: str, request: Request) -> Place | None:
    """Where on our sites an absolute address leads; None for addresses elsewhere."""
    try:
        address = parse(location, "path")
    except BadInput:
        return None
    site = site_of(address, request._request)
    return place_of(address, site) if site else None


def _end_inside(place: Place, location: str, request: Request) -> Destination | Place | None:
    """A page ends the chain, another redirect continues it. What is neither may be a part of the website."""
    page = page_at(place, request._request)
    if page is not None and linkable_pages(request).filter(pk=page.pk).exists():
        parts = urlsplit(location)
        address = public_address(page, request)
        suffix = parts._replace(scheme="", netloc="", path="").geturl()
        return Destination(f"{address}{suffix}", True, page) if address else None
    if redirect_at(place) is not None:
        return place
    hidden = place.url_path is not None and Page.objects.filter(url_path=place.url_path).exists()
    return None if hidden or is_gone(place.site, place.path) else Destination(location, True)


def _address_on(page: Page, route: str, request: Request) -> str | None:
    """The address of a page, or of a route below it, if it knows the route."""
    address = public_address(page, request)
    if address is None or not route:
        return address
    try:
        page.specific_deferred.resolve_subpage(route)
    except (AttributeError, Resolver404):
        return address
    return address.rstrip("/") + route


def _old_paths(place: Place) -> Iterator[str]:
    """What redirects from this place may be stored under, the best first."""
    paths = list(dict.fromkeys([place.written, place.path]))
    for path in [*(f"{path}?{place.query}" for path in paths if place.query), *paths]:
        encoded = cast("str", Redirect.normalise_path(path, decode_unicode=False))
        for form in (encoded, _with_escapes(encoded, str.upper), _with_escapes(encoded, str.lower)):
            for old_path in (uri_to_iri(form), form):
                if len(old_path) <= _MAX_OLD_PATH and "\x00" not in old_path:
                    yield old_path


def _with_escapes(path: str, case: Callable[[str], str]) -> str:
    """In one case: `%2f` and `%2F` are the same."""
    return _ESCAPE.sub(lambda found: case(found[0]), path)
