"""Pages that somebody may have meant who asked for an address where there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rest_framework.request import Request
from wagtail.models import Locale, Page

from pages.visibility import visible_pages

MAX_SUGGESTIONS = 5
_MAX_WORDS = 6
_MIN_LENGTH = 3
_WORD = re.compile(r"[^\W_]+")


def suggested_pages(slugs: Sequence[str], locale: Locale, request: Request) -> list[Page]:
    """At most five pages in this language that the requester may see, with a word of the address in their title.

    The words of the last segment count, or of the one before it when it has none. Costs one search.
    """
    words = _words(slugs)
    if not words:
        return []
    found = visible_pages(request).filter(locale=locale).search(" ".join(words), fields=["title"], operator="or")
    return list(found[:MAX_SUGGESTIONS])


def _words(slugs: Sequence[str]) -> list[str]:
    for slug in reversed(slugs[-3:]):
        words = [word.lower() for word in _WORD.findall(slug) if len(word) >= _MIN_LENGTH and not word.isdigit()]
        if words:
            return list(dict.fromkeys(words))[:_MAX_WORDS]
    return []
