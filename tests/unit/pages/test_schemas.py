"""Blocks say what their JSON looks like: ours themselves, Wagtail's by what they are."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from rest_framework.utils.encoders import JSONEncoder
from wagtail import blocks
from wagtail.blocks import Block, StructBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from pages.blocks.structs import ContentBlock
from pages.schemas import (
    Components,
    MissingSchemaError,
    block_schema,
    nullable,
    record,
    reference,
    stream_schema,
    without_null,
)


class Ours(ContentBlock):
    """Ours."""

    text = blocks.CharBlock(required=False, max_length=10)
    kind = blocks.ChoiceBlock(choices=[("a", "A")], required=False)
    number = blocks.IntegerBlock(required=False)


class Theirs(StructBlock):
    """As Wagtail makes it."""

    text = blocks.CharBlock(required=False)


class Dropping(ContentBlock):
    """Leaves out what is hidden."""

    drops_hidden = "entries"
    entries = blocks.ListBlock(Theirs())


class Stream(blocks.StreamBlock):
    """A stream."""

    one = Ours()
    two = blocks.CharBlock()


def shown(block: Block, value: Any) -> Any:
    """The value as it arrives: as JSON."""
    block.set_name("block")
    return json.loads(json.dumps(block.get_api_representation(block.to_python(value)), cls=JSONEncoder))


def check(block: Block, value: Any) -> None:
    components = Components()
    block.set_name("block")
    schema = block_schema(block, components) | {"components": {"schemas": components.schemas}}
    components.schemas["RichText"] = {"type": "string"}
    jsonschema.Draft202012Validator(schema).validate(shown(block, value))


@pytest.mark.parametrize(
    ("block", "value"),
    [
        (blocks.CharBlock(), "text"),
        (blocks.TextBlock(), "text"),
        (blocks.EmailBlock(), "a@example.gov.uk"),
        (blocks.URLBlock(), "https://example.gov.uk/"),
        (blocks.RegexBlock(regex="a"), "a"),
        (blocks.RichTextBlock(), "<p>text</p>"),
        (blocks.RawHTMLBlock(), "<p>text</p>"),
        (blocks.BlockQuoteBlock(), "text"),
        (blocks.BooleanBlock(), True),
        (blocks.IntegerBlock(), 3),
        (blocks.IntegerBlock(), None),
        (blocks.FloatBlock(), 1.5),
        (blocks.DecimalBlock(), Decimal("1.50")),
        (blocks.DateBlock(), dt.date(2026, 4, 6)),
        (blocks.DateBlock(), None),
        (blocks.TimeBlock(), dt.time(9, 30)),
        (blocks.DateTimeBlock(), dt.datetime(2026, 4, 6, 9, tzinfo=dt.UTC)),
        (blocks.ChoiceBlock(choices=[("a", "A"), ("Group", [("b", "B")])]), "b"),
        (blocks.ChoiceBlock(choices=[("a", "A")], required=False), ""),
        (blocks.MultipleChoiceBlock(choices=[("a", "A"), ("b", "B")]), ["a", "b"]),
        (blocks.StaticBlock(), None),
        (blocks.PageChooserBlock(), None),
        (blocks.ListBlock(blocks.CharBlock()), ["a", "b"]),
        (Theirs(), {}),
        (Ours(), {}),
        (Stream(), [{"type": "one", "value": {"text": "x"}, "id": "a"}, {"type": "two", "value": "y", "id": "b"}]),
    ],
    ids=lambda part: type(part).__name__ if isinstance(part, Block) else "",
)
def test_value_is_as_the_schema_says(block: Block, value: Any) -> None:
    check(block, value)


def test_typed_table_is_as_the_schema_says() -> None:
    block = TypedTableBlock([("text", blocks.CharBlock()), ("number", blocks.IntegerBlock())])
    columns = [{"type": "text", "heading": "A"}, {"type": "number", "heading": "B"}]

    check(block, {"columns": columns, "rows": [{"values": ["x", 1]}], "caption": "Table"})


@pytest.mark.parametrize(
    ("block", "wrong"),
    [
        (blocks.ChoiceBlock(choices=[("a", "A")]), "b"),
        (blocks.IntegerBlock(), "3"),
        (Ours(), {"text": "x", "kind": "a"}),
        (Ours(), {"text": None, "kind": "a", "number": 1}),
        (Ours(), {"text": "x", "kind": "a", "number": 1, "more": 1}),
        (Stream(), [{"type": "three", "value": "", "id": "a"}]),
        (Stream(), [{"type": "two", "value": {}, "id": "a"}]),
    ],
)
def test_schema_refuses_what_cannot_be(block: Block, wrong: Any) -> None:
    components = Components()
    schema = block_schema(block, components) | {"components": {"schemas": components.schemas}}

    assert not jsonschema.Draft202012Validator(schema).is_valid(wrong)


def test_text_that_old_content_lacks_is_empty_and_not_null() -> None:
    assert shown(Ours(), {}) == {"text": "", "kind": "", "number": None}
    assert shown(Theirs(), {}) == {"text": None}


def test_hidden_entries_are_left_out() -> None:
    class Hidden(Theirs):
        def get_api_representation(self, value: Any, context: Any = None) -> Any:
            return super().get_api_representation(value, context) if value["text"] else None

        def api_schema(self, components: Components) -> dict[str, Any]:
            return nullable({"type": "object"})

    class List(Dropping):
        entries = blocks.ListBlock(Hidden())

    assert shown(List(), {"entries": [{"text": "x"}, {"text": ""}]}) == {"entries": [{"text": "x"}]}
    components = Components()
    block_schema(List(), components)
    assert components.schemas["ListValue"]["properties"]["entries"]["items"] == {"type": "object"}


def test_unknown_kind_of_block_is_named() -> None:
    class Strange(Block):
        pass

    with pytest.raises(MissingSchemaError, match="Strange needs a method api_schema"):
        block_schema(Strange(), Components())


def test_blocks_of_one_name_that_differ_get_the_name_of_their_stream() -> None:
    class Other(blocks.StreamBlock):
        two = blocks.IntegerBlock()

    components = Components()
    stream_schema(Stream(), components)
    stream_schema(Other(), components)

    mapping = components.schemas["Other"]["items"]["discriminator"]["mapping"]
    assert mapping == {"two": "#/components/schemas/OtherTwoBlock"}


def test_one_name_stands_for_one_schema() -> None:
    components = Components()
    components.define("A", {"type": "string"})

    assert components.define("A", {"type": "string"}) == reference("A")
    with pytest.raises(ValueError, match="two different schemas with the name A"):
        components.define("A", {"type": "integer"})


@pytest.mark.parametrize("schema", [{"type": "string"}, reference("A"), {"type": "string", "enum": ["a"]}])
def test_null_can_be_added_and_taken_away(schema: dict[str, Any]) -> None:
    assert without_null(nullable(schema)) == schema
    assert nullable(nullable(schema)) == nullable(schema)


def test_record_requires_all_members_unless_told() -> None:
    assert record({"a": {}})["required"] == ["a"]
    assert "required" not in record({"a": {}}, required=())
