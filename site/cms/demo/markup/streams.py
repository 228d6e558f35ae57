"""Turns the parts of a text into the JSON that StreamFields store. One small function per block."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from cms.demo.markup.prose import Resolve, to_rich_text
from cms.demo.markup.syntax import Block, Heading, Part, Prose, read_items, read_titled, split_arguments

_NAMESPACE = uuid.UUID("6a0b7a52-2c5e-5b1c-9a37-0d6f3f0e7c11")


class StreamBuilder:
    """Builds the streams of one page or snippet.

    Args:
        owner: what the stream belongs to. The ids of its blocks are made from it, and so the same in each installation.
        resolve: finds the id of a page, image, document, contact or notice by its key.
        describe: gives the text alternative of an image of the library by its key.
    """

    def __init__(self, owner: str, resolve: Resolve, describe: Callable[[str], str]) -> None:
        self.owner = owner
        self.resolve = resolve
        self.describe = describe
        self._count = 0

    def build(self, parts: list[Part]) -> list[dict[str, Any]]:
        """Return the raw value of a stream. Raises ValueError for a block that there is none of."""
        return [self._built(part) for part in parts]

    def block(self, type_name: str, value: Any) -> dict[str, Any]:
        """Return one block with an id of its own."""
        self._count += 1
        return {"type": type_name, "value": value, "id": str(uuid.uuid5(_NAMESPACE, f"{self.owner}#{self._count}"))}

    def prose(self, source: str) -> str:
        """Return running text as it is stored."""
        return to_rich_text(source, self.resolve)

    def link(self, target: str, text: str) -> dict[str, Any]:
        """Return a link to a page (`page:key`) or a web address."""
        kind, _, key = target.partition(":")
        if kind == "page":
            return {"page": self.resolve("page", key), "url": "", "text": text}
        return {"page": None, "url": target, "text": text}

    def items(self, values: list[Any]) -> list[dict[str, Any]]:
        """Return the items of a list block."""
        return [self.block("item", value) for value in values]

    def _built(self, part: Part) -> dict[str, Any]:
        if isinstance(part, Heading):
            return self.block("heading", {"text": part.text, "level": part.level})
        if isinstance(part, Prose):
            return self.block("text", self.prose(part.source))
        if part.name not in _BLOCKS:
            raise ValueError(f"There is no block named {part.name} ({self.owner}).")
        type_name, build = _BLOCKS[part.name]
        return self.block(type_name, build(self, part))


def _callout(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    return {"kind": block.argument(0), "title": block.argument(1), "text": builder.prose(block.text)}


def _details(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    return {"summary": block.argument(0), "text": builder.prose(block.text)}


def _quote(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    words = " ".join(block.text.split())
    return {"text": words, "attribution": block.argument(0), "role": block.argument(1), "source_url": ""}


def _steps(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    steps = [{"title": title, "text": builder.prose(text)} for title, text in read_titled(block.lines)]
    return {"title": block.argument(0), "steps": builder.items(steps)}


def _accordion(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    sections = []
    for title, text in read_titled(block.lines):
        heading, _, summary = title.partition("|")
        sections.append({"heading": heading.strip(), "summary": summary.strip(), "text": builder.prose(text)})
    return {"sections": builder.items(sections)}


def _faq(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    questions = [{"question": title, "answer": builder.prose(text)} for title, text in read_titled(block.lines)]
    return {"title": block.argument(0), "questions": builder.items(questions)}


def _table(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    first_column = block.argument(1) == "first column"
    return {
        "data": [list(split_arguments(line)) for line in block.lines if line.strip()],
        "table_caption": block.argument(0),
        "table_header_choice": "both" if first_column else "row",
        "first_row_is_table_header": True,
        "first_col_is_header": first_column,
        "cell": [],
        "mergeCells": [],
    }


def _attachments(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    attachments = [
        {
            "document": builder.resolve("document", key),
            "title": rest[0] if rest else "",
            "language": rest[1] if len(rest) > 1 else "",
            "accessible": True,
        }
        for key, *rest in read_items(block.lines)
    ]
    return {"title": block.argument(0), "attachments": builder.items(attachments)}


def _links(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    links = [builder.link(target, rest[0] if rest else "") for target, *rest in read_items(block.lines)]
    return {"title": block.argument(0), "links": builder.items(links)}


def _cards(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    cards = []
    for target, *rest in read_items(block.lines):
        text, description = [*rest, "", ""][:2]
        cards.append(builder.link(target, text) | {"description": description})
    return {"title": block.argument(0), "cards": builder.items(cards)}


def _action(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    return builder.link(block.argument(1), block.argument(2)) | {"style": block.argument(0)}


def _image(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    key = block.argument(0)
    decorative = block.argument(1) == "decorative"
    return {
        "image": builder.resolve("image", key),
        "decorative": decorative,
        "alt_text": "" if decorative else block.argument(1) or builder.describe(key),
        "caption": block.argument(2),
        "credit": "",
    }


def _video(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    return {
        "url": block.argument(0),
        "title": block.argument(1),
        "caption": block.argument(2),
        "transcript": builder.prose(block.text),
    }


def _contact(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    return {"contact": builder.resolve("contact", block.argument(0))}


def _notice(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    return {"notice": builder.resolve("notice", block.argument(0))}


def _email(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    return {"title": block.argument(0), "email": block.argument(1)}


def _phone(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    return {"title": block.argument(0), "number": block.argument(1), "hours": block.argument(2)}


def _post(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    lines = [line.strip() for line in block.argument(1).split(";")]
    return {"title": block.argument(0), "address": "\n".join(lines)}


def _online(builder: StreamBuilder, block: Block) -> dict[str, Any]:
    return {"title": block.argument(0), "url": block.argument(1)}


_BLOCKS: dict[str, tuple[str, Callable[[StreamBuilder, Block], Any]]] = {
    "callout": ("callout", _callout),
    "details": ("details", _details),
    "quote": ("quote", _quote),
    "steps": ("steps", _steps),
    "accordion": ("accordion", _accordion),
    "faq": ("faq", _faq),
    "table": ("table", _table),
    "attachments": ("attachments", _attachments),
    "links": ("links", _links),
    "cards": ("cards", _cards),
    "action": ("call_to_action", _action),
    "image": ("image", _image),
    "video": ("video", _video),
    "contact": ("contact", _contact),
    "notice": ("notice", _notice),
    "email": ("email", _email),
    "phone": ("phone", _phone),
    "post": ("post", _post),
    "online": ("online", _online),
}
