"""The pages that a question finds."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, IntegerField, Model, QuerySet, Value, When
from django.db.models.functions import Lower
from rest_framework.request import Request
from wagtail.models import Locale, Page
from wagtail.search.backends import get_search_backend

from api.search.dates import date_of_page, updated
from api.search.queries import TypedQuery
from api.search.questions import Question
from api.visibility import visible
from pages.models import OrganisationPage, PageOrganisation, PageTopic, TopicPage
from pages.visibility import visible_pages


class Matches:
    """The pages of the request's site that match, of those that the requester may see.

    Querysets, none of which has been asked yet. Everything that the API says about a search (rows, number, facets)
    comes from them.
    """

    def __init__(self, question: Question, locale: Locale, request: Request) -> None:
        self.question = question
        self.in_any_language = _filtered(found(question.query, request), question, request)
        self.pages = self.in_any_language.filter(locale=locale)

    def sorted(self) -> QuerySet[Page]:
        """In the order that is asked for."""
        match self.question.sort:
            case "title":
                return self.pages.order_by(Lower("title"), "pk")
            case "newest":
                return self.pages.order_by(date_of_page().desc(nulls_last=True), "-pk")
            case "oldest":
                return self.pages.order_by(date_of_page().asc(nulls_last=True), "pk")
        # After the page that is called what was typed comes the order of the search backend.
        return self.pages.order_by(_called(self.question.query.text), *self.pages.query.order_by)


def found(query: TypedQuery, request: Request) -> QuerySet[Page]:
    """The visible pages that match what was typed, the best first."""
    pages: QuerySet[Page] = visible_pages(request)
    if not query:
        return pages.none()
    # The backend's own lists of results cannot be filtered by relations, nor counted by group.
    results: QuerySet[Page] = get_search_backend().search(query.for_backend(), pages).get_queryset()
    return results


def _called(title: str) -> Case:
    return Case(When(title__iexact=title, then=Value(0)), default=Value(1), output_field=IntegerField())


def _filtered(pages: QuerySet[Page], question: Question, request: Request) -> QuerySet[Page]:
    if question.models:
        types = ContentType.objects.get_for_models(*question.models).values()
        pages = pages.filter(content_type__in=list(types))
    pages = _of(pages, question.organisations, OrganisationPage, PageOrganisation, "organisation", request)
    pages = _of(pages, question.topics, TopicPage, PageTopic, "topic", request)
    if question.date_from is not None:
        pages = pages.filter(pk__in=updated(gte=question.date_from))
    if question.date_to is not None:
        pages = pages.filter(pk__in=updated(lte=question.date_to))
    return pages


def _of(
    pages: QuerySet[Page], ids: tuple[int, ...], target: type[Page], relation: type[Model], name: str, request: Request
) -> QuerySet[Page]:
    """Those that belong to one of these. One that the requester may not see is like one that does not exist."""
    if not ids:
        return pages
    known = list(visible(target, request).filter(pk__in=ids).values_list("pk", flat=True))
    belonging: QuerySet[Any] = relation._default_manager.filter(**{f"{name}__in": known})
    return pages.filter(pk__in=belonging.values("page"))
