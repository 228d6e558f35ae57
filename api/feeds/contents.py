"""What a feed holds, whatever its format: the newest pages of a page, as far as the requester may see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from rest_framework.request import Request
from wagtail.models import Page, Site

from api.feeds.newest import newest_pages
from api.visibility import visible_objects
from pages.addresses import public_address, website_of
from pages.models.organisations import OrganisationPage
from pages.models.relations import PageOrganisation, PageTopic

_UNKNOWN = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""For pages made by code that never set a date: a format that demands one gets the same one each time."""

_PagesOfPages = dict[int, list[Page]]


@dataclass(frozen=True)
class Author:
    """An organisation, or the site itself."""

    name: str
    url: str


@dataclass(frozen=True)
class Item:
    """One page in a feed."""

    id: str
    page_id: int
    type: str
    url: str
    title: str
    summary: str
    published: dt.datetime
    updated: dt.datetime
    authors: tuple[Author, ...]
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Feed:
    """A page, and what is new there."""

    id: str
    url: str
    address: str
    """Of the feed itself."""
    title: str
    summary: str
    language: str
    author: Author
    updated: dt.datetime
    items: tuple[Item, ...]


def feed_of(page: Any, address: str, models: Sequence[type[Page]], limit: int, request: Request) -> Feed:
    """The feed of a page, which is an instance of its own type. Its number of queries is the same for any `limit`."""
    pages = newest_pages(page, models, limit, request)
    organisations, topics = _tags([page, *pages], request)
    items = tuple(_item(row, organisations.get(row.pk, []), topics.get(row.pk, []), request) for row in pages)
    own = [page] if isinstance(page, OrganisationPage) else organisations.get(page.pk, [])
    updated = getattr(page, "public_updated_at", None) or page.first_published_at or _UNKNOWN
    return Feed(
        id=_lasting_id(page, request, "feed", *sorted(model._meta.label for model in models)),
        url=_address(page, request),
        address=address,
        title=page.title,
        summary=getattr(page, "summary", ""),
        language=page.locale.language_code,
        author=next(iter(_authors(own, request)), _site_as_author(request)),
        updated=max((item.updated for item in items), default=updated),
        items=items,
    )


def _item(page: Any, organisations: Iterable[Page], topics: Iterable[Page], request: Request) -> Item:
    return Item(
        id=_lasting_id(page, request),
        page_id=page.pk,
        type=(page.specific_class or Page)._meta.label,
        url=_address(page, request),
        title=page.title,
        summary=page.summary,
        published=page.first_published_at or page.updated,
        updated=page.updated,
        authors=_authors(organisations, request),
        topics=tuple(topic.title for topic in topics),
    )


def _tags(pages: Sequence[Page], request: Request) -> tuple[_PagesOfPages, _PagesOfPages]:
    """The organisations and the topics of each page, in order, without what is not to be seen."""
    organisations = _rows(PageOrganisation, "organisation", pages)
    topics = _rows(PageTopic, "topic", pages)
    found = visible_objects(request).load(Page, [key for _, key in [*organisations, *topics]])
    visible = {target.pk: target for target in found}
    return _by_page(organisations, visible), _by_page(topics, visible)


def _rows(model: Any, target: str, pages: Sequence[Page]) -> list[tuple[int, int]]:
    """The ids of pages, and of what the rows of a child relation point to."""
    rows = model.objects.filter(page__in=[page.pk for page in pages])
    return list(rows.order_by("page", "sort_order", "pk").values_list("page", target))


def _by_page(rows: Iterable[tuple[int, int]], visible: Mapping[int, Any]) -> _PagesOfPages:
    pages: _PagesOfPages = {}
    for page, key in rows:
        if key in visible:
            pages.setdefault(page, []).append(visible[key])
    return pages


def _authors(organisations: Iterable[Page], request: Request) -> tuple[Author, ...]:
    return tuple(
        Author(organisation.title, address)
        for organisation in organisations
        if (address := public_address(organisation, request)) is not None
    )


def _site_as_author(request: Request) -> Author:
    site = Site.find_for_request(request)
    return Author(site.site_name or settings.WAGTAIL_SITE_NAME, f"{website_of(site.pk, site.root_url, request)}/")


def _address(page: Page, request: Request) -> str:
    return public_address(page, request) or ""


def _lasting_id(page: Any, request: Request, *more: str) -> str:
    """A tag URI (RFC 4151), which stays the same when the page is moved or renamed."""
    host = urlsplit(_address(page, request)).hostname
    since = (page.first_published_at or _UNKNOWN).astimezone(dt.UTC)
    return ":".join([f"tag:{host},{since:%Y-%m-%d}:page-{page.pk}", *more])
