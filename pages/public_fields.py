"""What a model that is no page declares in `api_fields`, as JSON: checked against what the requester may see."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Field, ForeignKey, ForeignObjectRel, Model
from wagtail.api import APIField
from wagtail.api.conf import get_model_field
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Locale, Page, TranslatableMixin

from pages.references import references_for
from pages.representations import reference_schema
from pages.schemas import Components, MissingSchemaError, Schema, block_schema, nullable, one_of, reference

_PLAIN = (str, int, float, bool, date, time, Decimal, UUID, list, dict)


def public_fields(instance: Model, context: Mapping[str, Any], locale: Locale | None = None) -> dict[str, Any]:
    """The values of the instance's `api_fields`, by name.

    A foreign key is what the target's `api_representation` says, or None when the requester may not see it; with a
    `locale` its translation into that language, where there is one that the requester may see. Raises TypeError for a
    value that has no form of its own in JSON: such a field needs a serializer.
    """
    references_for(context).load_fields([instance])
    fields = APIField.get_fields_for_model(type(instance))
    return {field.name: _value(instance, field, context, locale) for field in fields}


def fields_schema(model: type[Model], components: Components) -> dict[str, Schema]:
    """The schemas of what `public_fields` returns. Raises MissingSchemaError for a field that needs a serializer."""
    return {field.name: _schema(model, field, components) for field in APIField.get_fields_for_model(model)}


def _schema(model: type[Model], api_field: APIField, components: Components) -> Schema:
    declared = getattr(api_field.serializer, "api_schema", None)
    if declared is not None:
        schema: Schema = declared(model, api_field.name, components)
        return schema
    field = _model_field(model, api_field.name)
    for kind, make in _SCHEMAS:
        if isinstance(field, kind):
            return make(field, components)
    raise MissingSchemaError(f"{model._meta.label}.{api_field.name} needs a serializer with a schema.")


def _value(instance: Model, api_field: APIField, context: Mapping[str, Any], locale: Locale | None) -> Any:
    if api_field.serializer is not None:
        return _serialized(instance, api_field, context)
    field = _model_field(type(instance), api_field.name)
    if isinstance(field, ForeignKey):
        return _target(field, getattr(instance, field.attname), context, locale)
    value = getattr(instance, api_field.name)
    for kind, represent in _REPRESENTED:
        if isinstance(field, kind):
            return represent(value, context)
    if value is not None and not isinstance(value, _PLAIN):
        raise TypeError(f"{type(instance).__name__}.{api_field.name} needs a serializer.")
    return value


def _serialized(instance: Model, api_field: APIField, context: Mapping[str, Any]) -> Any:
    serializer = copy.deepcopy(api_field.serializer)
    serializer.bind(api_field.name, None)
    serializer._context = context
    value = serializer.get_attribute(instance)
    return None if value is None else serializer.to_representation(value)


def _model_field(model: type[Model], name: str) -> Field[Any, Any] | ForeignObjectRel | None:
    try:
        found: Field[Any, Any] | ForeignObjectRel = get_model_field(model, name)
    except FieldDoesNotExist:
        return None
    return found


def _target(field: Any, key: Any, context: Mapping[str, Any], locale: Locale | None) -> dict[str, Any] | None:
    if key is None:
        return None
    references, model = references_for(context), field.related_model
    for wanted in (_translated(model, key, locale), key):
        shown = references.represent(model, wanted) if wanted is not None else None
        if shown is not None:
            return shown
    return None


def _translated(model: type[Model], key: Any, locale: Locale | None) -> Any:
    """The key of the translation into a language, whoever may see it."""
    base: Any = Page if issubclass(model, Page) else model
    if locale is None or not issubclass(model, TranslatableMixin):
        return None
    same = base._default_manager.filter(pk=key).values("translation_key")
    return base._default_manager.filter(locale=locale, translation_key__in=same).values_list("pk", flat=True).first()


def _stream(value: Any, context: Mapping[str, Any]) -> Any:
    return value.stream_block.get_api_representation(value, context)


def _rich_text(value: Any, context: Mapping[str, Any]) -> Any:
    return references_for(context).rich_text(value or "")


_REPRESENTED: tuple[tuple[type, Callable[[Any, Mapping[str, Any]], Any]], ...] = (
    (StreamField, _stream),
    (RichTextField, _rich_text),
)


def _text_schema(field: Any, components: Components) -> Schema:
    if field.choices:
        # Empty as long as nobody has chosen.
        return one_of([value for value, _ in field.flatchoices], blank=True)
    longest = {"maxLength": field.max_length} if field.max_length else {}
    return _or_null(field, {"type": "string"} | longest)


def _or_null(field: Any, schema: Schema) -> Schema:
    return nullable(schema) if field.null else schema


def _of(schema: Schema) -> Callable[[Any, Components], Schema]:
    return lambda field, _components: _or_null(field, dict(schema))


_SCHEMAS: tuple[tuple[type, Callable[[Any, Components], Schema]], ...] = (
    (StreamField, lambda field, components: block_schema(field.stream_block, components)),
    (RichTextField, lambda _field, _components: reference("RichText")),
    (ForeignKey, lambda field, components: nullable(reference_schema(field.related_model, components))),
    (models.CharField, _text_schema),
    (models.TextField, _text_schema),
    (models.BooleanField, _of({"type": "boolean"})),
    (models.IntegerField, _of({"type": "integer"})),
    (models.FloatField, _of({"type": "number"})),
    (models.DecimalField, _of({"type": "string"})),
    (models.UUIDField, _of({"type": "string", "format": "uuid"})),
    (models.DateTimeField, _of({"type": "string", "format": "date-time"})),
    (models.DateField, _of({"type": "string", "format": "date"})),
    (models.TimeField, _of({"type": "string", "format": "time"})),
)
