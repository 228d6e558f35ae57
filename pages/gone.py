"""Addresses at which everybody could read a page, and where it is no longer.

What was never public, or is or was restricted, is not among them: to its readers it is as if it had never been.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from wagtail.models import Page, PageViewRestriction, Site

from pages.models.published import GoneAddress

_MAX_BYTES = 2048
_CHUNK = 500

Addresses = set[tuple[int, str]]
"""Ids of sites, and decoded paths within them."""


def addresses_of(url_path: str) -> Addresses:
    """Where a page at this place in the tree is found. A page below the home pages of two sites has two addresses."""
    roots = [root for root in Site.get_site_root_paths() if url_path.startswith(root.root_path)]
    return {
        (root.site_id, path)
        for root in roots
        if (path := path_below(url_path[len(root.root_path) :], root.language_code)) is not None
    }


def path_below(relative: str, language: str) -> str | None:
    """The decoded path of a page below a home page in this language; None where the service has no such pages."""
    try:
        with translation.override(language):
            return unquote(reverse("wagtail_serve", args=(relative,)))
    except NoReverseMatch:
        return None


def remember(addresses: Iterable[tuple[int, str]], page_id: int) -> None:
    """Note that a public page is no longer at these addresses."""
    now = timezone.now()
    rows = [
        GoneAddress(site_id=site_id, path=path, page_id=page_id, gone_at=now)
        for site_id, path in addresses
        if len(path.encode()) <= _MAX_BYTES
    ]
    GoneAddress.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["site", "path"], update_fields=["page_id", "gone_at"]
    )


def forget_page(page_id: int) -> None:
    """Forget every address of a page, because it is not for everybody."""
    GoneAddress.objects.filter(page_id=page_id).delete()


def forget_addresses(addresses: Iterable[tuple[int, str]]) -> None:
    """Something is public at these addresses again."""
    by_site: dict[int, list[str]] = {}
    for site_id, path in addresses:
        by_site.setdefault(site_id, []).append(path)
    for site_id, paths in by_site.items():
        for start in range(0, len(paths), _CHUNK):
            GoneAddress.objects.filter(site_id=site_id, path__in=paths[start : start + _CHUNK]).delete()


def is_gone(site: Site, path: str) -> bool:
    """Whether a public page was at this path of the site, and nothing around it is restricted today."""
    known = GoneAddress.objects.filter(site=site, path=path).exists() or _overdue_page_is_at(site, path)
    return known and not _is_restricted_around(site, path)


def is_gone_page(page_id: int, site: Site) -> bool:
    """Whether the page was public on this site, and now is not there any more for anybody."""
    page = Page.objects.filter(pk=page_id).first()
    if page is not None and ((page.live and not _is_overdue(page)) or is_restricted(page)):
        return False
    if page is not None and page.live:
        return any(site_id == site.pk for site_id, _ in addresses_of(page.url_path))
    last = GoneAddress.objects.filter(site=site, page_id=page_id).order_by("-gone_at", "-pk").first()
    return last is not None and not _is_restricted_around(site, last.path)


def is_restricted(page: Page) -> bool:
    """Whether the page is for some people only, by a restriction of its own or of a page above it."""
    lineage = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    return bool(PageViewRestriction.objects.filter(page__path__in=lineage).exists())


def public_addresses_below(root: Page) -> Iterator[tuple[Page, Addresses]]:
    """Every public page of a subtree, its root included, with its addresses."""
    closed = tuple(PageViewRestriction.objects.values_list("page__path", flat=True))
    subtree = Page.objects.filter(path__startswith=root.path, live=True).order_by("path")
    for page in subtree.only("path", "url_path").iterator():
        if not page.path.startswith(closed):
            yield page, addresses_of(page.url_path)


def _is_overdue(page: Page) -> bool:
    """Whether its time is over, although the scheduler has not unpublished it yet."""
    return page.expire_at is not None and page.expire_at <= timezone.now()


def _overdue_page_is_at(site: Site, path: str) -> bool:
    overdue = Page.objects.filter(live=True, expire_at__lte=timezone.now())
    return bool(overdue.filter(url_path__in=places_in_tree(site, path)).exists())


def _is_restricted_around(site: Site, path: str) -> bool:
    """Whether a page at this path, or one above it, is restricted today."""
    lineage = Q()
    for url_path in places_in_tree(site, path):
        slugs = url_path.strip("/").split("/")
        above = ["/" + "".join(f"{slug}/" for slug in slugs[:number]) for number in range(len(slugs) + 1)]
        lineage |= Q(page__url_path__in=above)
    return bool(PageViewRestriction.objects.filter(lineage).exists()) if lineage else False


def places_in_tree(site: Site, path: str) -> list[str]:
    """The `url_path`s that a path of a site can stand for: below the home page of each language."""
    prefixes: list[tuple[str, Any]] = [
        (root.root_path, path_below("", root.language_code))
        for root in Site.get_site_root_paths()
        if root.site_id == site.pk
    ]
    return [
        root_path + path[len(prefix) :]
        for root_path, prefix in prefixes
        if prefix is not None and path.startswith(prefix)
    ]
