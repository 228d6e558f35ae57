"""Filters of lists: Wagtail's, with every value checked before the database sees it."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Field, ForeignObjectRel, Model, QuerySet
from django.http import Http404
from django.utils.timezone import is_naive, make_aware
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from taggit.managers import TaggableManager
from wagtail.api.conf import get_model_field
from wagtail.api.v2 import filters as wagtail_filters
from wagtail.api.v2.utils import parse_boolean
from wagtail.fields import StreamField
from wagtail.models import Page

from api.errors import BadInput
from api.parameter_rules import MAX_ID
from api.visibility import visible
from pages.models import PageOrganisation, PageTopic

if TYPE_CHECKING:
    from api.viewsets.base import DeliveryViewSet

DATE_LOOKUPS = ("gt", "gte", "lt", "lte")


def date_lookups(view: type[DeliveryViewSet], model: type[Model]) -> set[str]:
    """Parameters for a range of dates, such as `first_published_at__gte`."""
    names = view.get_available_fields(model, db_fields_only=True)
    dates = [name for name in names if isinstance(get_model_field(model, name), models.DateField)]
    return {f"{name}__{lookup}" for name in dates for lookup in DATE_LOOKUPS}


class FieldFilter(BaseFilterBackend):
    """`?<field>=value` for every field that the API shows; for dates also `__gt`, `__gte`, `__lt`, `__lte`.

    The same parameters as Wagtail's FieldsFilter, which passes most values on as they come: they fail in the database.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Raises BadInput for a value that the field cannot hold."""
        model = queryset.model
        # Locale has a filter of its own, by language code; renditions are chosen by name, not filtered by.
        fields = set(view.get_available_fields(model, db_fields_only=True)) - {"locale", "renditions"}
        lookups = date_lookups(view, model)
        for name, raw in request._request.GET.items():
            if name in lookups or name in fields:
                field = get_model_field(model, name.partition("__")[0] if name in lookups else name)
                queryset = _filtered(queryset, name, field, str(raw), request)
        return queryset


def _filtered(
    queryset: QuerySet[Any], name: str, field: Field[Any, Any] | ForeignObjectRel, raw: str, request: Request
) -> QuerySet[Any]:
    if isinstance(field, TaggableManager):
        return _with_tags(queryset, name, raw)
    if field.is_relation:
        return _related_to(queryset, name, field, raw, request)
    return queryset.filter(**{name: _parsed(name, field, raw)})


def _with_tags(queryset: QuerySet[Any], name: str, raw: str) -> QuerySet[Any]:
    for tag in raw.split(","):
        queryset = queryset.filter(**{f"{name}__name": tag})
    # For SearchFilter, which cannot search in what was filtered by tag and says so when it finds this mark.
    queryset._filtered_by_tag = True  # type: ignore[attr-defined]
    return queryset


def _related_to(queryset: QuerySet[Any], name: str, field: Any, raw: str, request: Request) -> QuerySet[Any]:
    """Rows that refer to the object with an id. One that the requester may not see is like one that does not exist."""
    if not raw.isascii() or not raw.isdigit() or int(raw[:11]) > MAX_ID:
        raise _refusal(name, raw, "a positive integer is needed")
    target = field.related_model
    own_row = field.one_to_many or field.one_to_one
    if not own_row and not visible(target, request).filter(pk=int(raw)).exists():
        return queryset.none()
    return queryset.filter(**{name: int(raw)})


def _parsed(name: str, field: Any, raw: str) -> Any:
    """The value as the field's own Python type."""
    try:
        if isinstance(field, models.BooleanField):
            return parse_boolean(raw)
        if isinstance(field, models.JSONField | StreamField) or not field.concrete:
            raise ValidationError("it cannot be filtered by")
        if isinstance(field, models.CharField | models.TextField) and not field.choices:
            return raw
        value = field.clean(raw, None)
        return _aware(value) if isinstance(value, datetime) else value
    except (ValidationError, ValueError, OverflowError) as error:
        raise _refusal(name, raw, _reason(error)) from error


def _aware(value: datetime) -> datetime:
    """In UTC. At the ends of the calendar that raises OverflowError, here rather than in the database's driver."""
    return (make_aware(value) if is_naive(value) else value).astimezone(UTC)


def _reason(error: Exception) -> str:
    return "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def _refusal(name: str, raw: str, reason: str) -> BadInput:
    return BadInput(f"field filter error. '{raw}' is not a valid value for {name} ({reason})", "query", name)


class RelationFilter(BaseFilterBackend):
    """`?organisations=<id>` and `?topics=<id>`: pages that belong to an organisation, or are about a topic."""

    relations: ClassVar[dict[str, type[Model]]] = {"organisations": PageOrganisation, "topics": PageTopic}
    targets: ClassVar[dict[type[Model], str]] = {PageOrganisation: "organisation", PageTopic: "topic"}

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Nothing for what the requester may not see, as for what does not exist."""
        for name, relation in self.relations.items():
            if name in request.GET:
                target, pk = self.targets[relation], int(request.GET[name])
                if not visible(Page, request).filter(pk=pk).exists():
                    return queryset.none()
                # Not by a join: a search could not be filtered by it.
                queryset = queryset.filter(pk__in=relation._default_manager.filter(**{target: pk}).values("page"))
        return queryset


class OrderingFilter(wagtail_filters.OrderingFilter):
    """`?order=`, by fields that each row has once."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Raises BadInput for an unknown field, and for relations to many: their rows would come twice."""
        asked = [term.removeprefix("-") for term in request.GET.get("order", "").split(",")]
        allowed = view.get_available_fields(queryset.model, db_fields_only=True)
        for name in asked:
            field = get_model_field(queryset.model, name) if name in allowed else None
            if field is not None and (field.many_to_many or field.one_to_many):
                raise BadInput(f"cannot order by '{name}' (invalid field)", "query", "order")
        ordered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return ordered


class SearchFilter(wagtail_filters.SearchFilter):
    """`?search=`, words. Quotation marks count as spaces; without a word nothing is found.

    On SQLite either would fail in the database (django-modelsearch 1.3, backends/database/sqlite/query.py).
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Raises BadRequestError for filters and orders that cannot be combined with a search."""
        asked = request._request.GET.dict()
        if "search" not in asked:
            return queryset
        asked["search"] = str(asked["search"]).replace('"', " ").strip()
        if not asked["search"]:
            return queryset.none()
        found: QuerySet[Any] = super().filter_queryset(SimpleNamespace(GET=asked), queryset, view)
        return found


class LocaleFilter(wagtail_filters.LocaleFilter):
    """`?locale=`, a language code."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Raises BadInput for a locale that the service does not have."""
        try:
            filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        except Http404:
            asked = request.GET["locale"]
            raise BadInput(f"There is no locale '{asked}'.", "query", "locale", code="unknown") from None
        return filtered
