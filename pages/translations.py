"""The same page in other languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from wagtail.models import Page

from pages.visibility import linkable_pages


def translations_of(pages: Sequence[Page], request: Any) -> list[list[Page]]:
    """For each page all of its translations that the requester may see, itself included, by language code.

    One query for all. A translation that is on another site of this service is one, too.
    """
    found: dict[Any, list[Page]] = defaultdict(list)
    keys = {page.translation_key for page in pages}
    for page in linkable_pages(request).filter(translation_key__in=keys).select_related("locale"):
        found[page.translation_key].append(page)
    return [sorted(found[page.translation_key], key=_language) for page in pages]


def _language(page: Page) -> tuple[str, int]:
    return page.locale.language_code, page.pk
