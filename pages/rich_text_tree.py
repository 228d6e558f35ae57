"""Stored rich text as a tree that holds nothing but what rich text may consist of.

The rest is left out here, whoever wrote it into the database: scripts with all that is in them, other elements without
their tags, attributes and addresses that could do something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr"})
MARKS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "sup": "superscript",
    "sub": "subscript",
    "s": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "code": "code",
}
"""Elements that change how text looks, and what the API calls that."""
LINKED = ("page", "document")
"""What a stored link may refer to by its id."""

_KEPT = BLOCKS | MARKS.keys() | {"a", "br"}
_EVERYWHERE = frozenset({"lang", "dir", "data-block-key"})
_ATTRIBUTES = {
    "a": frozenset({"href", "linktype", "id", "rel", "target", "title", "hreflang"}),
    "ol": frozenset({"start"}),
    **{f"h{level}": frozenset({"id"}) for level in range(1, 7)},
}
_DROPPED = frozenset(
    {"script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "math", "head", "title"}
    | {"audio", "video", "canvas", "form", "input", "button", "select", "textarea", "frameset", "noembed", "noframes"}
)
_DEEPEST = 40
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# What browsers leave out of an address before they look at it (WHATWG URL, basic URL parser).
_IGNORED_BY_BROWSERS = re.compile(r"^[\x00-\x20]+|[\x00-\x20]+$|[\t\n\r]")
_SCHEME = re.compile(r"([^/?#]*?):")


@dataclass(frozen=True, slots=True)
class Element:
    """One of the elements that rich text may have."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple[Node, ...]

    def get(self, name: str) -> str | None:
        """An attribute."""
        return dict(self.attributes).get(name)


Node = str | Element


@lru_cache(maxsize=512)
def parse(source: str) -> tuple[Node, ...]:
    """The tree of stored rich text. The same few texts are asked for again and again: hence the cache."""
    return tuple(_cleaned(BeautifulSoup(source, "html.parser").contents, 0, in_link=False))


def reference_of(link: Element) -> tuple[str, int] | None:
    """What a link refers to by its id: `page` or `document`, and the id."""
    linktype = link.get("linktype")
    return (linktype, int(link.get("id") or 0)) if linktype else None


def references_in(nodes: Iterable[Node]) -> Iterator[tuple[str, int]]:
    """What the links in a tree refer to."""
    for node in nodes:
        if isinstance(node, Element):
            if node.name == "a" and (reference := reference_of(node)):
                yield reference
            yield from references_in(node.children)


def _cleaned(contents: Iterable[object], depth: int, *, in_link: bool) -> Iterator[Node]:
    for item in contents:
        if type(item) is NavigableString:  # its subclasses are comments, declarations, instructions
            yield str(item)
        elif isinstance(item, Tag) and item.name not in _DROPPED:
            yield from _cleaned_tag(item, depth + 1, in_link=in_link)


def _cleaned_tag(tag: Tag, depth: int, *, in_link: bool) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    attributes = _attributes(tag)
    kept = tag.name in _KEPT
    if tag.name == "a":
        kept = not in_link and bool({"href", "linktype"} & attributes.keys())
    children = tuple(_cleaned(tag.contents, depth, in_link=in_link or (kept and tag.name == "a")))
    if kept:
        yield Element(tag.name, tuple(attributes.items()), children)
    else:
        yield from children


def _attributes(tag: Tag) -> dict[str, str]:
    allowed = _EVERYWHERE | _ATTRIBUTES.get(tag.name, frozenset())
    found = {name: _text(value) for name, value in tag.attrs.items() if name in allowed}
    if tag.name == "a":
        return _link_attributes(found)
    if not re.fullmatch(r"-?[0-9]{1,6}", found.get("start", "1")):
        del found["start"]
    return found


def _text(value: object) -> str:
    """`rel` and the like come as lists of words."""
    return " ".join(value) if isinstance(value, list) else str(value)


def _link_attributes(found: dict[str, str]) -> dict[str, str]:
    """Either a reference, or an address that is safe to follow, or neither."""
    linktype, key, href = found.pop("linktype", None), found.pop("id", ""), found.pop("href", None)
    if linktype is not None:
        known = linktype in LINKED and re.fullmatch(r"[0-9]{1,18}", key, re.ASCII)
        return ({"linktype": linktype, "id": str(int(key))} | found) if known else found
    address = safe_address(href or "")
    return ({"href": address} | found) if address else found


def safe_address(address: str) -> str | None:
    """The address as a browser reads it, or None when following it could run something."""
    address = _IGNORED_BY_BROWSERS.sub("", address)
    scheme = _SCHEME.match(address)
    if not address or (scheme and scheme[1].lower() not in _SCHEMES):
        return None
    return address
