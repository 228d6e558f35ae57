"""What a request to the search asks for. The forms of its parameters are checked before, in `api.parameter_rules`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from wagtail.api.v2.utils import page_models_from_string
from wagtail.models import Page

from api.errors import BadInput
from api.search.moments import parse_moment
from api.search.queries import TypedQuery

DEFAULT_LIMIT = 20


@dataclass(frozen=True)
class Question:
    """A query, and what its results are limited to."""

    query: TypedQuery
    models: tuple[type[Page], ...] = ()
    organisations: tuple[int, ...] = ()
    topics: tuple[int, ...] = ()
    date_from: dt.datetime | None = None
    date_to: dt.datetime | None = None
    sort: str = "relevance"
    facets: tuple[str, ...] = ()
    offset: int = 0
    limit: int = DEFAULT_LIMIT

    @classmethod
    def parse(cls, asked: Mapping[str, str]) -> Question:
        """Raises BadInput for a type of page that there is not, and where there is no query."""
        return cls(
            typed_query(asked),
            _models(asked.get("type")),
            _ids(asked.get("organisation")),
            _ids(asked.get("topic")),
            parse_moment(asked["date_from"]) if "date_from" in asked else None,
            parse_moment(asked["date_to"], end_of_day=True) if "date_to" in asked else None,
            asked.get("sort", cls.sort),
            tuple(dict.fromkeys(asked["facets"].split(","))) if "facets" in asked else (),
            int(asked.get("offset", 0)),
            int(asked.get("limit", DEFAULT_LIMIT)),
        )


def typed_query(asked: Mapping[str, str]) -> TypedQuery:
    """What was typed. Raises BadInput where nothing was."""
    typed = asked.get("q")
    if typed is None:
        raise BadInput("q is missing: what should be searched for?", "query", "q", code="required")
    return TypedQuery.parse(typed)


def _models(names: str | None) -> tuple[type[Page], ...]:
    if names is None:
        return ()
    try:
        models: tuple[type[Page], ...] = page_models_from_string(names)
    except (LookupError, ValueError):
        raise BadInput("type doesn't exist", "query", "type", code="unknown") from None
    return models


def _ids(numbers: str | None) -> tuple[int, ...]:
    return tuple(int(number) for number in numbers.split(",")) if numbers is not None else ()
