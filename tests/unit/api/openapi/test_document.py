"""How the document is put together: what is missing is named, what has no form of its own is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import path
from rest_framework.views import APIView
from wagtail.api import APIField
from wagtail.api.v2.router import WagtailAPIRouter

from api.openapi.document import openapi_document
from api.openapi.operations import Answer, Operation, Parameter
from api.openapi.resources import define_resources
from api.openapi.routes import MissingOperationError
from api.openapi.shared import shared_schemas
from api.router import delivery_router
from pages.models import EventPage
from pages.schemas import Components, MissingSchemaError

TEXT = {200: Answer("Text.", {"type": "string"})}


def document_of(*views: type[APIView], address: str = "thing/<int:pk>/") -> dict[str, Any]:
    patterns = [path(address, view.as_view(), name=f"view-{number}") for number, view in enumerate(views)]
    return openapi_document(patterns, delivery_router)


class Described(APIView):
    """One address that is described."""

    operations = (Operation("get", "One thing", TEXT, parameters=(Parameter("x", "What."),)),)

    def get(self, request: Any, pk: int) -> Any: ...


def test_address_without_an_operation_is_named() -> None:
    class Forgotten(APIView):
        def get(self, request: Any, pk: int) -> Any: ...

    with pytest.raises(MissingOperationError, match=r"GET /api/thing/\{pk\}/: .*Forgotten has no Operation\('get'"):
        document_of(Forgotten)


def test_variable_part_of_an_address_is_a_parameter() -> None:
    operation = document_of(Described)["paths"]["/api/thing/{pk}/"]["get"]

    assert [(parameter["name"], parameter["in"]) for parameter in operation["parameters"]] == [
        ("pk", "path"),
        ("x", "query"),
    ]
    assert operation["parameters"][0]["required"] is True
    assert operation["parameters"][0]["schema"]["type"] == "integer"


def test_refusals_that_every_address_knows_are_there() -> None:
    responses = document_of(Described)["paths"]["/api/thing/{pk}/"]["get"]["responses"]

    assert set(responses) == {"200", "304", "400", "401", "404", "429", "503", "default"}


def test_two_operations_with_one_id_are_refused() -> None:
    class Same(Described):
        operations = (Operation("get", "Another", TEXT, id="same"),)

    class Twin(Same):
        pass

    with pytest.raises(ValueError, match="have the same operationId same"):
        openapi_document([path("a/", Same.as_view(), name="a"), path("b/", Twin.as_view(), name="b")], delivery_router)


def test_schemas_of_a_view_are_in_the_document() -> None:
    class WithComponents(Described):
        components = {"Thing": {"type": "object"}}

    assert document_of(WithComponents)["components"]["schemas"]["Thing"] == {"type": "object"}


def test_operation_that_needs_a_token_says_so() -> None:
    class Private(Described):
        operations = (Operation("get", "Mine", TEXT, needs_token=True),)

    assert document_of(Private)["paths"]["/api/thing/{pk}/"]["get"]["security"] == [{"token": []}]


def test_computed_field_without_a_known_form_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new field of a page type is in the document at once, or it is asked for what it looks like."""
    monkeypatch.setattr(EventPage, "mood", property(object), raising=False)
    monkeypatch.setattr(EventPage, "api_fields", [*EventPage.api_fields, APIField("mood")])

    with pytest.raises(MissingSchemaError, match=r"pages.EventPage.mood needs an entry in api_schemas"):
        pages_in(delivery_router)


def test_computed_field_is_known_by_its_annotation(monkeypatch: pytest.MonkeyPatch) -> None:
    def getter(self: Any) -> int | None:
        return None

    monkeypatch.setattr(EventPage, "mood", property(getter), raising=False)
    monkeypatch.setattr(EventPage, "api_fields", [*EventPage.api_fields, APIField("mood")])

    event = pages_in(delivery_router)["EventPage"]
    assert event["properties"]["mood"] == {"type": ["integer", "null"]}
    assert "mood" in event["required"]


def pages_in(router: WagtailAPIRouter) -> dict[str, Any]:
    components = Components()
    for name, schema in shared_schemas().items():
        components.define(name, schema)
    define_resources(components, router)
    return components.schemas


def test_columns_have_the_form_of_their_field() -> None:
    schemas = pages_in(delivery_router)
    event, meta = schemas["EventPage"]["properties"], schemas["EventPage"]["properties"]["meta"]["properties"]

    assert event["starts_at"] == {"type": ["string", "null"], "format": "date-time"}
    assert event["review_by"]["type"] == ["string", "null"]
    assert event["review_by"]["format"] == "date"
    assert event["phase"]["enum"] == ["alpha", "beta", "live"]
    assert event["is_online"] == {"type": "boolean"}
    assert event["venue_name"] == {"type": "string", "maxLength": 150}
    assert event["body"] == {"$ref": "#/components/schemas/BodyStream"}
    assert meta["type"] == {"type": "string", "const": "pages.EventPage"}
    assert {"type": "null"} in meta["parent"]["oneOf"]


def test_rows_of_a_page_are_objects_of_their_own() -> None:
    schemas = pages_in(delivery_router)

    assert schemas["PublicationPage"]["properties"]["attachments"]["items"] == {
        "$ref": "#/components/schemas/PublicationAttachment"
    }
    attachment = schemas["PublicationAttachment"]
    assert attachment["properties"]["document"]["oneOf"][0] == {"$ref": "#/components/schemas/Document"}
    assert attachment["properties"]["language"]["enum"] == ["en", "cy", ""]
    assert attachment["required"] == ["id", "meta", "title", "document", "language", "accessible"]


def test_selection_requires_nothing() -> None:
    for name, schema in pages_in(delivery_router).items():
        if name.endswith("Selection"):
            assert "required" not in schema
            assert schema["additionalProperties"] is False
