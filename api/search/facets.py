"""How many of the results there are of each type, language, organisation and topic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Model, QuerySet
from django.utils.text import capfirst
from rest_framework.request import Request
from wagtail.models import Page

from api.search.matches import Matches
from api.visibility import visible
from pages.models import OrganisationPage, PageOrganisation, PageTopic, TopicPage

MAX_VALUES = 100

Counted = list[dict[str, Any]]


def count_facets(matches: Matches, request: Request) -> dict[str, Counted]:
    """The facets that are asked for, each a list of `{value, label, count}`, the largest first.

    Each takes one or two queries, and no row of the results is loaded. Pages are counted as they are filtered; only
    languages are counted over all of them, because a search is always in one.
    """
    return {name: FACETS[name](matches, request) for name in matches.question.facets}


def _types(matches: Matches, request: Request) -> Counted:
    counted = []
    for type_id, count in _counts(matches.pages, "content_type"):
        model = ContentType.objects.get_for_id(type_id).model_class() or Page
        counted.append({"value": model._meta.label, "label": capfirst(model._meta.verbose_name), "count": count})
    return counted


def _locales(matches: Matches, request: Request) -> Counted:
    names = dict(settings.WAGTAIL_CONTENT_LANGUAGES)
    counts = _counts(matches.in_any_language, "locale__language_code")
    return [{"value": code, "label": names.get(code, code), "count": count} for code, count in counts]


def _organisations(matches: Matches, request: Request) -> Counted:
    return _related(matches, request, OrganisationPage, PageOrganisation, "organisation")


def _topics(matches: Matches, request: Request) -> Counted:
    return _related(matches, request, TopicPage, PageTopic, "topic")


def _related(matches: Matches, request: Request, target: type[Page], relation: type[Model], name: str) -> Counted:
    """What the requester may not see is neither named nor counted."""
    rows = relation._default_manager.filter(
        **{"page__in": matches.pages.order_by().values("pk"), f"{name}__in": visible(target, request).values("pk")}
    )
    counts = list(_counts(rows, name))
    titles = dict(Page.objects.filter(pk__in=[key for key, _ in counts]).values_list("pk", "title"))
    return [{"value": key, "label": titles[key], "count": count} for key, count in counts if key in titles]


def _counts(rows: QuerySet[Any], name: str) -> QuerySet[Any, tuple[Any, int]]:
    grouped = rows.order_by().values(name).annotate(count=Count("pk"))
    largest: QuerySet[Any, tuple[Any, int]] = grouped.order_by("-count", name).values_list(name, "count")[:MAX_VALUES]
    return largest


FACETS: dict[str, Callable[[Matches, Request], Counted]] = {
    "type": _types,
    "locale": _locales,
    "organisation": _organisations,
    "topic": _topics,
}
