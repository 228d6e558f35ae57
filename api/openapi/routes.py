"""Every address under /api/ with what answers there, read from the URL configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from api.openapi.operations import Operation, Schema
from api.parameter_rules import MAX_ID

METHODS = ("get", "post", "put", "patch", "delete")
_CONVERTERS: dict[str, Schema] = {
    "int": {"type": "integer", "minimum": 1, "maximum": MAX_ID},
    "uuid": {"type": "string", "format": "uuid"},
    "slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    "str": {"type": "string", "minLength": 1},
    "path": {"type": "string", "minLength": 1},
}


@dataclass(frozen=True)
class Route:
    """One method of one address."""

    path: str
    """As in OpenAPI: `/api/v2/pages/{pk}/`."""
    path_parameters: dict[str, Schema]
    method: str
    view: type[Any]
    action: str
    name: str
    """The name of the URL, with the namespaces before it."""

    @property
    def section(self) -> str:
        """The endpoint: the first part of the path that tells one from another."""
        parts = self.path.strip("/").removeprefix("api").strip("/").removeprefix("v2").strip("/").split("/")
        return re.split(r"[.{]", parts[0])[0] or "index"


class MissingOperationError(LookupError):
    """An address that nobody has described."""


def routes(patterns: Iterable[URLPattern | URLResolver], prefix: str = "/api/", name: str = "") -> Iterator[Route]:
    """All of them below `prefix`, except the answer to what is no endpoint."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route, f"{name}{pattern.namespace}:" if pattern.namespace else name)
        elif getattr(_view_class(pattern), "is_described", True):
            yield from _methods(pattern, route, f"{name}{pattern.name}")


def _view_class(pattern: URLPattern) -> Any:
    return getattr(pattern.callback, "cls", None)


def _methods(pattern: URLPattern, route: str, name: str) -> Iterator[Route]:
    view: Any = pattern.callback
    path, parameters = _template(route)
    actions: dict[str, str] = getattr(view, "actions", None) or {
        method: method for method in METHODS if hasattr(view.cls, method)
    }
    for method, action in actions.items():
        if method in METHODS:
            yield Route(path, parameters, method, view.cls, action, name)


def _template(route: str) -> tuple[str, dict[str, Schema]]:
    """`pages/<int:pk>/` as OpenAPI writes it, and its parameters."""
    found = re.findall(r"<(?:(\w+):)?(\w+)>", route)
    parameters = {name: _CONVERTERS.get(converter or "str", _CONVERTERS["str"]) for converter, name in found}
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route), parameters


def operation_of(route: Route, also: Iterable[Operation] = ()) -> Operation:
    """What the view says of the route; `also` is asked when it says nothing. Raises MissingOperationError."""
    declared: tuple[Operation, ...] = getattr(route.view, "operations", ())
    for operation in (*declared, *also):
        if operation.action == route.action:
            return operation
    where = f"{route.view.__module__}.{route.view.__qualname__}"
    raise MissingOperationError(f"{route.method.upper()} {route.path}: {where} has no Operation({route.action!r}, …).")
