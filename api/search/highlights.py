"""The parts of a page's own text around the words that were searched for, as safe HTML."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import chain

from django.utils.html import escape
from wagtail.models import Page

from api.search.words import WORD, fold, stem
from pages.searchable_text import texts_of_body

FRAGMENT_LENGTH = 240
"""Characters around the first hit, a little more or less."""
MAX_TEXT_LENGTH = 100_000
"""How much of a page's text is looked through."""
_BEFORE = 80


def highlight(page: Page, stems: AbstractSet[str]) -> dict[str, str]:
    """Title and a piece of text, in which only `<mark>` is markup.

    The text is the summary if that has one of the words, else the first part of the body that has, else the summary
    without marks.
    """
    title = _normal(page.title)
    return {"title": _marked(title, stems), "text": _text(page, stems)}


def _text(page: Page, stems: AbstractSet[str]) -> str:
    summary = _normal(getattr(page, "summary", ""))
    for text in chain([summary], _bounded(map(_normal, texts_of_body(page)))):
        if hit := next(_hits(text, stems), None):
            return _marked(text if text is summary else _fragment(text, *hit), stems)
    return escape(summary)


def _bounded(texts: Iterable[str]) -> Iterator[str]:
    left = MAX_TEXT_LENGTH
    for text in texts:
        if left <= 0:
            return
        yield text[:left]
        left -= len(text)


def _fragment(text: str, hit: int, end_of_hit: int) -> str:
    """The words around a hit, with an ellipsis where text is left out."""
    start = max(hit - _BEFORE, 0)
    end = start + FRAGMENT_LENGTH
    if start:
        start = text.find(" ", start, hit) + 1 or hit
    if end < len(text):
        end = max(text.rfind(" ", hit, end), end_of_hit)
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"


def _marked(text: str, stems: AbstractSet[str]) -> str:
    pieces, position = [], 0
    for start, end in _hits(text, stems):
        pieces += [escape(text[position:start]), f"<mark>{escape(text[start:end])}</mark>"]
        position = end
    return "".join([*pieces, escape(text[position:])])


def _hits(text: str, stems: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    for match in WORD.finditer(text):
        if stem(fold(match[0])) in stems:
            yield match.span()


def _normal(text: str) -> str:
    """In one line, with accents as part of their letters."""
    return unicodedata.normalize("NFC", " ".join(text.split()))
