"""The version of a published page: an opaque text that changes with it, and only with it.

A publication changes it; so does saving a live page with other content, moving it, or renaming a page above it. Drafts,
locks, comments and approvals do not. What the page refers to has versions of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from wagtail.fields import StreamField
from wagtail.models import Page

from pages.models.published import ContentDigest

_PUBLISHED = (
    "pk",
    "title",
    "slug",
    "url_path",
    "locale_id",
    "alias_of_id",
    "seo_title",
    "search_description",
    "show_in_menus",
    "first_published_at",
    "last_published_at",
    "live_revision_id",
)
"""What is in the row that all types have, and so need not be in the digest."""

_NOT_PUBLISHED = {
    *("path", "depth", "numchild", "url_path", "content_type", "owner", "draft_title", "live"),
    *("has_unpublished_changes", "latest_revision", "live_revision", "latest_revision_created_at"),
    *("first_published_at", "last_published_at", "go_live_at", "expire_at", "expired"),
    *("locked", "locked_at", "locked_by", "change_type", "change_note", "wagtail_admin_comments"),
}
"""What editors work with and readers never see, or what `_PUBLISHED` covers."""


def remember_content(page: Page) -> None:
    """Keep a digest of what the page in memory says, with its child relations."""
    content = {name: value for name, value in page.serializable_data().items() if name not in _NOT_PUBLISHED}
    # PostgreSQL gives the members of JSON back in another order than they were saved in.
    content |= {name: json.loads(content[name]) for name in _streams(page) if content.get(name)}
    ContentDigest.objects.bulk_create(
        [ContentDigest(page_id=page.pk, digest=_digest(_without_keys(content)))],
        update_conflicts=True,
        unique_fields=["page"],
        update_fields=["digest"],
    )


def is_unpublished(names: Iterable[str]) -> bool:
    """Whether readers see none of the fields with these names."""
    return _NOT_PUBLISHED.issuperset(names)


def versions_of(pages: Iterable[Page]) -> dict[int, str]:
    """The versions of these published pages by their ids, in one query."""
    pages = list(pages)
    digests = dict(
        ContentDigest.objects.filter(pk__in={page.pk for page in pages}).values_list("pk", "digest").iterator()
    )
    return {
        page.pk: _digest([[getattr(page, name) for name in _PUBLISHED], digests.get(page.pk)])[:32] for page in pages
    }


def _streams(page: Page) -> list[str]:
    return [field.name for field in page._meta.fields if isinstance(field, StreamField)]


def _without_keys(value: Any) -> Any:
    """Without the keys of rows of child relations: those that are new have none yet when the page is saved."""
    match value:
        case dict():
            return {name: _without_keys(inner) for name, inner in value.items() if name != "pk"}
        case list():
            return [_without_keys(inner) for inner in value]
    return value


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()
