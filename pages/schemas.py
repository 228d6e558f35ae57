"""JSON Schemas (draft 2020-12) of what blocks look like in the API.

A block says it itself, in a method `api_schema(components)`, where it has a `get_api_representation` of its own. For
the others, Wagtail's, it follows from what they are. `components` collects the schemas that have a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from wagtail import blocks
from wagtail.blocks.stream_block import BaseStreamBlock
from wagtail.blocks.struct_block import BaseStructBlock
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock

Schema = dict[str, Any]

TEXT_BLOCKS = (
    blocks.CharBlock,
    blocks.TextBlock,
    blocks.EmailBlock,
    blocks.RegexBlock,
    blocks.URLBlock,
    blocks.RawHTMLBlock,
    blocks.BlockQuoteBlock,
    blocks.ChoiceBlock,
)
"""Blocks whose value is a text; null in content that is older than the block."""


class MissingSchemaError(LookupError):
    """Something has no schema, and nothing that it could follow from."""


class Components:
    """The schemas that have a name."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}

    def define(self, name: str, schema: Schema) -> Schema:
        """A reference to `schema` under this name. Raises ValueError when the name stands for something else."""
        if self.schemas.setdefault(name, schema) != schema:
            raise ValueError(f"There are two different schemas with the name {name}.")
        return reference(name)

    def fits(self, name: str, schema: Schema) -> bool:
        """Whether `define` would take them."""
        return self.schemas.get(name, schema) == schema


def reference(name: str) -> Schema:
    """A reference to the schema with this name."""
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    if isinstance(schema.get("type"), str) and "enum" not in schema and "const" not in schema:
        return schema | {"type": [schema["type"], "null"]}
    if not schema or {"type": "null"} in schema.get("oneOf", []) or "null" in schema.get("type", ()):
        return schema
    return {"oneOf": [schema, {"type": "null"}]}


def without_null(schema: Schema) -> Schema:
    """What is left of a schema that `nullable` made."""
    if isinstance(schema.get("type"), list):
        return schema | {"type": schema["type"][0]}
    kept = [choice for choice in schema.get("oneOf", []) if choice != {"type": "null"}]
    return kept[0] if len(kept) == 1 else schema


def record(properties: Mapping[str, Schema], description: str = "", required: Iterable[str] | None = None) -> Schema:
    """An object with exactly these members; all of them are required unless `required` names those that are."""
    schema = {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }
    if not schema["required"]:
        del schema["required"]
    return ({"description": description} if description else {}) | schema


