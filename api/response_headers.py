"""Headers that every answer under /api/ carries."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware

from api.throttling import rate_limit_headers

# ApiMiddleware takes the first two away and the third is not looked at: no cache needs to tell answers apart by them.
_IGNORED_REQUEST_HEADERS = {"cookie", "accept-language", "accept"}


def answer_conditionally(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Give a public answer an ETag, and answer 304 instead when the client has this version already."""
    if is_personal(request) or response.status_code != 200 or response.streaming:
        return response
    conditional: HttpResponseBase = ConditionalGetMiddleware(lambda _: response).process_response(request, response)
    return conditional


def add_headers(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the headers on the response that will be sent."""
    response["API-Version"] = settings.API_VERSION
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = _cache_control(request, response)
    response["Vary"] = _vary(response)
    for name, value in rate_limit_headers(request).items():
        response[name] = value


def is_personal(request: HttpRequest) -> bool:
    """Whether the request says who asks: the answer is then for nobody else."""
    return "HTTP_AUTHORIZATION" in request.META


def _cache_control(request: HttpRequest, response: HttpResponseBase) -> str:
    if is_personal(request):
        return "private, no-store"
    if response.status_code >= 400:
        return "no-store"
    # Anyone may keep a public answer, and must ask whether it is still good.
    return str(response.get("Cache-Control", "no-cache"))


def _vary(response: HttpResponseBase) -> str:
    named = [name.strip() for name in response.get("Vary", "").split(",")]
    kept = [name for name in named if name and name.lower() not in {"authorization", *_IGNORED_REQUEST_HEADERS}]
    return ", ".join(["Authorization", *kept])
