"""Which pages belong to a page, the newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from rest_framework.request import Request
from wagtail.models import Page

from pages.models.base import BasePage
from pages.models.organisations import OrganisationPage
from pages.models.relations import PageOrganisation, PageTopic
from pages.models.sections import TopicPage
from pages.visibility import visible_pages


def with_dates(pages: QuerySet[Page]) -> QuerySet[Page]:
    """The pages with two things that every type has in a table of its own: when it was `updated`, and its `summary`."""
    dated: QuerySet[Page] = pages.annotate(
        updated=Coalesce(*_columns("public_updated_at"), "first_published_at"), summary=Coalesce(*_columns("summary"))
    ).select_related("locale")
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
    return with_dates(once).filter(updated__isnull=False).order_by("-updated", "-pk")


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


def _columns(name: str) -> Iterator[str]:
    """A field of BasePage, in the table of each type."""
    for relation in Page._meta.related_objects:
        if relation.one_to_one and relation.parent_link and issubclass(relation.related_model, BasePage):
            yield f"{relation.name}__{name}"
