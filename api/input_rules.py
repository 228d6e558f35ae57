"""What no request under /api/ may contain, whichever endpoint it is for.

Each rule looks at one part of a request and raises BadInput. The rules know forms, never the database: whether a site,
a locale or a page exists is for the endpoint to say. What one query parameter may hold is in parameter_rules.py.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from django.core.exceptions import RequestDataTooBig
from django.core.handlers.wsgi import get_bytes_from_wsgi
from django.http import HttpRequest, UnreadablePostError

from api.errors import BadInput
from api.parameter_rules import check_parameter

MAX_PATH_LENGTH = 2048
MAX_QUERY_BYTES = 16_384
MAX_PARAMETERS = 50
MAX_JSON_DEPTH = 64
MAX_JSON_INTEGER = 2**63 - 1


def check(request: HttpRequest) -> None:
    """Apply every rule to the request. Raises BadInput at the first that it breaks."""
    for rule in (_check_path, _check_query, _check_charset, _check_json_body):
        rule(request)


def _check_path(request: HttpRequest) -> None:
    if len(request.path_info) > MAX_PATH_LENGTH:
        raise BadInput("The path is too long.", "path", code="too_long", status=HTTPStatus.REQUEST_URI_TOO_LONG)
    _refuse_nul(request.path_info, "path")


def _check_query(request: HttpRequest) -> None:
    seen: set[str] = set()
    for name, value in _parameters(get_bytes_from_wsgi(request.META, "QUERY_STRING", "")):
        if name in seen:
            raise BadInput(f"The parameter '{name}' is given more than once.", "query", name, code="repeated")
        seen.add(name)
        check_parameter(name, value)


def _parameters(raw: bytes) -> list[tuple[str, str]]:
    if len(raw) > MAX_QUERY_BYTES:
        raise BadInput("The query is too long.", "query", code="too_long", status=HTTPStatus.REQUEST_URI_TOO_LONG)
    try:
        pairs = parse_qsl(
            _decoded(raw, "query"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except UnicodeDecodeError:
        raise BadInput("The query is not valid UTF-8.", "query", code="encoding") from None
    except ValueError:
        raise BadInput("There are too many parameters.", "query", code="too_many") from None
    for name, value in pairs:
        _refuse_nul(name + value, "query")
    return pairs


def _check_charset(request: HttpRequest) -> None:
    """Django would decode query and body by any codec named here, even by one that is no character set, like `hex`."""
    charset = (request.content_params or {}).get("charset", "utf-8").strip("'\"").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise BadInput(
            "Only UTF-8 is understood.",
            "header",
            "Content-Type",
            code="charset",
            status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )


def _check_json_body(request: HttpRequest) -> None:
    if not (request.content_type or "").endswith("json") or request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    try:
        body = request.body
    except RequestDataTooBig:
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        raise BadInput("The body is too large.", "body", code="too_large", status=status) from None
    except UnreadablePostError:
        raise BadInput("The body ended early.", "body", code="incomplete") from None
    if body:
        _check_json(_parsed(_decoded(body, "body")), MAX_JSON_DEPTH)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique_names)
    except RecursionError:
        raise BadInput("The body is nested too deeply.", "body", code="too_deep") from None
    except ValueError as error:
        raise BadInput(f"The body is not valid JSON: {error}", "body", code="json") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name is given more than once in one object")
    return members


def _check_json(value: Any, depth_left: int) -> None:
    """Strings and numbers that PostgreSQL cannot hold, however deep they are."""
    if depth_left == 0:
        raise BadInput("The body is nested too deeply.", "body", code="too_deep")
    match value:
        case str():
            _refuse_nul(value, "body")
            _refuse_lone_surrogate(value)
        case int() if abs(value) > MAX_JSON_INTEGER:
            raise BadInput("A number in the body is too large.", "body", code="out_of_range")
        case dict():
            for name, inner in value.items():
                _check_json(name, depth_left)
                _check_json(inner, depth_left - 1)
        case list():
            for inner in value:
                _check_json(inner, depth_left - 1)


def _refuse_lone_surrogate(text: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadInput("The body has half of a surrogate pair.", "body", code="encoding")


def _decoded(raw: bytes, part: str) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput(f"The {part} is not valid UTF-8.", part, code="encoding") from None
    _refuse_nul(text, part)
    return text


def _refuse_nul(text: str, part: str) -> None:
    if "\x00" in text:
        raise BadInput(f"The {part} has a null character.", part, code="null_character")
