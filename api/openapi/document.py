"""The OpenAPI document: assembled from the URL configuration, the viewsets, the models and the blocks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver
from wagtail.api.v2.router import WagtailAPIRouter

from api.openapi.operations import Answer, Operation, Parameter
from api.openapi.resources import define_resources, resource_operations, stock_viewsets
from api.openapi.routes import Route, operation_of, routes
from api.openapi.shared import (
    EVERYWHERE,
    HEADERS,
    header_references,
    refused_with,
    shared_responses,
    shared_schemas,
)
from pages.schemas import Components

Document = dict[str, Any]
Patterns = Iterable[URLPattern | URLResolver]

_DESCRIPTION = """\
Published content for websites and apps, and the sign-in for what is restricted.

Every address ends with a slash. Times are in UTC. Unknown and repeated parameters are refused with 400. Errors are \
problem details (RFC 9457). What the requester may not see is absent: null, left out of a list, or 404.\
"""
_HOW_TO_SAY_WHO_ASKS = (
    "An access token of `POST /api/auth/token/`. Public content needs none; one that does not work is 401."
)


def openapi_document(patterns: Patterns, router: WagtailAPIRouter) -> Document:
    """The description of all addresses under /api/.

    Raises MissingOperationError for an address that nobody has described, MissingSchemaError for a field or block whose
    form is not known, and ValueError where two things have one name.
    """
    components = Components()
    for name, schema in shared_schemas().items():
        components.define(name, schema)
    define_resources(components, router)
    paths = _paths(patterns, router, components)
    return {
        "openapi": "3.1.1",
        "info": {"title": settings.WAGTAIL_SITE_NAME, "version": settings.API_VERSION, "description": _DESCRIPTION},
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.schemas.items())),
            "responses": shared_responses(),
            "headers": HEADERS,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": _HOW_TO_SAY_WHO_ASKS,
                }
            },
        },
    }


def _paths(patterns: Patterns, router: WagtailAPIRouter, components: Components) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    identifiers: dict[str, Route] = {}
    for route in routes(patterns):
        operation = operation_of(route, _stock_operations(route, router))
        for name, schema in getattr(route.view, "components", {}).items():
            components.define(name, schema)
        described = _operation(route, operation)
        if (taken := identifiers.setdefault(described["operationId"], route)) is not route:
            raise ValueError(f"{route.path} and {taken.path} have the same operationId {described['operationId']}.")
        paths.setdefault(route.path, {})[route.method] = described
    return paths


def _stock_operations(route: Route, router: WagtailAPIRouter) -> tuple[Operation, ...]:
    """Those of Wagtail's viewsets, which say nothing themselves."""
    found = (name for name, viewset in stock_viewsets(router).items() if viewset is route.view)
    return next((resource_operations(route.view, name) for name in found), ())


def _operation(route: Route, operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id or _identifier(route),
        "summary": operation.summary,
        "tags": [route.section],
        "parameters": [*_path_parameters(route), *map(_parameter, operation.parameters)],
        "responses": _responses(route, operation),
    }
    if operation.description:
        described["description"] = operation.description
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": operation.body}}}
    if operation.needs_token:
        described["security"] = [{"token": []}]
    return described


def _identifier(route: Route) -> str:
    """Such as `pages_listing`, or for views without named actions the name of the URL: `auth_sign_in`."""
    last = route.name.rpartition(":")[2] if route.action == route.method else route.action.removesuffix("_view")
    section = route.section.replace("-", "_")
    return section if last == section else f"{section}_{last}".replace("-", "_")


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": dict(schema)}
        for name, schema in route.path_parameters.items()
    ]


def _parameter(parameter: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.location,
        "description": parameter.description,
        "schema": dict(parameter.schema),
    }
    return described | ({"required": True} if parameter.required else {})


def _responses(route: Route, operation: Operation) -> dict[str, Any]:
    responses = {str(status): _answer(status, answer, route) for status, answer in operation.answers.items()}
    for status in _refusals(route, operation):
        responses.setdefault(str(status), refused_with(status))
    if route.method == "get" and 200 in operation.answers and not operation.needs_token:
        responses["304"] = {"$ref": "#/components/responses/NotModified"}
    responses["default"] = {"$ref": "#/components/responses/Failure"}
    return dict(sorted(responses.items()))


def _refusals(route: Route, operation: Operation) -> list[int]:
    """What every operation of this form may answer."""
    looked_up = route.path_parameters or route.action in {"find_view", "preview_view"}
    return [400, 401, *([404] if looked_up else []), *([413, 415] if operation.body is not None else []), 429, 503]


def _answer(status: int, answer: Answer, route: Route) -> dict[str, Any]:
    if status >= 400 and answer.schema is None:
        return refused_with(status) | {"description": answer.description}
    cached = ("ETag", "Last-Modified", "Cache-Control") if route.method == "get" and answer.schema is not None else ()
    described: dict[str, Any] = {
        "description": answer.description,
        "headers": header_references(*EVERYWHERE, *cached, *answer.headers),
    }
    if answer.schema is not None:
        described["content"] = {answer.media_type: {"schema": dict(answer.schema)}}
    return described
