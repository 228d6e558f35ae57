"""The operations of Wagtail's viewsets: pages, images, documents; and of the preview."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.models import Page, get_page_models

from api.openapi.fields import ObjectSchemas, selection
from api.openapi.operations import Answer, Operation, component
from api.openapi.parameters import listing_parameters, object_parameters
from api.viewsets.base import DeliveryViewSet
from pages.schemas import Components, Schema, list_of, one_of, record, summary_of

GONE = Answer("There was one, and it is gone for good.")
_HOW_MUCH = "Complete without `fields`. With it there are the fields that it chooses."


def page_models() -> list[type[Page]]:
    """All page types, Wagtail's own among them: a new installation's first page is one."""
    return sorted(get_page_models(), key=lambda model: model._meta.label)


def page_schema_name(model: type[Page]) -> str:
    """The name of a page type's schema."""
    return "PlainPage" if model is Page else model.__name__


def define_resources(components: Components, router: WagtailAPIRouter) -> None:
    """Add the schemas of pages, images and documents: complete, as in lists, and as `fields` chooses."""
    objects = ObjectSchemas(components, router)
    components.define("PageType", one_of(model._meta.label for model in page_models()))
    _define_pages(objects)
    for name, viewset in stock_viewsets(router).items():
        if viewset.model is Page:
            continue
        single = name.removesuffix("s").capitalize()
        complete = _complete(objects, viewset, viewset.model)
        components.define(f"{single}Resource", record(complete, f"One of the {name}, with all fields."))
        _define_parts(objects, viewset, single, [viewset.model])


def stock_viewsets(router: WagtailAPIRouter) -> dict[str, Any]:
    """The viewsets, by the names of their endpoints, whose lists and details are as Wagtail makes them."""
    return {
        name: viewset
        for name, viewset in router._endpoints.items()
        if issubclass(viewset, DeliveryViewSet) and viewset.model is not None
    }


def _define_pages(objects: ObjectSchemas) -> None:
    viewset: Any = objects.router._endpoints["pages"]
    components = objects.components
    pages = [
        components.define(page_schema_name(model), record(_complete(objects, viewset, model), summary_of(model)))
        for model in page_models()
    ]
    components.define("Page", {"description": "A page of any type: `meta.type` says which.", "oneOf": pages})
    _define_parts(objects, viewset, "Page", page_models())


def _complete(objects: ObjectSchemas, viewset: Any, model: type[Model]) -> dict[str, Schema]:
    serializer = viewset._get_serializer_class(objects.router, model, [], show_details=True)
    return objects.members(serializer, complete=True)


def _define_parts(objects: ObjectSchemas, viewset: Any, single: str, models: Iterable[Any]) -> None:
    listed = objects.members(viewset._get_serializer_class(objects.router, viewset.model, []), complete=True)
    if viewset.model is Page:
        listed["meta"]["properties"]["type"] = component("PageType")
    objects.components.define(f"{single}Summary", record(listed, "An entry of a list, when `fields` is not given."))
    everything = [
        objects.members(
            viewset._get_serializer_class(objects.router, model, [("*", False, None)], show_details=True),
            complete=False,
        )
        for model in models
    ]
    chosen = _merged(everything)
    if viewset.model is Page:
        chosen["id"] = {
            "type": ["integer", "null"],
            "description": "Null in the preview of a page that was never saved.",
        }
        chosen["meta"]["properties"]["type"] = component("PageType")
    objects.components.define(f"{single}Selection", selection(chosen))


def _merged(everything: Iterable[dict[str, Schema]]) -> dict[str, Schema]:
    """Members of several kinds of objects: a member that differs between them is one of its forms."""
    forms: dict[str, list[Schema]] = {}
    for members in everything:
        for name, schema in members.items():
            if schema not in forms.setdefault(name, []):
                forms[name].append(schema)
    if "meta" in forms:
        meta = _merged(schema["properties"] for schema in forms["meta"])
        forms["meta"] = [record(meta, required=())]
    return {name: found[0] if len(found) == 1 else {"anyOf": found} for name, found in forms.items()}


def resource_operations(viewset: type[DeliveryViewSet], name: str) -> tuple[Operation, ...]:
    """The list, the detail and the redirect of one of Wagtail's viewsets."""
    single = name.removesuffix("s").capitalize()
    complete = component("Page" if single == "Page" else f"{single}Resource")
    chosen = component(f"{single}Selection")
    entries = list_of({"anyOf": [component(f"{single}Summary"), chosen]})
    listed = record({"meta": component("ListMeta"), "items": entries}, _HOW_MUCH)
    one = {"anyOf": [complete, chosen], "description": _HOW_MUCH}
    language = ("Content-Language",) if single == "Page" else ()
    found = object_parameters(viewset, viewset.detail_parameters | viewset.find_query_parameters)
    return (
        Operation(
            "listing_view",
            f"A list of {name}",
            {200: Answer("The list.", listed, headers=("Link",))},
            listing_parameters(viewset),
        ),
        Operation(
            "detail_view",
            f"One of the {name}",
            {200: Answer("The whole of it.", one, headers=language)} | ({410: GONE} if single == "Page" else {}),
            object_parameters(viewset, viewset.detail_parameters),
        ),
        Operation(
            "find_view", f"Where one of the {name} is", {302: Answer("It is there.", headers=("Location",))}, found
        ),
    )
