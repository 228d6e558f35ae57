"""Words, and when two of them count as the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

WORD = re.compile(r"\w+(?:['\u2019]\w+)*")

_ENDINGS = ("ings", "ing", "edly", "ies", "ed", "es", "ly", "s", "e", "y")
_SHORTEST_STEM = 3


def fold(text: str) -> str:
    """Lower case, without accents: "Dŵr" and "dwr" are the same to a search."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()


def stem(word: str) -> str:
    """What is left without the endings of English, of a folded word: "floods" and "flooding" are both "flood".

    Good enough for marking words in a result. What is found is for the database's own dictionaries to say.
    """
    word = re.sub(r"['\u2019]s?$", "", word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def words_in(text: str) -> Iterator[str]:
    """The words of a text, folded."""
    for match in WORD.finditer(text):
        yield fold(match[0])
