"""From an address that somebody asks about to a place in the tree of pages.

An address is a path (`/news/`), with query string and fragment or without, or a full URL: of a site of this service,
of the website that shows the default one (FRONTEND_URL), or of the CMS itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.translation import get_language_from_path
from wagtail.models import Locale, Page, Site

from api.errors import BadInput
from pages.gone import path_below

_MAX_SLUGS = 50
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """What was asked, taken apart but not decoded."""

    scheme: str
    host: str
    """Without a port; empty for a path."""
    port: int | None
    path: str
    """Begins with one slash."""
    query: str

    @property
    def is_url(self) -> bool:
        """Whether it names a host."""
        return self.scheme != ""

    @property
    def slugs(self) -> tuple[str, ...]:
        """The decoded segments of the path, without dot segments (RFC 3986, 5.2.4) and empty ones."""
        slugs: list[str] = []
        for segment in unquote(self.path).split("/"):
            if segment == "..":
                slugs = slugs[:-1]
            elif segment not in {"", "."}:
                slugs.append(segment)
        return tuple(slugs)


@dataclass(frozen=True)
class Place:
    """What an address stands for on a site."""

    site: Site
    written: str
    """The path as it was written, with the prefix of the language."""
    query: str
    home: Page | None
    """The home page in the language of the path; None where the site does not have that language."""
    slugs: tuple[str, ...]
    """The way from the home page down."""

    @property
    def path(self) -> str:
        """The path as this service writes it, decoded."""
        relative = "".join(f"{slug}/" for slug in self.slugs)
        found = path_below(relative, self.home.locale.language_code) if self.home else None
        return found or f"/{relative}"

    @property
    def url_path(self) -> str | None:
        """Where a page at this place is in the tree."""
        return self.home and self.home.url_path + "".join(f"{slug}/" for slug in self.slugs)


def parse(text: str, parameter: str) -> Address:
    """Take an address apart. Raises BadInput, which names the parameter, for what is no address."""
    text = text.strip()
    is_url = text.lower().startswith(("http://", "https://"))
    parts = _split(text if is_url else "/" + text.lstrip("/"), parameter)
    path = "/" + parts.path.lstrip("/")
    host, port = _host(parts) if is_url else ("", None)
    if is_url and (prefix := _website_folder(host)) and path.startswith(prefix + "/"):
        path = path.removeprefix(prefix)
    return Address(parts.scheme.lower(), host, port, path, parts.query)


def site_of(address: Address, request: HttpRequest, sites: Sequence[Site] | None = None) -> Site | None:
    """The site whose website has this host; None where there is none. `sites` are all, if they are at hand."""
    sites = every_site() if sites is None else sites
    default = next((site for site in sites if site.is_default_site), None)
    port = address.port or _PORTS[address.scheme]
    named = [site for site in sites if site.hostname == address.host]
    for site in named:
        if site.port == port:
            return site
    if len(named) == 1 and address.port is None:
        return named[0]
    if (address.host, port) == _where(settings.FRONTEND_URL):
        return default
    own = {_where(settings.BASE_URL), _where(f"{request.scheme}://{request.get_host()}")}
    return (named[0] if len(named) == 1 else default) if (address.host, port) in own else None


def every_site() -> list[Site]:
    """All sites with their home pages, in one query."""
    return list(Site.objects.select_related("root_page"))


def place_of(address: Address, site: Site, locale: Locale | None = None) -> Place:
    """The place that the path of an address stands for.

    With a `locale` the path may do without the prefix of its language. Dot segments and double slashes are resolved.
    """
    slugs = address.slugs
    prefix = get_language_from_path(f"/{slugs[0]}/") if slugs else None
    if locale is not None:
        return _place_in(locale, address, site, slugs)
    home = _home_in(site.root_page, prefix) if prefix and prefix == slugs[0] else None
    slugs = slugs[1:] if home else slugs
    return Place(site, address.path, address.query, home or site.root_page.localized, slugs)


def page_at(place: Place, request: HttpRequest) -> Page | None:
    """The live page at a place, as the type that it is, whoever may see it; None where there is none."""
    if place.home is None or len(place.slugs) > _MAX_SLUGS or any("\x00" in slug for slug in place.slugs):
        return None
    try:
        found: Page = place.home.specific.route(request, list(place.slugs)).page
    except Http404:
        return None
    return found


def _place_in(locale: Locale, address: Address, site: Site, slugs: tuple[str, ...]) -> Place:
    """Where the language is known from elsewhere."""
    home = site.root_page.get_translation_or_none(locale)
    prefix = (path_below("", locale.language_code) or "/").strip("/")
    if not prefix:
        return Place(site, address.path, address.query, home, slugs)
    if slugs[:1] == (prefix,):
        return Place(site, address.path, address.query, home, slugs[1:])
    return Place(site, f"/{prefix}{address.path}", address.query, home, slugs)


def _home_in(root_page: Page, language: str) -> Page | None:
    """The home page in a language whose code stands in paths."""
    locale = Locale.objects.filter(language_code=language).exclude(pk=Locale.get_default().pk).first()
    return root_page.get_translation_or_none(locale) if locale is not None else None


def _split(text: str, parameter: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        raise BadInput(f"{parameter} is not an address.", "query", parameter) from None


def _host(parts: SplitResult) -> tuple[str, int | None]:
    """Host and port. A port that is none is like one that nobody uses."""
    try:
        return (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "", 0


def _where(url: str) -> tuple[str, int] | None:
    """Host and port of one of our own addresses."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "", parts.port or _PORTS[parts.scheme]) if parts.hostname else None
    except (ValueError, KeyError):
        return None


def _website_folder(host: str) -> str:
    """The folder that the website is in, if FRONTEND_URL has one."""
    website = urlsplit(settings.FRONTEND_URL)
    return website.path.rstrip("/") if website.hostname == host else ""
