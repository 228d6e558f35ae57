"""Rich text as the API gives it out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from html import escape
from typing import Any, Protocol, cast
from urllib.parse import urljoin

from django.db.models import Model
from wagtail.api.rich_text import APIRichText, RichTextOutputFormat
from wagtail.documents import get_document_model
from wagtail.models import Page

from pages.rich_text_ast import to_ast
from pages.rich_text_tree import Element, Node, parse, reference_of, references_in

HTML, AST, MARKDOWN, DB_HTML, DB_MARKDOWN = RICH_TEXT_FORMATS = ("html", "ast", "markdown", "db_html", "db_markdown")
"""What `?rich_text_format=` may be: Wagtail's forms, and a tree."""

_EMPTY = {"br", "hr"}
_STORED_ONLY = {"data-block-key"}


class Targets(Protocol):
    """Knows what the requester may see, and where it is."""

    def load(self, wanted: dict[type[Model], set[Any]]) -> None: ...

    def represent(self, model: type[Model], key: Any) -> dict[str, Any] | None: ...

    def address(self, model: type[Model], key: Any) -> str | None: ...

    @property
    def website(self) -> str: ...


def render_rich_text(source: str, rich_text_format: str, targets: Targets) -> Any:
    """Stored rich text in one of RICH_TEXT_FORMATS, `targets` deciding which links keep their target.

    A list for `ast`, else a text. Wagtail's own conversion (wagtail/rich_text/__init__.py, `expand_db_html`) asks the
    database once for each text, gives out addresses of unpublished and restricted pages, follows the language of the
    visitor's browser, and lets through whatever is stored. Embedded things are dropped: they are blocks.
    """
    links = Links(targets, stored=rich_text_format in {DB_HTML, DB_MARKDOWN})
    tree = parse(source)
    links.load(tree)
    if rich_text_format == AST:
        return to_ast(tree, links)
    html = _html(tree, links)
    if rich_text_format in {HTML, DB_HTML} or not html:
        return html
    return APIRichText.serialize(html, format=cast("RichTextOutputFormat", rich_text_format))


class Links:
    """Where the links of a text lead: to their addresses, or, when `stored`, to ids as in the database."""

    def __init__(self, targets: Targets, *, stored: bool) -> None:
        self._targets = targets
        self.stored = stored

    def load(self, tree: Iterable[Node]) -> None:
        """Fetch all targets at once."""
        wanted: dict[type[Model], set[Any]] = defaultdict(set)
        for kind, key in references_in(tree):
            wanted[_model(kind)].add(key)
        self._targets.load(wanted)

    def target(self, link: Element) -> dict[str, Any] | None:
        """What a link refers to by its id, as far as it may be seen."""
        reference = reference_of(link)
        return self._targets.represent(_model(reference[0]), reference[1]) if reference else None

    def address(self, link: Element) -> str | None:
        """The absolute address of what a link leads to; None when that may not be seen."""
        reference = reference_of(link)
        if reference:
            return self._targets.address(_model(reference[0]), reference[1])
        href = link.get("href") or ""
        return urljoin(self._targets.website, href) if href.startswith(("/", "\\")) else href

    def attributes(self, link: Element) -> dict[str, str] | None:
        """The attributes of a link in HTML; None when it leads nowhere."""
        address = self.address(link)
        if not address:
            return None
        if self.stored:
            return dict(link.attributes)
        others = {name: value for name, value in link.attributes if name not in {"linktype", "id", "href"}}
        return {"href": address} | others


def _model(kind: str) -> type[Model]:
    model: type[Model] = Page if kind == "page" else get_document_model()
    return model


def _html(nodes: Iterable[Node], links: Links) -> str:
    return "".join(_node_html(node, links) for node in nodes)


def _node_html(node: Node, links: Links) -> str:
    if isinstance(node, str):
        return escape(node, quote=False)
    inner = _html(node.children, links)
    attributes = links.attributes(node) if node.name == "a" else dict(node.attributes)
    if attributes is None:
        return inner
    shown = "".join(
        f' {name}="{escape(value)}"' for name, value in attributes.items() if links.stored or name not in _STORED_ONLY
    )
    return f"<{node.name}{shown}/>" if node.name in _EMPTY else f"<{node.name}{shown}>{inner}</{node.name}>"
