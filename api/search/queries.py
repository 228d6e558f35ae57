"""What a reader typed, as a query for the search backend."""

from __future__ import annotations

import re
from dataclasses import dataclass

from modelsearch.query import And, Phrase, PlainText, SearchQuery

from api.search.words import stem, words_in

_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]')
_SAYING_NOTHING = frozenset(
    words_in(
        "a an and are as at be by do for from has have how i if in is it my of on or that the this to was what when "
        "where which who will with you your"
    )
)
_QUOTATION_MARKS = re.compile(r'["“”„«»]')


@dataclass(frozen=True)
class TypedQuery:
    """All of the words, in any order, and the phrases that stand in quotation marks as they are.

    Nothing that was typed is an operator: `&`, `OR`, `-` and brackets are what stands between words.
    """

    text: str
    """As it was typed, with single spaces."""
    words: tuple[str, ...]
    phrases: tuple[str, ...]

    @classmethod
    def parse(cls, typed: str) -> TypedQuery:
        """Take the phrases out. A quotation mark without a second one is a space."""
        text = " ".join(typed.split())
        phrases = tuple(phrase.strip() for phrase in _QUOTED.findall(text) if _has_word(phrase))
        rest = _QUOTATION_MARKS.sub(" ", _QUOTED.sub(" ", text))
        return cls(text, tuple(dict.fromkeys(word for word in rest.split() if _has_word(word))), phrases)

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.words or self.phrases)

    def stems(self) -> frozenset[str]:
        """What to mark in results: without the words that every text has, unless there are only such."""
        typed = {word for part in (*self.words, *self.phrases) for word in words_in(part)}
        return frozenset(stem(word) for word in (typed - _SAYING_NOTHING) or typed)

    def for_backend(self) -> SearchQuery:
        """The query for Wagtail's search backend."""
        parts: list[SearchQuery] = [Phrase(phrase) for phrase in self.phrases]
        if self.words:
            parts.append(PlainText(" ".join(self.words), operator="and"))
        return parts[0] if len(parts) == 1 else And(parts)


def _has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)
