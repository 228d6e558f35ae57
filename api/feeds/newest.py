"""Which pages belong to a page, the newest first."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import DateTimeField, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from rest_framework.request import Request
from wagtail.models import Page

from pages.models.base import BasePage
from pages.models.organisations import OrganisationPage
from pages.models.relations import PageOrganisation, PageTopic
from pages.models.sections import TopicPage
from pages.visibility import visible_pages


def with_dates(pages: QuerySet[Page], models: Sequence[type[Page]] = ()) -> QuerySet[Page]:
    """The pages with two things that every type has in a table of its own: when it was `updated`, and its `summary`.

    Only the tables of `models` are looked at, if there are any: the pages have to be of these types.
    """
    tables = _tables(models)
    dates = [f"{table}__public_updated_at" for table in tables]
    summaries = [f"{table}__summary" for table in tables]
    # The last ones are for types without these fields: at least two values are wanted.
    updated = Coalesce(*dates, "first_published_at", Value(None, DateTimeField()))
    summary = Coalesce(*summaries, Value(""), Value(""))
    dated: QuerySet[Page] = pages.annotate(updated=updated, summary=summary).select_related("locale")
    return dated


def newest_pages(page: Page, models: Sequence[type[Page]], request: Request) -> QuerySet[Page]:
    """The pages below a page, and those that are tagged with it, in its language and of these types (none: of any).

    An alias whose original is among them is left out, and so is a page without any date.
    """
    belonging = visible_pages(request).filter(_belongs_to(page), locale=page.locale_id).exclude(pk=page.pk)
    if models:
        belonging = belonging.type(*models)
    aliases = Page.objects.filter(alias_of__in=belonging.values("pk")).order_by().values("pk")
    once = belonging.exclude(pk__in=aliases)
    return with_dates(once, models).filter(updated__isnull=False).order_by("-updated", "-pk")


def _belongs_to(page: Page) -> Q:
    """Tags may name a page in another language than theirs: translating a page does not translate what it refers to."""
    below = Q(path__startswith=page.path)
    model = page.specific_class or Page
    if issubclass(model, OrganisationPage):
        tagged = PageOrganisation.objects.filter(organisation__translation_key=page.translation_key)
        return below | Q(pk__in=tagged.values("page"))
    if issubclass(model, TopicPage):
        return below | Q(pk__in=PageTopic.objects.filter(topic__translation_key=page.translation_key).values("page"))
    return below


def _tables(models: Sequence[type[Page]]) -> list[str]:
    """The relations from Page to the types that have the fields of BasePage."""
    return [
        relation.name
        for relation in Page._meta.related_objects
        if relation.one_to_one and relation.parent_link and issubclass(relation.related_model, BasePage)
        if not models or any(_related(relation.related_model, model) for model in models)
    ]


def _related(one: type[Page], other: type[Page]) -> bool:
    return issubclass(one, other) or issubclass(other, one)
