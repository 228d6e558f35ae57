"""Rich text as a tree of typed nodes, for frontends that build it from their own components.

A text is a list of blocks: `paragraph`, `heading`, `list`, `quote`, `rule`. Paragraphs and headings have `text`,
`line_break` and `link` in them. A link to what the requester may not see is not there; its words are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from pages.rich_text_tree import BLOCKS, MARKS, Element, Node

Block = dict[str, Any]
Inline = dict[str, Any]


class LinkTargets(Protocol):
    """Knows where links lead, for the requester."""

    def target(self, link: Element) -> dict[str, Any] | None: ...

    def address(self, link: Element) -> str | None: ...


def to_ast(tree: Iterable[Node], links: LinkTargets) -> list[Block]:
    """The blocks of a text."""
    return list(_blocks(tree, links))


def _blocks(nodes: Iterable[Node], links: LinkTargets) -> Iterator[Block]:
    """The nodes as blocks; text that is in none becomes a paragraph."""
    loose: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.name in BLOCKS:
            yield from _paragraph(loose, links)
            loose = []
            yield from _block(node, links)
        else:
            loose.append(node)
    yield from _paragraph(loose, links)


def _block(element: Element, links: LinkTargets) -> Iterator[Block]:
    match element.name:
        case "p" | "li":
            yield from _blocks(element.children, links)
        case "ul" | "ol":
            yield from _list(element, links)
        case "blockquote":
            if children := list(_blocks(element.children, links)):
                yield {"type": "quote", "children": children}
        case "hr":
            yield {"type": "rule"}
        case heading:
            if children := _inline(element.children, links):
                yield {"type": "heading", "level": int(heading[1]), "id": element.get("id"), "children": children}


def _list(element: Element, links: LinkTargets) -> Iterator[Block]:
    ordered = element.name == "ol"
    items = [list(_blocks([child], links)) for child in element.children]
    shown = [{"type": "list_item", "children": children} for children in items if children]
    if shown:
        start = element.get("start") if ordered else None
        yield {"type": "list", "ordered": ordered, "start": int(start) if start else None, "items": shown}


def _paragraph(nodes: Iterable[Node], links: LinkTargets) -> Iterator[Block]:
    if children := _inline(nodes, links):
        yield {"type": "paragraph", "children": children}


def _inline(nodes: Iterable[Node], links: LinkTargets) -> list[Inline]:
    """What stands in one line, without blanks at its ends; empty when there is nothing else."""
    parts = _joined(_parts(nodes, links, ()))
    if not any(part["type"] == "link" or part.get("text", "").strip() for part in parts):
        return []
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        if parts[end]["type"] == "text":
            parts[end]["text"] = strip(parts[end]["text"], " \t\r\n")
    return [part for part in parts if part.get("text") != ""]


def _parts(nodes: Iterable[Node], links: LinkTargets, marks: tuple[str, ...]) -> Iterator[Inline]:
    for node in nodes:
        if isinstance(node, str):
            yield {"type": "text", "text": node, "marks": list(marks)}
        elif node.name == "br":
            yield {"type": "line_break"}
        elif node.name == "a":
            yield from _link(node, links, marks)
        else:
            mark = MARKS.get(node.name)
            more = (*marks, mark) if mark and mark not in marks else marks
            yield from _parts(node.children, links, more)


def _link(link: Element, links: LinkTargets, marks: tuple[str, ...]) -> Iterator[Inline]:
    children = _joined(_parts(link.children, links, marks))
    url, target = links.address(link), links.target(link)
    if not url or not children:
        yield from children
        return
    kind = link.get("linktype") or _kind(url)
    page, document = (target if kind == name else None for name in ("page", "document"))
    yield {"type": "link", "kind": kind, "url": url, "page": page, "document": document, "children": children}


def _kind(url: str) -> str:
    if url.startswith("#"):
        return "anchor"
    return {"mailto": "email", "tel": "phone"}.get(url.partition(":")[0].lower(), "external")


def _joined(parts: Iterable[Inline]) -> list[Inline]:
    """Neighbours that look the same as one."""
    joined: list[Inline] = []
    for part in parts:
        last = joined[-1] if joined else {}
        if part["type"] == "text" == last.get("type") and part["marks"] == last["marks"]:
            last["text"] += part["text"]
        elif part.get("text") != "":
            joined.append(part)
    return joined


def _component(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _node(type: str, description: str, **members: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": {"type": {"type": "string", "const": type}, **members},
        "required": ["type", *members],
        "additionalProperties": False,
    }


def _one_of(names: dict[str, str]) -> dict[str, Any]:
    mapping = {kind: _component(name)["$ref"] for kind, name in names.items()}
    discriminator = {"propertyName": "type", "mapping": mapping}
    return {"oneOf": [_component(name) for name in names.values()], "discriminator": discriminator}


def _some(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1}


_OR_NULL = {"type": "null"}
_WORDS = {"text": "RichTextText", "line_break": "RichTextLineBreak"}

RICH_TEXT_SCHEMA: dict[str, Any] = {
    "description": "Rich text: a text in the form of `rich_text_format`, or blocks where that is `ast`.",
    "oneOf": [{"type": "string"}, {"type": "array", "items": _component("RichTextBlock")}],
}

RICH_TEXT_SCHEMAS: dict[str, dict[str, Any]] = {
    "RichText": RICH_TEXT_SCHEMA,
    "RichTextBlock": _one_of(
        {
            "paragraph": "RichTextParagraph",
            "heading": "RichTextHeading",
            "list": "RichTextList",
            "quote": "RichTextQuote",
            "rule": "RichTextRule",
        }
    ),
    "RichTextParagraph": _node("paragraph", "A paragraph.", children=_some(_component("RichTextInline"))),
    "RichTextHeading": _node(
        "heading",
        "A heading, in content that is older than the blocks for headings.",
        level={"type": "integer", "minimum": 1, "maximum": 6},
        id={"type": ["string", "null"], "description": "What a link such as `#fees` leads to."},
        children=_some(_component("RichTextInline")),
    ),
    "RichTextList": _node(
        "list",
        "A list, numbered or not.",
        ordered={"type": "boolean"},
        start={"type": ["integer", "null"], "description": "The number of the first item, where it is not 1."},
        items=_some(_component("RichTextListItem")),
    ),
    "RichTextListItem": _node(
        "list_item", "An item: a paragraph, and lists below it.", children=_some(_component("RichTextBlock"))
    ),
    "RichTextQuote": _node("quote", "Somebody else's words.", children=_some(_component("RichTextBlock"))),
    "RichTextRule": _node("rule", "A line between two parts."),
    "RichTextInline": _one_of({**_WORDS, "link": "RichTextLink"}),
    "RichTextText": _node(
        "text",
        "Some words that look the same.",
        text={"type": "string", "minLength": 1},
        marks={
            "type": "array",
            "items": {"type": "string", "enum": list(dict.fromkeys(MARKS.values()))},
            "uniqueItems": True,
        },
    ),
    "RichTextLineBreak": _node("line_break", "A new line in the same paragraph."),
    "RichTextLink": _node(
        "link",
        "A link. To a page or a document of this service it also has what is known of it.",
        kind={"type": "string", "enum": ["page", "document", "external", "email", "phone", "anchor"]},
        url={"type": "string", "minLength": 1, "description": "Absolute, except `#…`."},
        page={"oneOf": [_component("PageLink"), _OR_NULL]},
        document={"oneOf": [_component("Document"), _OR_NULL]},
        children=_some(_one_of(_WORDS)),
    ),
}
"""The schemas by the names under which they refer to each other. They also refer to `PageLink` and `Document`."""
