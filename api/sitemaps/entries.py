"""The pages that search engines are told of, with their addresses, dates and versions in other languages.

A sitemap is for everybody, so who asks makes no difference.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from rest_framework.request import Request
from wagtail.models import Page, Site

from pages.addresses import public_address
from pages.visibility import public_pages, public_pages_of_all_sites

MAX_ADDRESS_LENGTH = 2047
"""The protocol has room for "less than 2,048 characters"."""


@dataclass(frozen=True)
class Version:
    """A page in one language."""

    locale: str
    loc: str


@dataclass(frozen=True)
class Entry:
    """One page of a sitemap."""

    loc: str
    lastmod: dt.datetime | None
    locale: str
    alternates: tuple[Version, ...]
    """All versions of the page, itself too, the site's own language first. Empty when there is no other."""


def listed_pages(request: Request) -> QuerySet[Page]:
    """Every page of the request's site that belongs into its sitemap, in the order of their ids.

    An alias has the content of another page, which is the one to be found, unless the public cannot see that one.
    """
    original = public_pages_of_all_sites(request).filter(pk=OuterRef("alias_of"))
    pages: QuerySet[Page] = public_pages(request).filter(~Exists(original))
    return pages.select_related("locale").order_by("pk")


def entries_of(pages: Sequence[Page], request: Request) -> list[Entry]:
    """What a sitemap says about these pages, without those whose address is too long. One query for any number."""
    versions = _versions(pages, request)
    entries = (_entry(page, versions[page.translation_key]) for page in pages)
    return [entry for entry in entries if entry is not None]


def _entry(page: Page, versions: Sequence[Version]) -> Entry | None:
    language = page.locale.language_code
    loc = next((version.loc for version in versions if version.locale == language), None)
    if loc is None:
        return None
    # Not `latest_revision_created_at`, which Wagtail's own sitemap falls back on: that tells when a draft was written.
    lastmod = page.last_published_at or page.first_published_at
    return Entry(loc, lastmod, language, tuple(versions) if len(versions) > 1 else ())


def _versions(pages: Sequence[Page], request: Request) -> dict[UUID, list[Version]]:
    """The listed pages that say the same as these, and these themselves, by their common key."""
    own_language = Site.find_for_request(request).root_page.locale.language_code
    found: dict[UUID, list[Version]] = defaultdict(list)
    for page in listed_pages(request).filter(translation_key__in={page.translation_key for page in pages}):
        loc = _address(page, request)
        if loc is not None:
            found[page.translation_key].append(Version(page.locale.language_code, loc))
    for versions in found.values():
        versions.sort(key=lambda version: (version.locale != own_language, version.locale))
    return found


def _address(page: Page, request: Any) -> str | None:
    address = public_address(page, request)
    return address if address is not None and len(address) <= MAX_ADDRESS_LENGTH else None