def list_of(schema: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": schema}


def one_of(values: Iterable[Any], *, blank: bool = False) -> Schema:
    """One of these texts; with `blank` also none, which is the empty text."""
    listed = [str(value) for value in values]
    return {"type": "string", "enum": [*listed, ""] if blank and "" not in listed else listed}


def summary_of(documented: object) -> str:
    """The first paragraph of a docstring."""
    text = (getattr(documented, "__doc__", None) or "").strip().partition("\n\n")[0]
    return re.sub(r"\s+", " ", text)


def block_schema(block: blocks.Block, components: Components) -> Schema:
    """What the API shows of a block's value. Raises MissingSchemaError for a kind of block that is not known."""
    declared: Callable[[Components], Schema] | None = getattr(block, "api_schema", None)
    if declared is not None:
        return declared(components)
    for kinds, make in _RULES:
        if isinstance(block, kinds):
            return make(block, components)
    kind = type(block)
    raise MissingSchemaError(f"{kind.__module__}.{kind.__qualname__} needs a method api_schema(components).")


def struct_schema(block: BaseStructBlock, components: Components, **changed: Schema) -> Schema:
    """A struct, under the name of its class. `changed` are members that are added, or that look different."""
    members = {name: _member(child, components) for name, child in block.child_blocks.items()}
    schema = record(members | changed, summary_of(type(block)))
    if type(block) is blocks.StructBlock:
        return schema
    return components.define(f"{type(block).__name__.removesuffix('Block')}Value", schema)


def stream_schema(block: BaseStreamBlock, components: Components) -> Schema:
    """A stream, under the name of its class: a list of blocks, which differ in their `type`."""
    named = type(block) is not blocks.StreamBlock
    items = {name: _item(name, child, block, components) for name, child in block.child_blocks.items()}
    mapping = {name: item["$ref"] for name, item in items.items()}
    choice = {"oneOf": list(items.values()), "discriminator": {"propertyName": "type", "mapping": mapping}}
    schema = list_of(choice if items else {"not": {}})
    if not named:
        return schema
    return components.define(type(block).__name__, {"description": summary_of(type(block))} | schema)


def _item(name: str, child: blocks.Block, stream: BaseStreamBlock, components: Components) -> Schema:
    """One block of a stream. Streams share it, unless they have different blocks of this name."""
    value = block_schema(child, components)
    members = {"type": {"type": "string", "const": name}, "value": value, "id": {"type": "string", "format": "uuid"}}
    schema = record(members, summary_of(type(child)))
    title = "".join(part.capitalize() for part in name.split("_")) + "Block"
    if not components.fits(title, schema):
        title = type(stream).__name__ + title
    return components.define(title, schema)


def _member(child: blocks.Block, components: Components) -> Schema:
    schema = block_schema(child, components)
    return nullable(schema) if isinstance(child, TEXT_BLOCKS) else schema


def _text(format: str | None = None) -> Callable[[Any, Components], Schema]:
    def make(block: Any, components: Components) -> Schema:
        schema: Schema = {"type": "string"}
        # An empty address or mail address has no format. `required` is no help: drafts may lack what is required.
        if format:
            schema["description"] = f"Empty, or {format}."
        longest = getattr(block.field, "max_length", None)
        return schema | ({"maxLength": longest} if longest else {})

    return make


def _always(schema: Schema) -> Callable[[Any, Components], Schema]:
    def make(block: Any, components: Components) -> Schema:
        return dict(schema)

    return make


def _choice(block: Any, components: Components) -> Schema:
    return one_of(_values(block.field.choices), blank=not block.required or block.meta.default in (None, ""))


def _choices(block: Any, components: Components) -> Schema:
    return list_of(one_of(_values(block.field.choices)))


def _values(choices: Iterable[Any]) -> Iterable[str]:
    """The values of Django's choices, those in groups as well."""
    for value, label in choices:
        if isinstance(label, str | Promise):
            yield value
        else:
            yield from _values(label)


def _list(block: Any, components: Components) -> Schema:
    return list_of(block_schema(block.child_block, components))


def _typed_table(block: Any, components: Components) -> Schema:
    column = record({"type": one_of(block.child_blocks), "heading": {"type": "string"}})
    cells = {"anyOf": [block_schema(child, components) for child in block.child_blocks.values()]}
    rows = list_of(record({"values": list_of(cells)}))
    return record({"columns": list_of(column), "rows": rows, "caption": {"type": "string"}})


_ID = {"type": ["integer", "null"], "minimum": 1}
_RULES: list[tuple[type | tuple[type, ...], Callable[[Any, Components], Schema]]] = [
    (blocks.RichTextBlock, _always(reference("RichText"))),
    (blocks.MultipleChoiceBlock, _choices),
    (blocks.ChoiceBlock, _choice),
    (blocks.URLBlock, _text("an address")),
    (blocks.EmailBlock, _text("a mail address")),
    (TEXT_BLOCKS, _text()),
    (blocks.BooleanBlock, _always({"type": "boolean"})),
    (blocks.IntegerBlock, _always({"type": ["integer", "null"]})),
    (blocks.FloatBlock, _always({"type": ["number", "null"]})),
    (blocks.DecimalBlock, _always({"type": ["number", "null"]})),
    (blocks.DateTimeBlock, _always({"type": ["string", "null"], "format": "date-time"})),
    (blocks.DateBlock, _always({"type": ["string", "null"], "format": "date"})),
    (blocks.TimeBlock, _always({"type": ["string", "null"]})),
    (blocks.ChooserBlock, _always(_ID)),
    (blocks.StaticBlock, _always({"type": "null"})),
    (blocks.ListBlock, _list),
    (BaseStreamBlock, stream_schema),
    (BaseStructBlock, struct_schema),
    (BaseTypedTableBlock, _typed_table),
]
