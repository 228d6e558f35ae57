"""Finds what stored content refers to, without loading any of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from wagtail.blocks import Block, ChooserBlock, ListBlock, RichTextBlock, StreamValue
from wagtail.blocks.stream_block import BaseStreamBlock
from wagtail.blocks.struct_block import BaseStructBlock
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from pages.rich_text_tree import parse, references_in

Wanted = defaultdict[type[Model], set[Any]]
"""Keys of the objects that something refers to, by model. All page types are under Page."""


def collect(block: Block, raw: Any, wanted: Wanted) -> None:
    """Add to `wanted` what `raw`, the stored form of a block's value, refers to."""
    if raw in (None, ""):
        return
    if isinstance(block, BaseStreamBlock):
        for item in raw:
            if item["type"] in block.child_blocks:  # a block type that was removed from the code stays in old content
                collect(block.child_blocks[item["type"]], item["value"], wanted)
    elif isinstance(block, BaseStructBlock):
        for name, child in block.child_blocks.items():
            collect(child, raw.get(name), wanted)
    elif isinstance(block, ListBlock):
        for item in raw:
            collect(block.child_block, item["value"] if block._item_is_in_block_format(item) else item, wanted)
    elif isinstance(block, ChooserBlock):
        model = block.model_class
        wanted[Page if issubclass(model, Page) else model].add(raw)
    elif isinstance(block, RichTextBlock):
        collect_links(raw, wanted)


def collect_links(source: str, wanted: Wanted) -> None:
    """Add to `wanted` the pages and documents that rich text links to."""
    for kind, key in references_in(parse(source)):
        wanted[Page if kind == "page" else get_document_model()].add(key)


def collect_from_fields(instances: Iterable[Model]) -> tuple[Wanted, list[StreamValue]]:
    """What the rich text fields of the instances link to, and the values of their stream fields."""
    wanted: Wanted = defaultdict(set)
    streams: list[StreamValue] = []
    for instance in instances:
        for field in instance._meta.get_fields():
            if isinstance(field, StreamField):
                streams.append(getattr(instance, field.attname))
            elif isinstance(field, RichTextField):
                collect_links(getattr(instance, field.attname), wanted)
    return wanted, streams
