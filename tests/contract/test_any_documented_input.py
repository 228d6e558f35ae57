"""Whatever the OpenAPI document allows, and what is close to it, is answered as it says: property-based."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from api.urls import document
from tests.contract.openapi import assert_as_documented
from tests.factories import documents as files
from tests.factories import pages as build

Schema = dict[str, Any]

TEXTS = st.one_of(st.text(max_size=20), st.sampled_from(["en", "/", "title", "*", "2026-04-06", "localhost", "flood"]))
SURPRISES = st.one_of(TEXTS, st.integers().map(str), st.sampled_from(["true", "null", "", "0", "-1", "root", "a,b"]))
EXAMPLES = settings(
    max_examples=30,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
OPERATIONS = [(method, path) for path, methods in document()["paths"].items() for method in methods]


def values_of(schema: Schema) -> st.SearchStrategy[Any]:
    """Values that the schema allows, as far as its keywords are known here."""
    if "$ref" in schema:
        return values_of(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return st.one_of([values_of(choice) for choice in schema[several]])
    types = schema.get("type", "string")
    return st.one_of([_values_of_type(schema, name) for name in ([types] if isinstance(types, str) else types)])


def _values_of_type(schema: Schema, name: str) -> st.SearchStrategy[Any]:
    match name:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema.get("minimum", 0), schema.get("maximum", 2**31 - 1))
        case "number":
            return st.floats(allow_nan=False, allow_infinity=False)
        case "array":
            return st.lists(values_of(schema["items"]), max_size=3)
        case "object":
            return _objects(schema)
    return _texts(schema)


def _texts(schema: Schema) -> st.SearchStrategy[str]:
    match schema.get("format"):
        case "date-time":
            return st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
        case "date":
            return st.dates().map(str)
        case "uuid":
            return st.uuids().map(str)
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", 100)
    return TEXTS.filter(lambda text: shortest <= len(text) <= longest)


def _objects(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    members = {name: values_of(member) for name, member in schema.get("properties", {}).items()}
    required = {name: members.pop(name) for name in schema.get("required", ()) if name in members}
    return st.fixed_dictionaries(required, optional=members)


@pytest.fixture
def content(db: None, s3_bucket: object) -> list[int]:
    """Something of each kind; the ids."""
    home = build.home_page()
    form = build.FormPageFactory(title="Form")
    form.form_fields.create(label="Name", clean_name="name", field_type="singleline")
    things: list[Any] = [
        home,
        form,
        build.NewsArticlePageFactory(),
        build.EventPageFactory(),
        build.ContactFactory(),
        files.ImageFactory(),
        files.DocumentFactory(),
    ]
    assert Page.objects.filter(pk=home.pk).exists()
    return [thing.pk for thing in things]


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda part: part)
@given(data=st.data())
@EXAMPLES
def test_any_documented_input_is_answered_as_documented(
    api: Client, content: list[int], method: str, path: str, data: st.DataObject
) -> None:
    operation = document()["paths"][path][method]
    address = path
    query: dict[str, Any] = {}
    headers: dict[str, str] = {}
    for parameter in operation["parameters"]:
        given_at_all = parameter.get("required") or data.draw(st.integers(0, 9)) == 0
        if not given_at_all:
            continue
        if parameter["in"] == "path":
            address = address.replace(f"{{{parameter['name']}}}", data.draw(_in_path(parameter["schema"], content)))
        elif parameter["in"] == "query":
            query[parameter["name"]] = data.draw(st.one_of(values_of(parameter["schema"]), SURPRISES))
        else:
            headers[parameter["name"]] = data.draw(st.text(st.characters(min_codepoint=33, max_codepoint=126)))
    if query:
        address += f"?{urlencode(query, errors='surrogatepass')}"
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    sent = json.dumps(data.draw(values_of(body))) if body else ""

    response: Any = api.generic(method, address, sent, content_type="application/json", headers=headers)

    assert response.status_code < 500, f"{method} {address} {sent}"
    assert_as_documented(method, address, response)


def _in_path(schema: Schema, content: list[int]) -> st.SearchStrategy[str]:
    known = st.sampled_from([str(number) for number in content])
    if schema["type"] == "integer":
        return st.one_of(known, values_of(schema).map(str))
    names = st.sampled_from(["pages.Contact", "pages.FooterSettings", "main", "no.Such"])
    return st.one_of(names, st.text(min_size=1, max_size=20).map(lambda text: quote(text, safe="", errors="replace")))
