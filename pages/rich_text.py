"""Rich text as the API gives it out."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any, Protocol, cast

from django.db.models import Model
from wagtail.api.rich_text import APIRichText, RichTextOutputFormat
from wagtail.documents import get_document_model
from wagtail.models import Page
from wagtail.rich_text.rewriters import EmbedRewriter, LinkRewriter

LINK_WITHOUT_TARGET = re.compile(r"<a\s*>(.*?)</a>", re.DOTALL)
LINK_OF_THIS_SERVICE = re.compile(r"<a\b[^>]*\blinktype\b[^>]*>", re.IGNORECASE)


class Targets(Protocol):
    """Knows what the requester may see."""

    def load(self, wanted: dict[type[Model], set[Any]]) -> None: ...

    def represent(self, model: type[Model], key: Any) -> dict[str, Any] | None: ...


def render_rich_text(source: str, rich_text_format: str, targets: Targets) -> str:
    """Stored rich text in one of Wagtail's formats, `targets` deciding which links keep their target.

    Wagtail's own conversion (wagtail/rich_text/__init__.py, `expand_db_html`) asks the database once for each text,
    gives out addresses of unpublished and restricted pages, and follows the language of the visitor's browser. So
    links are resolved here first; what is left for Wagtail is the format. Embedded things are dropped: they are blocks.
    """
    if not source:
        return ""
    resolved = rich_text_format in {APIRichText.FORMAT_HTML, APIRichText.FORMAT_MARKDOWN}
    rewrite_links = LinkRewriter(
        bulk_rules={
            "page": _rule("page", Page, targets, resolved),
            "document": _rule("document", get_document_model(), targets, resolved),
        }
    )
    source = LINK_OF_THIS_SERVICE.sub(_with_double_quotes, source)
    text = LINK_WITHOUT_TARGET.sub(r"\1", EmbedRewriter()(rewrite_links(source)))
    return cast("str", APIRichText.serialize(text, format=cast("RichTextOutputFormat", rich_text_format)))


def _with_double_quotes(tag: re.Match[str]) -> str:
    """Wagtail's rewriters know attributes in double quotes only, and would hand out any other reference as it is."""
    attributes = re.findall(r"""([\w-]+)\s*=\s*["']?([^"'\s>]*)["']?""", tag[0])
    return "<a " + " ".join(f'{name.lower()}="{value}"' for name, value in attributes) + ">"


def _rule(
    linktype: str, model: type[Model], targets: Targets, resolved: bool
) -> Callable[[list[dict[str, str]]], list[str]]:
    """The rewriting rule for one type of link: an address when `resolved`, otherwise the stored reference."""

    def rewrite(links: list[dict[str, str]]) -> list[str]:
        keys = [int(link["id"]) if re.fullmatch(r"\d{1,18}", link.get("id", "")) else None for link in links]
        targets.load({model: {key for key in keys if key is not None}})
        return [_opening_tag(linktype, key, model, targets, resolved) for key in keys]

    return rewrite


def _opening_tag(linktype: str, key: int | None, model: type[Model], targets: Targets, resolved: bool) -> str:
    target = targets.represent(model, key) if key is not None else None
    if target is None or not target.get("url"):
        return "<a>"
    if resolved:
        return f'<a href="{escape(target["url"])}">'
    return f'<a linktype="{linktype}" id="{key}">'
