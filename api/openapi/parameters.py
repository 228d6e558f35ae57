"""The query parameters of Wagtail's lists, details and redirects, named by the code that checks them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from taggit.managers import TaggableManager
from wagtail.api.conf import get_model_field
from wagtail.models import Page, get_page_models

from api import parameter_rules as rules
from api.openapi.fields import model_field_schema
from api.openapi.operations import CACHE_BUSTER, FORMAT, RENDITIONS, RICH_TEXT_FORMAT, Parameter
from api.viewsets.base import DeliveryViewSet
from pages.schemas import MissingSchemaError, Schema, one_of, without_null

_ID: Schema = {"type": "integer", "minimum": 1, "maximum": rules.MAX_ID}
_ID_OR_ROOT: Schema = {"oneOf": [_ID, {"type": "string", "const": "root"}]}


def object_parameters(viewset: type[DeliveryViewSet], names: Iterable[str]) -> tuple[Parameter, ...]:
    """Parameters of a detail or of `find/`."""
    known = {parameter.name: parameter for parameter in _general(viewset)}
    return tuple(known[name] for name in known if name in set(names))


def listing_parameters(viewset: type[DeliveryViewSet]) -> tuple[Parameter, ...]:
    """Parameters of a list: Wagtail's, and one for each field that is shown, of whatever type of page."""
    shown = [model for model in _models(viewset) if model is not viewset.model]
    general = viewset.listing_parameters(viewset.model)
    names = general.union(*(viewset.listing_parameters(model) for model in shown))
    parameters = {parameter.name: parameter for parameter in _general(viewset) if parameter.name in names}
    for name in sorted(names - parameters.keys()):
        owners = [model for model in [viewset.model, *shown] if name in viewset.listing_parameters(model)]
        of_types = [] if name in general else owners
        parameters[name] = _filter(name, owners[0], of_types)
    return tuple(parameters.values())


def _models(viewset: type[DeliveryViewSet]) -> list[type[models.Model]]:
    if viewset.model is not Page:
        return [viewset.model]
    return [Page, *sorted((model for model in get_page_models() if model is not Page), key=lambda m: m._meta.label)]


def _filter(name: str, model: type[models.Model], of_types: list[type[models.Model]]) -> Parameter:
    """`of_types` are the page types without which the parameter is not known; none where it always is."""
    field_name, _, lookup = name.partition("__")
    bound = {"gt": "after", "gte": "at or after", "lt": "before", "lte": "at or before"}.get(lookup, "equal to")
    field = get_model_field(model, field_name)
    text = (
        "Objects with all of these tags, separated by commas."
        if _is_tags(field)
        else f"`{field_name}` is {bound} this."
    )
    if of_types:
        text += " Only with " + " or ".join(f"`type={kind._meta.label}`" for kind in of_types) + "."
    return Parameter(name, text, _filter_schema(field))


def _is_tags(field: Any) -> bool:
    return isinstance(field, TaggableManager)


def _filter_schema(field: Any) -> Schema:
    if _is_tags(field):
        return {"type": "string"}
    if field.is_relation:
        return dict(_ID)
    try:
        schema = without_null(model_field_schema(field))
    except MissingSchemaError:
        return {"type": "string"}
    return {"type": schema.get("type", "string")} | {key: schema[key] for key in ("enum", "format") if key in schema}


def _general(viewset: type[DeliveryViewSet]) -> list[Parameter]:
    """Parameters that mean the same for all types."""
    orders = sorted(viewset.get_available_fields(viewset.model, db_fields_only=True))
    return [
        Parameter("html_path", "A path, with the language if it has one (`/cy/`), or a whole URL of one of the sites."),
        Parameter("id", "The id.", _ID),
        Parameter(
            "fields",
            "Which fields: `title,body`, `*` for all, `*,-body` for all but one, `_,title` for no others, "
            "`attachments(title)` for parts of a field. "
            f"At most {rules.MAX_FIELDS}, nested {rules.MAX_FIELDS_DEPTH} deep.",
            {"type": "string", "maxLength": rules.MAX_VALUE_LENGTH},
        ),
        RICH_TEXT_FORMAT,
        RENDITIONS,
        Parameter(
            "limit",
            "How many rows.",
            {"type": "integer", "minimum": 1, "maximum": settings.WAGTAILAPI_LIMIT_MAX, "default": 20},
        ),
        Parameter(
            "offset",
            "How many rows to leave out.",
            {"type": "integer", "minimum": 0, "maximum": rules.MAX_OFFSET, "default": 0},
        ),
        Parameter(
            "order",
            "By which fields, separated by commas: `title`, `-title` for the reverse, or `random`. Fields of all: "
            f"{', '.join(orders)}. With one `type` also its own.",
        ),
        Parameter("search", "Words.", {"type": "string", "maxLength": rules.MAX_SEARCH_LENGTH}),
        Parameter("search_operator", "Whether all words have to be found, or one.", one_of(["and", "or"])),
        Parameter(
            "type",
            "Page types, separated by commas. With one, that type's fields can be shown and filtered by: "
            + ", ".join(f"`{model._meta.label}`" for model in _models(viewset))
            + ".",
        ),
        Parameter("locale", "Pages in this language.", one_of(code for code, _ in settings.WAGTAIL_CONTENT_LANGUAGES)),
        Parameter("site", "Pages of this site: its host name, `host:port`, or its id. Default: the site of the host."),
        Parameter("child_of", "Pages right under the one with this id, or under the site's `root`.", _ID_OR_ROOT),
        Parameter("descendant_of", "Pages at any depth under this one.", _ID_OR_ROOT),
        Parameter("ancestor_of", "Pages above this one.", _ID),
        Parameter("translation_of", "This page in other languages.", _ID_OR_ROOT),
        Parameter("organisations", "Pages that belong to the organisation with this id.", _ID),
        Parameter("topics", "Pages about the topic with this id.", _ID),
        FORMAT,
        CACHE_BUSTER,
    ]
