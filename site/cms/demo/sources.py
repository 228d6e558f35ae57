"""Reads what is written in the folder content/: pages and documents as text with a TOML head, the rest as TOML."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cms.demo.markup.syntax import Part, read_parts

CONTENT = Path(__file__).parent / "content"
HOME = "home"
_FENCE = "+++\n"
_FIELD = re.compile(r"^# (\w+)\n", re.MULTILINE)


@dataclass(frozen=True)
class PageSource:
    """One page as it is written: `key` is its place in the tree, the same for all languages."""

    locale: str
    key: str
    head: dict[str, Any]
    texts: dict[str, str] = field(default_factory=dict)
    """Text by the name of the field that it goes into: what comes first is the body, `# outcome` begins another."""

    @property
    def parent_key(self) -> str | None:
        """The key of the page above; None for the home page."""
        if self.key == HOME:
            return None
        return self.key.rpartition("/")[0] or HOME

    @property
    def slug(self) -> str:
        """The slug: the last part of the key unless the head says otherwise."""
        return str(self.head.get("slug") or self.key.rpartition("/")[2])


@dataclass(frozen=True)
class DocumentSource:
    """One document of text, from which a PDF is made."""

    locale: str
    key: str
    head: dict[str, Any]
    parts: list[Part]


def read_pages(locale: str) -> list[PageSource]:
    """Return the pages of a language, each after the page above it and siblings in their order."""
    folder = CONTENT / "pages" / locale
    pages = [_read_page(path, folder, locale) for path in folder.rglob("*.md")]
    by_key = {page.key: page for page in pages}
    return sorted(pages, key=lambda page: _place(page, by_key))


def read_documents() -> list[DocumentSource]:
    """Return all documents of text, by language and name."""
    found = []
    for path in sorted((CONTENT / "documents").glob("*/*.md")):
        head, body = _split(path)
        found.append(DocumentSource(locale=path.parent.name, key=path.stem, head=head, parts=read_parts(body)))
    return found


def read_toml(name: str) -> dict[str, Any]:
    """Return content/<name>.toml."""
    return tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))


def _read_page(path: Path, folder: Path, locale: str) -> PageSource:
    head, body = _split(path)
    place = path.relative_to(folder).with_suffix("")
    key = place.parent if place.name == "_index" else place
    texts = {}
    first, *others = _FIELD.split(body)
    for name, text in [("body", first), *zip(others[::2], others[1::2], strict=True)]:
        if text.strip():
            texts[name] = text.strip()
    return PageSource(locale=locale, key=HOME if key == Path() else key.as_posix(), head=head, texts=texts)


def _split(path: Path) -> tuple[dict[str, Any], str]:
    text = path.read_text(encoding="utf-8")
    before, head, body = text.split(_FENCE, 2)
    if before:
        raise ValueError(f"{path} does not begin with its head.")
    return tomllib.loads(head), body


def _place(page: PageSource, by_key: dict[str, PageSource]) -> list[tuple[int, str]]:
    place: list[tuple[int, str]] = []
    current: PageSource | None = page
    while current is not None and current.parent_key is not None:
        place.insert(0, (int(current.head.get("order", 0)), current.key))
        if current.parent_key not in by_key:
            raise ValueError(f"{current.locale}: {current.key} has no page above it.")
        current = by_key[current.parent_key]
    return place
