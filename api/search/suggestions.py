"""Suggestions, taken from the titles of pages that the requester may see, and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from modelsearch.query import Or, PlainText
from rest_framework.request import Request
from wagtail.models import Locale, Page
from wagtail.search.backends import get_search_backend

from api.search.queries import TypedQuery
from api.search.words import WORD, fold, words_in
from pages.visibility import visible_pages

MAX_TITLES = 500
"""How many titles are looked through for a suggestion. They are the best of those that might do."""
MAX_WORDS = 6
_SAME_BEGINNING = 2
_LIKENESS = 0.75
_SHORTEST_WORD = 4


def completions(query: TypedQuery, locale: Locale, request: Request, limit: int) -> list[str]:
    """Titles that have a word beginning with each word that was typed, without repetition."""
    typed = tuple(words_in(query.text))
    if not typed:
        return []
    titles = (title for title in _titles(PlainText(" ".join(typed), operator="and"), locale, request, typed[-1]))
    fitting = (title for title in titles if _begins_with_all(list(words_in(title)), typed))
    return list(islice(dict.fromkeys(fitting), limit))


def corrected(query: TypedQuery, locale: Locale, request: Request) -> str | None:
    """What was typed, with its unknown words replaced by similar ones; None where nothing is similar.

    Only titles with a word that has the same two first letters are looked at: what begins otherwise is not found.
    """
    typed = list(dict.fromkeys(words_in(query.text)))
    doubtful = [word for word in typed if len(word) >= _SHORTEST_WORD]
    if not doubtful or len(typed) > MAX_WORDS:
        return None
    beginnings = [PlainText(word[:_SAME_BEGINNING]) for word in doubtful]
    known = _vocabulary(_titles(Or(beginnings), locale, request))
    replaced = {word: known[close[0]] for word in doubtful if word not in known and (close := _close(word, known))}
    return WORD.sub(lambda match: replaced.get(fold(match[0]), match[0]), query.text) if replaced else None


def _titles(query: PlainText | Or, locale: Locale, request: Request, first: str = "") -> QuerySet[Page, str]:
    """Titles of visible pages in whose title or summary a word begins so; those with `first` in the title first."""
    results = get_search_backend().autocomplete(query, visible_pages(request)).get_queryset().filter(locale=locale)
    in_title = Case(
        When(Q(title__icontains=first), then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    ordered = results.order_by(in_title.desc(), *results.query.order_by)
    titles: QuerySet[Page, str] = ordered.values_list("title", flat=True)[:MAX_TITLES]
    return titles


def _begins_with_all(words: list[str], typed: Iterable[str]) -> bool:
    return all(any(word.startswith(beginning) for word in words) for beginning in typed)


def _vocabulary(titles: Iterable[str]) -> dict[str, str]:
    """The words of the titles as they are written there in lower case, by their folded form."""
    return {fold(match[0]): match[0].lower() for title in titles for match in WORD.finditer(title)}


def _close(word: str, known: dict[str, str]) -> list[str]:
    same_beginning = [other for other in known if other.startswith(word[:_SAME_BEGINNING])]
    return get_close_matches(word, same_beginning, n=1, cutoff=_LIKENESS)
