"""The parts of the document that many operations refer to: errors, headers, lists, references."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings

from documents.schemas import DOCUMENT_SCHEMA, IMAGE_SCHEMA
from pages.rich_text_ast import RICH_TEXT_SCHEMAS
from pages.schemas import Schema, list_of, nullable, record, reference

TEXT: Schema = {"type": "string"}
ID: Schema = {"type": "integer", "minimum": 1}
ADDRESS: Schema = {"type": "string", "format": "uri"}

_PROBLEM = record(
    {
        "type": TEXT,
        "title": TEXT | {"description": "The name of the status."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": TEXT | {"description": "What went wrong, for people."},
        "instance": {"type": ["string", "null"], "description": "The id of the request, as in `X-Request-ID`."},
        "message": TEXT | {"description": "The same as `detail`, for clients of Wagtail's API."},
        "code": TEXT | {"description": "For programs, where they can act on it: `token_expired`."},
        "kind": {"type": "string", "const": "gone", "description": "There for what everybody could read once."},
        "errors": list_of(reference("InputError")) | {"description": "There when single inputs are to blame."},
    },
    "Why there is no answer (RFC 9457).",
    required=("type", "title", "status", "detail", "instance", "message"),
)
_INPUT_ERROR = record(
    {
        "loc": list_of(TEXT)
        | {"description": "Where: `query` and the parameter, or `body` and the way to the member."},
        "code": TEXT,
        "msg": TEXT,
    },
    "One input that was refused.",
)
_PAGE_REFERENCE_META = {"type": reference("PageType"), "detail_url": ADDRESS, "html_url": nullable(ADDRESS)}


def shared_schemas() -> dict[str, Schema]:
    """Schemas by name."""
    return {
        "Problem": _PROBLEM,
        "InputError": _INPUT_ERROR,
        "ListMeta": record({"total_count": {"type": "integer", "minimum": 0}}, "How long the whole list is."),
        "Locale": {"type": "string", "enum": [code for code, _ in settings.WAGTAIL_CONTENT_LANGUAGES]},
        "PageLink": record(
            {"id": ID, "type": reference("PageType"), "title": TEXT, "url": TEXT},
            "A page that something refers to. `url` is a path within the same site, or a whole address.",
        ),
        "PageReference": record(
            {"id": ID, "meta": record(_PAGE_REFERENCE_META), "title": TEXT}, "A page, as Wagtail's API refers to it."
        ),
        "Image": IMAGE_SCHEMA,
        "Document": DOCUMENT_SCHEMA,
        **RICH_TEXT_SCHEMAS,
    }


def _header(description: str, **schema: Any) -> dict[str, Any]:
    return {"description": description, "schema": schema or dict(TEXT)}


HEADERS: dict[str, dict[str, Any]] = {
    "API-Version": _header("The version of the contract."),
    "X-Request-ID": _header("The id of the request: the client's own, if it sent one."),
    "RateLimit-Limit": _header("Requests in a window. Absent from answers that are not counted.", type="integer"),
    "RateLimit-Remaining": _header("How many are left.", type="integer"),
    "RateLimit-Reset": _header("Seconds until the window starts again.", type="integer"),
    "ETag": _header("The version of the answer. Send it as `If-None-Match`."),
    "Last-Modified": _header("When something last changed that the answer depends on."),
    "Cache-Control": _header("Who may keep the answer, and for how long."),
    "Link": _header("The neighbours in a list: `first`, `prev`, `next`, `last` (RFC 8288)."),
    "Content-Language": _header("The language of the page."),
    "Location": _header("Where to go on."),
    "Retry-After": _header("Seconds to wait.", type="integer"),
    "WWW-Authenticate": _header("How to say who asks: `Bearer`."),
}
EVERYWHERE = ("API-Version", "X-Request-ID", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")

_REFUSALS: dict[int, tuple[str, tuple[str, ...]]] = {
    400: ("Malformed input, an unknown parameter, site, locale or type.", ()),
    401: ("A token that does not work, or none where one is needed.", ("WWW-Authenticate",)),
    404: ("There is none, or not for you.", ()),
    410: ("There was one, and it is gone.", ()),
    413: ("The body is too large.", ()),
    415: ("The body is not JSON, or not in UTF-8.", ()),
    429: ("Too many requests.", ("Retry-After",)),
    503: ("A server that is needed is away.", ("Retry-After",)),
}


def header_references(*names: str) -> dict[str, Any]:
    """Headers of one answer."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def response_name(status: int) -> str:
    """The name of a shared refusal, such as NotFound."""
    return HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")


def shared_responses() -> dict[str, Any]:
    """Refusals by name. `Failure` stands for all that are not named."""
    named = {response_name(status): problem_answer(text, *headers) for status, (text, headers) in _REFUSALS.items()}
    unchanged = {
        "description": "Nothing has changed since the version that was named in `If-None-Match`.",
        "headers": header_references("ETag", "Cache-Control", *EVERYWHERE),
    }
    return named | {"NotModified": unchanged, "Failure": problem_answer("Any other refusal, or a failure of ours.")}


def refused_with(status: int) -> dict[str, str]:
    """A reference to the shared refusal with this status. Raises ValueError for one that is not there."""
    if status not in _REFUSALS:
        raise ValueError(f"A refusal with the status {status} needs an entry in api/openapi/shared.py.")
    return {"$ref": f"#/components/responses/{response_name(status)}"}


def problem_answer(description: str, *headers: str) -> dict[str, Any]:
    """An answer that is a problem."""
    content = {"application/problem+json": {"schema": reference("Problem")}}
    return {"description": description, "headers": header_references(*EVERYWHERE, *headers), "content": content}
