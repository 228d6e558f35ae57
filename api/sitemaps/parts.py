"""How a large sitemap is cut into files: by the ids of the pages.

A page stays in the same part for ever, so publishing one changes one file, and an index that a cache has kept for a
while never skips a page.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Max, QuerySet
from django.db.models.functions import Coalesce
from wagtail.models import Page

PART_SIZE = 1_000
"""Ids in a part. The protocol allows 50,000 addresses and 50 MB: this many fit with the longest addresses there are."""


@dataclass(frozen=True)
class Part:
    """One file."""

    number: int
    lastmod: dt.datetime | None
    """When the last page in it was published."""


def parts_of(pages: QuerySet[Page]) -> list[Part]:
    """The parts that have any of these pages; one query."""
    numbered = pages.order_by().annotate(part=(F("id") - 1) / PART_SIZE + 1)
    rows = numbered.values("part").annotate(lastmod=Max(Coalesce("last_published_at", "first_published_at")))
    return [Part(row["part"], row["lastmod"]) for row in rows.order_by("part")]


def pages_of_part(pages: QuerySet[Page], number: int) -> QuerySet[Page]:
    """Those of the pages that are in a part."""
    first = (number - 1) * PART_SIZE + 1
    return pages.filter(pk__gte=first, pk__lt=first + PART_SIZE)
