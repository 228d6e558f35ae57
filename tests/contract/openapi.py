"""Holds answers against the OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
from django.http.response import HttpResponseBase

from api.urls import document

PROBLEM = "application/problem+json"
_BASE = "urn:openapi"


def violations(method: str, address: str, response: HttpResponseBase) -> list[str]:
    """What in this answer is not as the document says; nothing for an address that the document does not know."""
    path = path_of(urlsplit(address).path)
    operation = document()["paths"].get(path, {}).get(method.lower()) if path else None
    if operation is None:
        return []
    status = str(response.status_code)
    declared = _resolved(operation["responses"].get(status) or operation["responses"]["default"])
    if status not in operation["responses"] and response.status_code < 400:
        return [f"{status} is not in the document"]
    return list(_of_body(path or "", method.lower(), status, declared, response))


def assert_as_documented(method: str, address: str, response: HttpResponseBase) -> None:
    """Fails with all that is not as the document says."""
    found = violations(method, address, response)
    assert not found, f"{method.upper()} {address} answers {response.status_code}:\n" + "\n".join(found[:10])


def path_of(path: str) -> str | None:
    """The path of the document, such as `/api/v2/pages/{pk}/`, that is meant by a path of a request."""
    return next((template for pattern, template in _patterns() if pattern.fullmatch(path)), None)


def body_schema(path: str, method: str, status: str) -> dict[str, Any] | None:
    """The schema of what an operation answers, with references that resolve in the document."""
    content = _resolved(document()["paths"][path][method]["responses"][status]).get("content", {})
    return next((media["schema"] for media in content.values()), None)


@cache
def validator(pointer: str) -> jsonschema_rs.Draft202012Validator:
    """A validator for the schema at this place of the document."""
    # Each resource of the registry is a schema of its own: without its dialect it would be taken for one of draft 4.
    registry = jsonschema_rs.Registry([(_BASE, document())], draft=jsonschema_rs.Draft202012)
    return jsonschema_rs.Draft202012Validator({"$ref": f"{_BASE}#{pointer}"}, registry=registry, validate_formats=True)


def errors_of(name: str, value: Any) -> list[str]:
    """How a value breaks the schema with this name."""
    return _errors(f"/components/schemas/{name}", value)


def _errors(pointer: str, value: Any) -> list[str]:
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message[:400]}"
        for error in validator(pointer).iter_errors(value)
    ]


def _of_body(path: str, method: str, status: str, declared: dict[str, Any], response: Any) -> Iterator[str]:
    content = b"" if response.streaming else response.content
    media_type = response.get("Content-Type", "").partition(";")[0]
    allowed = declared.get("content", {})
    if not allowed:
        if content:
            yield f"there is a body, of {media_type}"
        return
    if media_type not in allowed:
        yield f"{media_type} is not one of {', '.join(allowed)}"
    elif media_type.endswith("json"):
        yield from _errors(_pointer(path, method, status, media_type), json.loads(content))


def _pointer(path: str, method: str, status: str, media_type: str) -> str:
    responses = document()["paths"][path][method]["responses"]
    status = status if status in responses else "default"
    reference = responses[status].get("$ref")
    where = reference[1:] if reference else "/" + "/".join(map(_escape, ("paths", path, method, "responses", status)))
    return f"{where}/content/{_escape(media_type)}/schema"


def _escape(part: str) -> str:
    """RFC 6901, in a fragment of a URL."""
    return part.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _resolved(answer: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in answer:
        return answer
    found: dict[str, Any] = document()["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return found


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Those without parameters first."""
    templates = sorted(document()["paths"], key=lambda template: template.count("{"))
    return [(_pattern(template), template) for template in templates]


def _pattern(template: str) -> re.Pattern[str]:
    methods = document()["paths"][template].values()
    numbers = {
        parameter["name"]
        for operation in methods
        for parameter in operation["parameters"]
        if parameter["in"] == "path" and parameter["schema"]["type"] == "integer"
    }
    parts = re.split(r"{(\w+)}", template)
    return re.compile(
        "".join(
            (r"[0-9]+" if part in numbers else r"[^/]+") if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )
    )
