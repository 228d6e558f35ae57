"""How people read a schema on /api/docs/."""

from __future__ import annotations

from typing import Any

import pytest

from api.openapi.presentation import kind_of, prose


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "maxLength": 20}, "text, at most 20"),
        ({"type": "string", "format": "date-time"}, "time"),
        ({"type": ["string", "null"], "format": "date"}, "date or null"),
        ({"type": "boolean"}, "true or false"),
        ({"type": "integer", "minimum": 1, "maximum": 5}, "integer, 1 to 5"),
        ({"type": "array", "items": {"type": "string"}}, "list of text"),
        ({"type": "array", "maxItems": 0, "items": False}, "empty list"),
        ({"const": "json"}, "<code>json</code>"),
        ({"enum": ["a", "", None]}, "<code>a</code>, <code>(empty)</code>, <code>null</code>"),
        ({"$ref": "#/components/schemas/Page"}, '<a href="#schema-Page">Page</a>'),
        ({"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}, '<a href="#schema-A">A</a> or null'),
        ({}, "anything"),
    ],
)
def test_schema_is_shown_in_few_words(schema: dict[str, Any], words: str) -> None:
    assert kind_of(schema) == words


def test_code_in_a_description_is_marked_and_everything_is_escaped() -> None:
    assert prose("Like `a<b>` & c") == "Like <code>a&lt;b&gt;</code> &amp; c"
    assert kind_of({"const": "<script>"}) == "<code>&lt;script&gt;</code>"
