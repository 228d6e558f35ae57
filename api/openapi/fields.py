"""JSON Schemas of what serializers show, read from the serializers themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from rest_framework.relations import ManyRelatedField
from rest_framework.serializers import BaseSerializer
from wagtail.api.v2 import serializers as wagtail_fields
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.documents.api.v2.serializers import DocumentDownloadUrlField
from wagtail.fields import RichTextField

from api.openapi.shared import ADDRESS, ID
from api.serializers import OriginalUrlField
from documents.schemas import IMAGE_SCHEMA
from documents.serializers import ImagePartField
from pages.schemas import (
    Components,
    MissingSchemaError,
    Schema,
    block_schema,
    list_of,
    nullable,
    one_of,
    record,
    reference,
    summary_of,
)

_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}
_MODEL_FIELDS: list[tuple[type, Schema]] = [
    (models.AutoField, dict(ID)),
    (models.BooleanField, {"type": "boolean"}),
    (models.PositiveIntegerField, {"type": "integer", "minimum": 0}),
    (models.PositiveSmallIntegerField, {"type": "integer", "minimum": 0}),
    (models.PositiveBigIntegerField, {"type": "integer", "minimum": 0}),
    (models.IntegerField, {"type": "integer"}),
    (models.FloatField, {"type": "number"}),
    (models.DecimalField, {"type": "string"}),
    (models.DateTimeField, {"type": "string", "format": "date-time"}),
    (models.DateField, {"type": "string", "format": "date"}),
    (models.TimeField, {"type": "string"}),
    (models.UUIDField, {"type": "string", "format": "uuid"}),
    (RichTextField, reference("RichText")),
    (models.CharField, {"type": "string"}),
    (models.TextField, {"type": "string"}),
    (models.JSONField, {}),
]


_MEANINGS: dict[str, str] = {
    "detail_url": "Where it is in the API.",
    "html_url": "Where it is on its own site. Null outside all sites.",
    "slug": "Its part of the address.",
    "show_in_menus": "Editors want it in menus that are made of the page tree.",
    "seo_title": "For the title of the browser's window and for search engines. Empty: the title.",
    "search_description": "For search engines. Empty: the summary.",
    "first_published_at": "When it was first published.",
    "alias_of": "The page that this one mirrors.",
    "parent": "The page above it. Null at the top, and when it is not for the requester.",
    "locale": "Its language.",
    "download_url": "Where the file is.",
}


class ObjectSchemas:
    """Makes the schemas of the objects that Wagtail's viewsets show."""

    def __init__(self, components: Components, router: WagtailAPIRouter) -> None:
        self.components, self.router = components, router

    def members(self, serializer_class: type[BaseSerializer[Any]], *, complete: bool) -> dict[str, Schema]:
        """What such an object has, by name, in the order of the answer. `complete`: nothing of `meta` is missing."""
        serializer: Any = serializer_class()
        model = serializer.Meta.model
        shown = {
            name: _explained(model, name, self._field(model, name, field, complete=complete))
            for name, field in serializer.fields.items()
            if name != "detail_url" or self.router.get_model_endpoint(model)[0]
        }
        meta = {name: schema for name, schema in shown.items() if name in serializer.meta_fields}
        body = {name: schema for name, schema in shown.items() if name not in meta}
        described = {"meta": record(meta, required=None if complete else ())} if meta else {}
        return {name: body.pop(name) for name in ("id",) if name in body} | described | body

    def _field(self, model: type[models.Model], name: str, field: Any, *, complete: bool) -> Schema:
        if hasattr(field, "api_schema"):
            schema: Schema = field.api_schema(model, name, self.components)
            return schema
        declared: dict[str, Schema] = getattr(model, "api_schemas", {})
        if name in declared:
            return declared[name]
        if isinstance(field, wagtail_fields.StreamField):
            stream: Any = model._meta.get_field(name)
            return block_schema(stream.stream_block, self.components)
        return self._relation(field, complete=complete) or _known(model, field) or _model_field(model, name, field)

    def _relation(self, field: Any, *, complete: bool) -> Schema | None:
        if isinstance(field, wagtail_fields.PageParentField | wagtail_fields.PageAliasOfField):
            return nullable(reference("PageReference"))
        if isinstance(field, wagtail_fields.ChildRelationField):
            return list_of(self._nested(field.serializer_class, "", complete=complete))
        if isinstance(field, ManyRelatedField):
            many: Any = field.child_relation
            return list_of(self._nested(many.serializer_class, "Reference", complete=complete))
        if isinstance(field, wagtail_fields.RelatedField):
            return nullable(self._nested(field.serializer_class, "Reference", complete=complete))
        return None

    def _nested(self, serializer_class: Any, suffix: str, *, complete: bool) -> Schema:
        model = serializer_class.Meta.model
        name = model.__name__.removeprefix("Custom") + (suffix if complete else "Selection")
        if name in self.components.schemas:
            return reference(name)
        if not complete:
            viewset: Any = self.router.get_model_endpoint(model)[1]
            serializer_class = viewset._get_serializer_class(self.router, model, [("*", False, None)], nested=True)
        self.components.schemas[name] = {}  # known before it is made: objects may refer to others of their kind
        members = self.members(serializer_class, complete=complete)
        self.components.schemas[name] = record(members, summary_of(model)) if complete else selection(members)
        return reference(name)


