"""The OpenAPI document as people read it: what the template of /api/docs/ shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Json = Mapping[str, Any]

_FORMATS = {"date-time": "time", "date": "date", "uri": "address", "uuid": "UUID"}


@dataclass(frozen=True)
class Row:
    """A parameter, or a member of an object."""

    name: str
    kind: SafeString
    description: SafeString
    required: bool = False
    location: str = ""
    choices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ShownAnswer:
    """What comes back."""

    status: str
    description: SafeString
    kind: SafeString | None


@dataclass(frozen=True)
class ShownOperation:
    """One method of one address."""

    id: str
    method: str
    path: str
    summary: str
    description: SafeString
    parameters: list[Row]
    body: SafeString | None
    answers: list[ShownAnswer]
    needs_token: bool


@dataclass(frozen=True)
class ShownSchema:
    """A form with a name: members, or else what it is."""

    name: str
    description: SafeString
    members: list[Row]
    kind: SafeString | None


@dataclass(frozen=True)
class Section:
    """The operations of one endpoint."""

    name: str
    operations: list[ShownOperation]


def sections(document: Json) -> list[Section]:
    """The operations by endpoint, in the order of the document."""
    found: dict[str, list[ShownOperation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_operation(document, path, method, operation))
    return [Section(name, operations) for name, operations in found.items()]


def schemas(document: Json) -> list[ShownSchema]:
    """The forms that have a name, in the order of the alphabet."""
    return [_schema(name, schema) for name, schema in sorted(document["components"]["schemas"].items())]


def _operation(document: Json, path: str, method: str, operation: Json) -> ShownOperation:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return ShownOperation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=prose(operation.get("description", "")),
        parameters=[_parameter(parameter) for parameter in operation["parameters"]],
        body=kind_of(body) if body else None,
        answers=[_answer(document, status, answer) for status, answer in operation["responses"].items()],
        needs_token=operation.get("security") == [{"token": []}],
    )


def _parameter(parameter: Json) -> Row:
    schema = parameter["schema"]
    choices = [str(choice) for choice in schema.get("enum", [])]
    description = prose(parameter.get("description", ""))
    required = bool(parameter.get("required"))
    return Row(parameter["name"], kind_of(schema), description, required, parameter["in"], choices)


def _answer(document: Json, status: str, answer: Json) -> ShownAnswer:
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]] | answer
    kinds = [kind_of(content["schema"]) for content in answer.get("content", {}).values()]
    return ShownAnswer(status, prose(answer["description"]), kinds[0] if kinds else None)


def _schema(name: str, schema: Json) -> ShownSchema:
    members = list(_members(schema))
    return ShownSchema(name, prose(schema.get("description", "")), members, None if members else kind_of(schema))


def _members(schema: Json, prefix: str = "") -> Iterator[Row]:
    """The members of an object; those of an object inside it under dotted names."""
    for name, member in schema.get("properties", {}).items():
        required = name in schema.get("required", [])
        yield Row(prefix + name, kind_of(member), prose(member.get("description", "")), required)
        yield from _members(member, f"{prefix}{name}.")


def prose(text: str) -> SafeString:
    """Text in which `this` is code."""
    parts = enumerate(text.split("`"))
    shown = (format_html("<code>{}</code>", part) if index % 2 else conditional_escape(part) for index, part in parts)
    return mark_safe("".join(shown))  # noqa: S308  # each part is escaped above


def kind_of(schema: Any) -> SafeString:
    """What a schema allows, in a few words, with links to the schemas that have a name."""
    if schema is True or schema == {}:
        return mark_safe("anything")
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return format_html('<a href="#schema-{}">{}</a>', name, name)
    if "const" in schema:
        return format_html("<code>{}</code>", schema["const"])
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return _joined(map(kind_of, schema[several]), " or ")
    if "enum" in schema:
        return _joined((format_html("<code>{}</code>", _choice(value)) for value in schema["enum"]), ", ")
    return _simple(schema)


def _choice(value: Any) -> str:
    return "null" if value is None else str(value) or "(empty)"


def _simple(schema: Json) -> SafeString:
    types = schema.get("type", "anything")
    return _joined((_type(schema, name) for name in ([types] if isinstance(types, str) else types)), " or ")


def _type(schema: Json, name: str) -> SafeString:
    if name == "array":
        return format_html("list of {}", kind_of(schema["items"])) if schema.get("items") else mark_safe("empty list")
    if name == "string" and "format" in schema:
        return format_html("{}", _FORMATS.get(schema["format"], schema["format"]))
    return format_html("{}{}", {"string": "text", "boolean": "true or false"}.get(name, name), _limits(schema, name))


def _limits(schema: Json, name: str) -> str:
    if name == "string" and "maxLength" in schema:
        return f", at most {schema['maxLength']}"
    if name in {"integer", "number"} and "maximum" in schema:
        return f", {schema.get('minimum', '')} to {schema['maximum']}"
    return ""


def _joined(parts: Iterable[SafeString], between: str) -> SafeString:
    return format_html_join(between, "{}", ((part,) for part in parts))
