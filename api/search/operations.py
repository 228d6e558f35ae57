"""What the search says about itself: its parameters and the schemas of its answers."""

from __future__ import annotations

from typing import Any

from api.openapi.operations import COMMON_PARAMETERS, Answer, Operation, Parameter, Schema, component
from api.parameter_rules import MAX_OFFSET, MAX_SEARCH_LENGTH, SHORTEST_QUERY
from api.search.facets import FACETS, MAX_VALUES
from api.search.promotions import MAX_PROMOTIONS
from api.search.questions import DEFAULT_LIMIT

MAX_SUGGESTIONS = 10
MAX_ROWS = 100

_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "minimum": 0}
_ID = {"type": "integer", "minimum": 1}
_IDS = {"type": "string", "pattern": "^[0-9]{1,10}(,[0-9]{1,10}){0,19}$"}
_MARKED = {"type": "string", "description": "HTML that is safe to show: escaped, with `<mark>` around what was found."}


def _object(members: dict[str, Schema], *optional: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [name for name in members if name not in optional],
        "additionalProperties": False,
        "properties": members,
    }


def _facet(value: Schema) -> dict[str, Any]:
    counted = _object({"value": value, "label": _TEXT, "count": {"type": "integer", "minimum": 1}})
    return {"type": "array", "maxItems": MAX_VALUES, "items": counted}


RESULT = _object(
    {
        "id": _ID,
        "type": {"type": "string", "description": "Type of the page, such as `pages.NewsArticlePage`."},
        "title": _TEXT,
        "url": {"type": ["string", "null"]},
        "summary": _TEXT,
        "locale": {"type": "string", "description": "Code of its language."},
        "public_updated_at": {"type": ["string", "null"], "format": "date-time"},
        "highlight": _object({"title": _MARKED, "text": _MARKED}),
    }
)
PROMOTION = _object(
    {
        "title": _TEXT,
        "url": _TEXT,
        "description": _TEXT,
        "page": {"anyOf": [component("PageLink"), {"type": "null"}], "description": "Null for another website."},
    }
)
RESULTS = _object(
    {
        "meta": component("ListMeta"),
        "items": {"type": "array", "maxItems": MAX_ROWS, "items": RESULT},
        "facets": _object(
            {"type": _facet(_TEXT), "locale": _facet(_TEXT), "organisation": _facet(_ID), "topic": _facet(_ID)}, *FACETS
        ),
        "promoted": {"type": "array", "maxItems": MAX_PROMOTIONS, "items": PROMOTION},
        "did_you_mean": {"type": ["string", "null"], "description": "Another query, which finds something."},
    }
)
SUGGESTIONS = _object({"items": {"type": "array", "maxItems": MAX_SUGGESTIONS, "uniqueItems": True, "items": _TEXT}})

QUERY = Parameter(
    "q",
    "What to search for: all of the words. Words in quotation marks are a phrase.",
    {"type": "string", "minLength": SHORTEST_QUERY, "maxLength": MAX_SEARCH_LENGTH},
    required=True,
)
_DATE = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}

OPERATIONS = (
    Operation(
        "listing",
        "Search the pages of a site",
        {200: Answer("What was found.", RESULTS)},
        (
            QUERY,
            Parameter("type", "Only these types of page, separated by commas."),
            Parameter("organisation", "Only pages of one of these organisations: ids, separated by commas.", _IDS),
            Parameter("topic", "Only pages about one of these topics: ids, separated by commas.", _IDS),
            Parameter("date_from", "Only pages updated then or later. A date begins at midnight UTC.", _DATE),
            Parameter("date_to", "Only pages updated then or earlier. A date ends at midnight UTC.", _DATE),
            Parameter("facets", f"What to count the results by: {', '.join(FACETS)}, separated by commas."),
            Parameter(
                "sort",
                "Order of the results. Default: `relevance`.",
                {"enum": ["relevance", "newest", "oldest", "title"]},
            ),
            Parameter("limit", f"Results. Default: {DEFAULT_LIMIT}.", _ID | {"maximum": MAX_ROWS}),
            Parameter("offset", "Results to leave out before.", _NUMBER | {"maximum": MAX_OFFSET}),
            *COMMON_PARAMETERS,
        ),
    ),
    Operation(
        "suggest",
        "Titles that begin with what was typed so far",
        {200: Answer("Titles of pages.", SUGGESTIONS)},
        (
            QUERY,
            Parameter(
                "limit",
                f"Suggestions. Default: {MAX_SUGGESTIONS}, which is the most.",
                _ID | {"maximum": MAX_SUGGESTIONS},
            ),
            *COMMON_PARAMETERS,
        ),
    ),
)
