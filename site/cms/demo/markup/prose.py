"""Turns running text into the HTML that Wagtail's rich text fields store."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

Resolve = Callable[[str, str], int]
"""Finds the id of something on the demo site: `resolve("page", "flooding/prepare")`."""

_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_ITALIC = re.compile(r"\*([^*]+)\*")
_NUMBERED = re.compile(r"\d+\. ")


def to_rich_text(source: str, resolve: Resolve) -> str:
    """Return paragraphs and lists as Wagtail stores them, with links to pages and documents by id.

    Raises whatever `resolve` raises for a link to something that does not exist.
    """
    return "".join(_paragraph(chunk, resolve) for chunk in re.split(r"\n\s*\n", source.strip()) if chunk.strip())


def _paragraph(chunk: str, resolve: Resolve) -> str:
    lines = chunk.strip().splitlines()
    if all(line.startswith("- ") for line in lines):
        return _list("ul", [line[2:] for line in lines], resolve)
    if all(_NUMBERED.match(line) for line in lines):
        return _list("ol", [_NUMBERED.sub("", line, count=1) for line in lines], resolve)
    return f"<p>{_inline(' '.join(lines), resolve)}</p>"


def _list(tag: str, items: list[str], resolve: Resolve) -> str:
    return f"<{tag}>" + "".join(f"<li>{_inline(item, resolve)}</li>" for item in items) + f"</{tag}>"


def _inline(text: str, resolve: Resolve) -> str:
    escaped = html.escape(text, quote=False)
    linked = _LINK.sub(lambda match: f"<a {_target(match[2], resolve)}>{match[1]}</a>", escaped)
    return _ITALIC.sub(r"<i>\1</i>", _BOLD.sub(r"<b>\1</b>", linked))


def _target(address: str, resolve: Resolve) -> str:
    kind, _, key = address.partition(":")
    if kind in ("page", "document"):
        return f'linktype="{kind}" id="{resolve(kind, key)}"'
    return f'href="{address}"'
