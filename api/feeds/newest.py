"""Which pages belong to a page, the newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from rest_framework.request import Request
from wagtail.models import Page

from pages.models.base import BasePage
from pages.models.organisations import OrganisationPage
from pages.models.relations import PageOrganisation, PageTopic
from pages.models.sections import TopicPage
from pages.visibility import visible_pages


def newest_pages(page: Page, models: Sequence[type[Page]], limit: int, request: Request) -> list[Any]:
    """The pages below a page, and those that are tagged with it, in its language and of these types (none: of any).

    Each one has two more attributes: when it was `updated`, and its `summary`. An alias whose original is among them is
    left out, and so is a page without any date.

    One query for each type, because both are in its own table. To join all tables in one query is no way: with as many,
    PostgreSQL's estimates are so far off that it compiles the query, which takes seconds.
    """
    belonging = _belonging(page, models, request)
    found = [row for table in _tables(models) for row in _newest_of_type(belonging, table)[:limit]]
    return sorted(found, key=lambda row: (row.updated, row.pk), reverse=True)[:limit]


def _belonging(page: Page, models: Sequence[type[Page]], request: Request) -> QuerySet[Page]:
    belonging = visible_pages(request).filter(_belongs_to(page), locale=page.locale_id).exclude(pk=page.pk)
    if models:
        belonging = belonging.type(*models)
    once: QuerySet[Page] = belonging.filter(~Exists(belonging.filter(pk=OuterRef("alias_of"))))
    return once


def _belongs_to(page: Page) -> Q:
    """Tags may name a page in another language than theirs: translating a page does not translate what it refers to."""
    below = Q(path__startswith=page.path)
    if isinstance(page, OrganisationPage):
        tagged = PageOrganisation.objects.filter(organisation__translation_key=page.translation_key)
        return below | Q(pk__in=tagged.values("page"))
    if isinstance(page, TopicPage):
        return below | Q(pk__in=PageTopic.objects.filter(topic__translation_key=page.translation_key).values("page"))
    return below


def _newest_of_type(pages: QuerySet[Page], table: str) -> QuerySet[Page]:
    updated = Coalesce(f"{table}__public_updated_at", "first_published_at")
    of_type = pages.filter(**{f"{table}__isnull": False}).annotate(updated=updated, summary=F(f"{table}__summary"))
    dated: QuerySet[Page] = of_type.filter(updated__isnull=False).order_by("-updated", "-pk")
    return dated


def _tables(models: Sequence[type[Page]]) -> Iterator[str]:
    """The relations from Page to the types that may be among `models`."""
    for relation in Page._meta.related_objects:
        is_a_type = relation.one_to_one and relation.parent_link and issubclass(relation.related_model, BasePage)
        if is_a_type and (not models or any(_related(relation.related_model, model) for model in models)):
            yield relation.name


def _related(one: type[Page], other: type[Page]) -> bool:
    return issubclass(one, other) or issubclass(other, one)
