"""The text of content that search may find and quote.

It is what a page says itself. Text that belongs to a reference (the words of a link to a page, the caption of an image,
the title of an attachment) is left out, because it is hidden together with what it refers to: the API does not show the
link to a page that the requester may not see, and the index is the same for all requesters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from wagtail.blocks import Block, ChoiceBlock, ChooserBlock, FieldBlock, ListBlock
from wagtail.blocks.stream_block import BaseStreamBlock
from wagtail.blocks.struct_block import BaseStructBlock
from wagtail.search import index

BESIDES_THE_BODY = frozenset({"title", "summary"})


def texts_of_stream(block: Block, raw: Any) -> list[str]:
    """The texts in `raw`, the stored form of a stream's value. Nothing that it refers to is loaded."""
    return [text for text in _texts(block, raw) if text.strip()]


def texts_of_body(instance: Model) -> Iterator[str]:
    """What is searched in a page after its title and its summary, without the rows of its child relations."""
    for field in instance.get_searchable_search_fields():  # type: ignore[attr-defined]
        if isinstance(field, index.SearchField) and field.field_name not in BESIDES_THE_BODY:
            yield from _strings(field.get_value(instance))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif value:
        yield str(value)


def _texts(block: Block, raw: Any) -> Iterator[str]:
    if raw in (None, ""):
        return
    if isinstance(block, BaseStreamBlock):
        for item in raw:
            if item["type"] in block.child_blocks:  # a block type that was removed from the code stays in old content
                yield from _texts(block.child_blocks[item["type"]], item["value"])
    elif isinstance(block, BaseStructBlock):
        if not _refers(block, raw):
            for name, child in block.child_blocks.items():
                yield from _texts(child, raw.get(name))
    elif isinstance(block, ListBlock):
        for item in raw:
            yield from _texts(block.child_block, item["value"] if block._item_is_in_block_format(item) else item)
    elif isinstance(block, FieldBlock) and not isinstance(block, ChooserBlock | ChoiceBlock):
        yield from _strings(block.get_searchable_content(block.to_python(raw)))


def _refers(block: BaseStructBlock, raw: dict[str, Any]) -> bool:
    """Whether one of the members is a chosen page, image, document or snippet."""
    return any(raw.get(name) for name, child in block.child_blocks.items() if isinstance(child, ChooserBlock))
