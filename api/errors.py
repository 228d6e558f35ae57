"""Problem details (RFC 9457) for every error under /api/.

A problem has `type`, `title`, `status`, `detail` and `instance` (the id of the request, as in `X-Request-ID`), and
`errors` where single inputs are to blame: `{"loc": ["query", "limit"], "code": "out_of_range", "msg": "…"}`.
`message` repeats `detail`, because clients of Wagtail's v2 API read that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler
from wagtail.api.v2.utils import BadRequestError

PROBLEM_JSON = "application/problem+json"


@dataclass(frozen=True)
class InputError:
    """One input that was refused. `loc` is the way to it, such as ("query", "limit") or ("body", "items", "0")."""

    loc: tuple[str, ...]
    code: str
    msg: str


class BadInput(exceptions.APIException):
    """Refuses an input: 400, unless another status says it better."""

    status_code = HTTPStatus.BAD_REQUEST

    def __init__(
        self, message: str, *loc: str, code: str = "invalid", status: HTTPStatus = HTTPStatus.BAD_REQUEST
    ) -> None:
        super().__init__(message, code)
        self.status_code = status
        self.errors = [InputError(loc, code, message)] if loc else []


class Gone(exceptions.APIException):
    """410: everybody could read it once."""

    status_code = HTTPStatus.GONE
    default_detail = "There was a page here. It is gone."
    default_code = "gone"
    members: ClassVar[dict[str, Any]] = {"kind": "gone"}


def unknown_parameters(names: Iterable[str]) -> BadInput:
    """The refusal of query parameters that mean nothing, in Wagtail's words."""
    names = sorted(names)
    message = f"query parameter is not an operation or a recognised field: {', '.join(names)}"
    error = BadInput(message)
    error.errors = [InputError(("query", name), "unknown", "This parameter is not known here.") for name in names]
    return error


# Where Python's description of a status is about something else.
_DETAILS = {400: "The request is not valid: something is wrong with its host, its headers or its address."}


def problem(
    request: HttpRequest | Request | None, status: int, detail: str = "", *, errors: Iterable[InputError] = ()
) -> dict[str, Any]:
    """The members of a problem. Without a `detail` it is the status' own description."""
    reason = HTTPStatus(status)
    detail = detail or _DETAILS.get(status) or reason.description or reason.phrase
    members: dict[str, Any] = {
        "type": "about:blank",
        "title": reason.phrase,
        "status": reason.value,
        "detail": detail,
        "instance": getattr(request, "request_id", None),
        "message": detail,
    }
    if listed := [asdict(error) for error in errors]:
        members["errors"] = listed
    return members


def problem_http_response(
    request: HttpRequest, status: int, detail: str = "", *, errors: Iterable[InputError] = ()
) -> HttpResponse:
    """A problem as Django's response, for code outside of the REST framework."""
    members = problem(request, status, detail, errors=errors)
    return JsonResponse(members, status=int(status), content_type=PROBLEM_JSON)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """The REST framework's exception handler.

    Returns None for what no client caused: Django then logs and reports it, and ApiMiddleware answers.
    """
    error = _as_api_exception(error)
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    members = problem(context.get("request"), error.status_code, _detail(error), errors=_errors(error))
    if code := _code(error):
        members["code"] = code
    members |= getattr(error, "members", {})
    response.data = members
    response.content_type = PROBLEM_JSON
    return response


def _as_api_exception(error: Exception) -> Exception:
    match error:
        case BadRequestError():
            return BadInput(str(error))
        case ModelValidationError():
            return exceptions.ValidationError(detail=error.messages)
        case Http404():
            return exceptions.NotFound(str(error) or None)
        case PermissionDenied():
            return exceptions.PermissionDenied(str(error) or None)
    return error


def _detail(error: exceptions.APIException) -> str:
    if isinstance(error.detail, str):
        return str(error.detail)
    if isinstance(error.detail, dict) and isinstance(error.detail.get("detail"), str):
        return str(error.detail["detail"])
    return "; ".join(dict.fromkeys(found.msg for found in _flatten(error.detail, ())))


def _errors(error: exceptions.APIException) -> list[InputError]:
    if isinstance(error, BadInput):
        return error.errors
    if isinstance(error, exceptions.ValidationError):
        return list(_flatten(error.detail, ("body",)))
    return []


def _code(error: exceptions.APIException) -> str | None:
    """A word for programs, where the exception has one of its own, such as simplejwt's `token_not_valid`."""
    if isinstance(error.detail, dict):
        code = error.detail.get("code")
        return str(code) if isinstance(code, str) else None
    return getattr(error.detail, "code", None) if isinstance(error.detail, str) else None


def _flatten(detail: Any, loc: tuple[str, ...]) -> Iterator[InputError]:
    """Every single error in the nested lists and dicts of the REST framework."""
    match detail:
        case dict():
            for name, inner in detail.items():
                yield from _flatten(inner, loc if name == "non_field_errors" else (*loc, str(name)))
        case list():
            for index, inner in enumerate(detail):
                yield from _flatten(inner, loc if isinstance(inner, str) else (*loc, str(index)))
        case _:
            yield InputError(loc, str(getattr(detail, "code", None) or "invalid"), str(detail))
