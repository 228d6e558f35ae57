"""The OpenAPI document: valid, complete, kept as a snapshot, and the same as what the code checks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from django.conf import settings
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator
from wagtail.models import get_page_models

from api.openapi.snapshot import differences, written
from api.router import delivery_router
from api.urls import document
from tests.architecture.sources import ROOT
from tests.contract.crawl import routes

SNAPSHOT = ROOT / "docs" / "reference" / "openapi.json"


def test_document_is_valid() -> None:
    errors = [f"{list(error.path)}: {error.message}" for error in OpenAPIV31SpecValidator(document()).iter_errors()]

    assert errors == []


@pytest.mark.parametrize("name", sorted(document()["components"]["schemas"]))
def test_schema_is_valid(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(document()["components"]["schemas"][name])


def test_snapshot_is_up_to_date() -> None:
    kept, now = SNAPSHOT.read_text(encoding="utf-8"), written(document())

    if kept != now:
        changes = "\n".join(differences(json.loads(kept), json.loads(now)))
        pytest.fail(f"The API has changed. When that is meant, run: make openapi\n{changes}", pytrace=False)


def test_every_address_is_described() -> None:
    """A new endpoint without operations makes `document()` fail, which names it. This one counts independently."""
    described = document()["paths"].keys()
    templates = [route.replace("<int:pk>", "{pk}") for route in routes()]

    assert [route for route in templates if "<" not in route and route not in described] == []


def test_every_reference_leads_somewhere() -> None:
    known = {f"#/components/{kind}/{name}" for kind, parts in document()["components"].items() for name in parts}

    assert sorted(_references(document()) - known) == []


def _references(value: Any) -> set[str]:
    found = {node["$ref"] for node in _nodes(value) if "$ref" in node}
    mapped = {target for node in _nodes(value) for target in node.get("discriminator", {}).get("mapping", {}).values()}
    return found | mapped


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref", ""), str):
            yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


@pytest.mark.parametrize("kind", ["schemas", "responses", "headers"])
def test_every_component_is_used(kind: str) -> None:
    used = _references(document())

    assert [name for name in document()["components"][kind] if f"#/components/{kind}/{name}" not in used] == []


def test_every_page_type_is_one_of_the_pages() -> None:
    schemas = document()["components"]["schemas"]
    names = [choice["$ref"].rpartition("/")[2] for choice in schemas["Page"]["oneOf"]]
    types = [schemas[name]["properties"]["meta"]["properties"]["type"]["const"] for name in names]

    assert sorted(types) == sorted(model._meta.label for model in get_page_models())


def test_every_choice_between_blocks_is_told_apart_by_their_type() -> None:
    schemas = document()["components"]["schemas"]
    for choice in (node for node in _nodes(schemas) if "discriminator" in node):
        mapping = choice["discriminator"]["mapping"]
        assert sorted(mapping.values()) == sorted(option["$ref"] for option in choice["oneOf"])
        for name, target in mapping.items():
            chosen = schemas[target.rpartition("/")[2]]
            assert chosen["properties"]["type"]["const"] == name
            assert "type" in chosen["required"]


def test_nothing_is_left_open() -> None:
    """An object that may have any members says nothing to a client."""
    schemas = document()["components"]["schemas"]
    open_to_anything = [
        name
        for name, schema in schemas.items()
        for node in _nodes(schema)
        if node.get("type") == "object" and "additionalProperties" not in node
    ]

    assert open_to_anything == []


@pytest.mark.parametrize("name", ["pages", "images", "documents"])
def test_every_parameter_of_a_list_is_described(name: str) -> None:
    viewset: Any = delivery_router._endpoints[name]
    models = get_page_models() if name == "pages" else [viewset.model]
    known = set().union(*(viewset.listing_parameters(model) for model in models))

    assert {parameter["name"] for parameter in _parameters(f"/api/v2/{name}/")} == known


def _parameters(path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document()["paths"][path]["get"]["parameters"]
    return found


def test_parameter_of_one_type_is_known_with_that_type_only(api: Client, db: None) -> None:
    (described,) = (parameter for parameter in _parameters("/api/v2/pages/") if parameter["name"] == "news_type")

    assert "Only with `type=pages.NewsArticlePage`." in described["description"]
    assert api.get("/api/v2/pages/?news_type=speech").status_code == 400
    assert api.get("/api/v2/pages/?news_type=speech&type=pages.NewsArticlePage").status_code == 200


def test_document_is_served(api: Client, db: None) -> None:
    response = api.get("/api/schema/")

    assert response.status_code == 200
    assert response.json() == json.loads(written(document()))


@pytest.mark.parametrize("address", ["/api/schema/", "/api/docs/"])
def test_description_can_be_switched_off(api: Client, db: None, settings: Any, address: str) -> None:
    settings.API_DOCS = False

    assert api.get(address).status_code == 404


def test_document_depends_on_no_address_of_this_installation() -> None:
    text = written(document())

    assert settings.BASE_URL not in text
    assert document()["servers"] == [{"url": "/"}]