def _explained(model: type[models.Model], name: str, schema: Schema) -> Schema:
    """With what it means, where the model or Wagtail's name says it."""
    meanings = _MEANINGS | getattr(model, "api_meanings", {})
    return {"description": meanings[name]} | schema if name in meanings else schema


def selection(members: dict[str, Schema]) -> Schema:
    """An object of which nothing is sure to be there."""
    return record(members, "What `fields` chose, and so nothing that is sure to be there.", required=())


def _known(model: type[models.Model], field: Any) -> Schema | None:
    """Fields that mean the same on every model."""
    match field:
        case wagtail_fields.TypeField() | wagtail_fields.PageTypeField():
            return {"type": "string", "const": f"{model._meta.app_label}.{model.__name__}"}
        case wagtail_fields.DetailUrlField() | DocumentDownloadUrlField() | OriginalUrlField():
            return dict(ADDRESS)
        case wagtail_fields.PageHtmlUrlField():
            return nullable(ADDRESS)
        case wagtail_fields.PageLocaleField():
            return reference("Locale")
        case wagtail_fields.RichTextFieldSerializer():
            return reference("RichText")
        case wagtail_fields.TagsField():
            return list_of({"type": "string"})
        case ImagePartField():
            return dict(IMAGE_SCHEMA["properties"][field.member])
    return None


def _model_field(model: type[models.Model], name: str, serializer_field: Any) -> Schema:
    try:
        field: Any = model._meta.get_field(str(serializer_field.source or name))
    except FieldDoesNotExist:
        return _computed(model, name)
    return model_field_schema(field)


def model_field_schema(field: Any) -> Schema:
    """A column. Raises MissingSchemaError for a kind of column that is not known."""
    if field.choices:
        schema = one_of((value for value, _ in field.flatchoices), blank=field.blank)
        return nullable(schema) if field.null else schema
    known = [schema for kind, schema in _MODEL_FIELDS if isinstance(field, kind)]
    if not known:
        raise MissingSchemaError(f"{field} needs an entry in api_schemas of its model.")
    longest = {"maxLength": field.max_length} if isinstance(field, models.CharField) and field.max_length else {}
    schema = known[0] | longest
    return nullable(schema) if field.null else schema


def _computed(model: type[models.Model], name: str) -> Schema:
    """A property or method, by what it says that it returns."""
    attribute = getattr(model, name, None)
    getter = getattr(attribute, "fget", None) or getattr(attribute, "func", None) or attribute
    hints = get_type_hints(getter) if callable(getter) else {}
    schema = annotation_schema(hints.get("return"))
    if schema is None:
        raise MissingSchemaError(f"{model._meta.label}.{name} needs an entry in api_schemas of its model.")
    return schema


def annotation_schema(annotation: Any) -> Schema | None:
    """A simple type of Python, or None."""
    if annotation in _PLAIN:
        return dict(_PLAIN[annotation])
    if get_origin(annotation) is list and (inner := annotation_schema(get_args(annotation)[0])) is not None:
        return list_of(inner)
    if get_origin(annotation) in (UnionType, Union):
        return _union(get_args(annotation))
    return None


def _union(alternatives: Iterable[Any]) -> Schema | None:
    known = [annotation_schema(kind) for kind in alternatives if kind is not NoneType]
    if len(known) != 1 or known[0] is None:
        return None
    return nullable(known[0])
