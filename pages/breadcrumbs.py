"""The way from the home page down to a page, as far as the requester may see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wagtail.models import Page

from pages.visibility import http_request, linkable_pages


def ancestors_of(pages: Sequence[Page], request: Any) -> list[list[Page]]:
    """For each page those above it on its own site, from the home page down to the parent. One query for all.

    What the requester may not see is left out, and what stands under it is not.
    """
    above = {path for page in pages for path in _paths_above(page)}
    found = {page.path: page for page in linkable_pages(request).filter(path__in=above)}
    return [_on_the_way([found[path] for path in _paths_above(page) if path in found], page, request) for page in pages]


def _paths_above(page: Page) -> list[str]:
    """Places in the tree, from the top. The draft of a page that was never saved has its place from its parent."""
    path: str = page.path or ""
    return [path[:end] for end in range(page.steplen, len(path), page.steplen)]


def _on_the_way(above: list[Page], page: Page, request: Any) -> list[Page]:
    """Without what is above the home page."""
    home = _home_path(page, request)
    return [] if home is None else [ancestor for ancestor in above if ancestor.url_path.startswith(home)]


def _home_path(page: Page, request: Any) -> str | None:
    """The `url_path` of the home page of the site and language that a page belongs to."""
    http = http_request(request)
    parts = page.get_url_parts(http)
    roots: list[Any] = [root for root in page._get_relevant_site_root_paths(http) if parts and root.site_id == parts[0]]
    return roots[0].root_path if roots else None
