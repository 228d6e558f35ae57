"""Loads in bulk what a serializer will need, so that the number of queries does not depend on the number of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, prefetch_related_objects
from django.db.models.fields.related import ForeignKey
from modelcluster.fields import ParentalKey
from rest_framework.request import Request
from taggit.managers import TaggableManager
from wagtail.api import APIField
from wagtail.api.conf import get_model_field
from wagtail.models import Page

from api.visibility import visible_objects
from pages import representations

# What Wagtail makes serializer classes of: fields by name, and the serializer classes of what relations point to.
SerializerClass = Any


def preload(rows: Sequence[Model], serializer_class: SerializerClass, context: dict[str, Any]) -> None:
    """Load for all rows what `serializer_class` shows of them, and of what they refer to.

    `context` is the serializer's. Without this call an answer is the same, only slower: whether something may be shown
    is never decided here.
    """
    if not rows:
        return
    _load_declared(rows, serializer_class, context["request"])
    for name, nested in serializer_class.child_serializer_classes.items():
        if name not in serializer_class._declared_fields:
            preload(_related(rows, serializer_class.Meta.model, name, context["request"]), nested, context)
    if issubclass(serializer_class.Meta.model, Page):
        _load_page_fields(rows, serializer_class, context)


def _load_declared(rows: Sequence[Model], serializer_class: SerializerClass, request: Request) -> None:
    for name, field in serializer_class._declared_fields.items():
        if name in serializer_class.Meta.fields and hasattr(field, "bulk_load"):
            field.bulk_load(rows, request)


def _related(rows: Sequence[Model], model: type[Model], name: str, request: Request) -> Sequence[Model]:
    """Load what the relation `name` points to, and answer the objects that are serialized in turn."""
    field: Any = get_model_field(model, name)
    if isinstance(field, ForeignKey):
        return visible_objects(request).load(field.related_model, [getattr(row, field.attname) for row in rows])
    prefetch_related_objects(_without_drafts(rows), name)
    if isinstance(field, TaggableManager):
        return []
    members = [member for row in rows for member in getattr(row, name).all()]
    if members and not is_child_relation(field):
        members = visible_objects(request).load(type(members[0]), [member.pk for member in members])
    return members


def _load_page_fields(rows: Sequence[Model], serializer_class: SerializerClass, context: dict[str, Any]) -> None:
    """What the fields of a page type need, when any of them is asked for."""
    model = serializer_class.Meta.model
    own = {field.name for field in APIField.get_fields_for_model(model)}
    if own.isdisjoint(serializer_class.Meta.fields):
        return
    prefetch_related_objects(_without_drafts(rows), *getattr(model, "api_prefetch", ()))
    representations.prefetch(rows, context["request"], context)


def _without_drafts(rows: Sequence[Model]) -> list[Model]:
    """A draft has its parts in memory (modelcluster): to load them would replace them by those that are live."""
    return [row for row in rows if not row.__dict__.get("_cluster_related_objects")]


def is_child_relation(field: Any) -> bool:
    """Whether the related rows are a part of the object itself, such as the links that an editor adds to a page."""
    return isinstance(getattr(field, "field", None), ParentalKey)
