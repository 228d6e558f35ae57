"""What the query parameters of the API may hold. A name means the same on every endpoint."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings

from api.errors import BadInput
from api.search.moments import parse_moment
from pages.rich_text import RICH_TEXT_FORMATS

MAX_NAME_LENGTH = 100
MAX_VALUE_LENGTH = 2048
MAX_SEARCH_LENGTH = 256
SHORTEST_QUERY = 2
MAX_OFFSET = 10_000
MAX_ID = 2**31 - 1
MAX_TERMS = 20
MAX_FIELDS = 200
MAX_FIELDS_DEPTH = 3
MAX_MENU_DEPTH = 5

_DIGITS = re.compile(r"[0-9]{1,10}", re.ASCII)
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_PLACE = re.compile(r"/|https?://[^/]", re.ASCII | re.IGNORECASE)
_SITE = re.compile(r"[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?", re.ASCII)


def check_parameter(name: str, value: str) -> None:
    """Raises BadInput when the value is too long, or is nothing that a parameter of this name may hold."""
    if len(name) > MAX_NAME_LENGTH or len(value) > MAX_VALUE_LENGTH:
        name = name[:MAX_NAME_LENGTH]
        raise BadInput(f"The parameter '{name}' is too long.", "query", name, code="too_long")
    if rule := _RULES.get(name):
        rule(name, value)


def _refuse(name: str, message: str, code: str = "invalid") -> None:
    raise BadInput(message, "query", name, code=code)


def _number(value: str) -> int | None:
    return int(value) if _DIGITS.fullmatch(value) else None


def _limit(name: str, value: str) -> None:
    highest = settings.WAGTAILAPI_LIMIT_MAX
    number = _number(value)
    if not number:
        _refuse(name, "limit must be a positive integer")
    elif number > highest:
        _refuse(name, f"limit cannot be higher than {highest}", "out_of_range")


def _offset(name: str, value: str) -> None:
    number = _number(value)
    if number is None:
        _refuse(name, "offset must be a positive integer")
    elif number > MAX_OFFSET:
        _refuse(name, f"offset cannot be higher than {MAX_OFFSET}", "out_of_range")


def _id(name: str, value: str) -> None:
    number = _number(value)
    if not number or number > MAX_ID:
        _refuse(name, f"{name} must be a positive integer")


def _id_or_root(name: str, value: str) -> None:
    if value != "root":
        _id(name, value)


def _search(name: str, value: str) -> None:
    if len(value) > MAX_SEARCH_LENGTH:
        _refuse(name, f"{name} cannot be longer than {MAX_SEARCH_LENGTH} characters", "too_long")


def _query(name: str, value: str) -> None:
    _search(name, value)
    if len(" ".join(value.split())) < SHORTEST_QUERY:
        _refuse(name, f"{name} must have at least {SHORTEST_QUERY} characters", "too_short")


def _search_operator(name: str, value: str) -> None:
    if value not in {"and", "or"}:
        _refuse(name, "search_operator must be 'and' or 'or'")


def _terms(name: str, value: str) -> None:
    if value.count(",") >= MAX_TERMS:
        _refuse(name, f"{name} cannot have more than {MAX_TERMS} terms", "too_many")


def _ids(name: str, value: str) -> None:
    _terms(name, value)
    for term in value.split(","):
        _id(name, term)


def _moment(name: str, value: str) -> None:
    try:
        parse_moment(value)
    except ValueError:
        _refuse(name, f"{name} must be a date, such as 2026-01-31, or a time, such as 2026-01-31T09:30:00Z")


def _names(*known: str) -> Callable[[str, str], None]:
    def rule(name: str, value: str) -> None:
        if unknown := sorted(set(value.split(",")) - set(known)):
            _refuse(
                name, f"{name} has {', '.join(unknown) or 'an empty name'}; there are {', '.join(known)}", "unknown"
            )

    return rule


def _one_of(*known: str) -> Callable[[str, str], None]:
    def rule(name: str, value: str) -> None:
        if value not in known:
            _refuse(name, f"{name} must be one of {', '.join(known)}", "unknown")

    return rule


def _fields(name: str, value: str) -> None:
    """Before the grammar's own parser, which is recursive and has no limits (wagtail/api/v2/utils.py)."""
    if value.count(",") + value.count("(") >= MAX_FIELDS:
        _refuse(name, f"fields cannot name more than {MAX_FIELDS} fields", "too_many")
    depth = deepest = 0
    for character in value:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    if deepest > MAX_FIELDS_DEPTH:
        _refuse(name, f"fields cannot be nested deeper than {MAX_FIELDS_DEPTH} levels", "too_deep")


def _format(name: str, value: str) -> None:
    if value != "json":
        _refuse(name, "format must be 'json'")


def _renditions(name: str, value: str) -> None:
    _names(*settings.API_RENDITIONS)(name, value)


def _depth(name: str, value: str) -> None:
    number = _number(value)
    if not number or number > MAX_MENU_DEPTH:
        _refuse(name, f"{name} must be a number from 1 to {MAX_MENU_DEPTH}", "out_of_range")


def _place(name: str, value: str) -> None:
    """A page's id, a path, or a whole address."""
    if value.isascii() and value.isdigit():
        _id(name, value)
    elif not _PLACE.match(value):
        _refuse(name, f"{name} must be a path, a web address, or the id of a page")
    else:
        try:
            urlsplit(value)
        except ValueError:
            _refuse(name, f"{name} is not an address")


def _matching(pattern: re.Pattern[str], wanted: str) -> Callable[[str, str], None]:
    def rule(name: str, value: str) -> None:
        if not pattern.fullmatch(value):
            _refuse(name, f"{name} must be {wanted}")

    return rule


_RULES: dict[str, Callable[[str, str], None]] = {
    "limit": _limit,
    "offset": _offset,
    "id": _id,
    "cursor": _id,
    "part": _id,
    "organisations": _id,
    "topics": _id,
    "child_of": _id_or_root,
    "descendant_of": _id_or_root,
    "translation_of": _id_or_root,
    "ancestor_of": _id,
    "search": _search,
    "search_operator": _search_operator,
    "q": _query,
    "organisation": _ids,
    "topic": _ids,
    "date_from": _moment,
    "date_to": _moment,
    "facets": _names("type", "locale", "organisation", "topic"),
    "sort": _one_of("relevance", "newest", "oldest", "title"),
    "order": _terms,
    "type": _terms,
    "tags": _terms,
    "fields": _fields,
    "format": _format,
    "depth": _depth,
    "current": _place,
    "renditions": _renditions,
    "rich_text_format": _one_of(*RICH_TEXT_FORMATS),
    "locale": _matching(_LOCALE, "a language code, such as en or cy"),
    "site": _matching(_SITE, "a host name, with a port if need be"),
}
