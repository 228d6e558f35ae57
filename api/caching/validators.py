"""What a client says it has already: strong `ETag`, `Last-Modified`, 304 and 412 (RFC 9110, section 13)."""

from __future__ import annotations

import hashlib
import time

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from api.compression import CODINGS, IDENTITY

_ALSO_IN_304 = ("Surrogate-Key", "Cache-Tag")
"""So that a CDN which kept the answer learns what it depends on now."""

_TOLERATED_SECONDS = 1
"""The clocks of our servers may differ by this."""


def etag_of(body: bytes, coding: str = IDENTITY) -> str:
    """The strong validator of a body, which is given as it is before it is compressed. Each coding has its own."""
    digest = hashlib.sha256(body).hexdigest()[:32]
    return f'"{digest}"' if coding == IDENTITY else f'"{digest}-{coding}"'


def last_modified_at(since: float | None, now: float) -> int | None:
    """The whole second after which nothing has changed; None as long as that is not over.

    The header tells whole seconds only. If it were sent while its second lasts, a second change in it would go
    unnoticed: `If-Modified-Since` would be answered with 304.
    """
    if since is None:
        return None
    second = int(since) + 1
    return second if now >= second + _TOLERATED_SECONDS else None


def answer_conditionally(request: HttpRequest, response: HttpResponseBase, since: float | None) -> HttpResponseBase:
    """304 or 412 instead of the answer, where the request asks for that. `since`: no change from then on."""
    if not isinstance(response, HttpResponse) or "ETag" not in response or response.status_code != 200:
        return response
    modified = last_modified_at(since, time.time())
    del response["Last-Modified"]
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    _drop_senseless_dates(request, modified)
    etag = _the_one_that_is_meant(request, response["ETag"])
    answer = get_conditional_response(request, etag=etag, last_modified=modified, response=response) or response
    if answer.status_code == 304:
        answer["ETag"] = etag
        for name in _ALSO_IN_304:
            if name in response:
                answer[name] = response[name]
    return answer


def _drop_senseless_dates(request: HttpRequest, modified: int | None) -> None:
    """Both headers mean nothing where there is no date to compare with, the first also when it is in the future."""
    since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
    if modified is None or since is None or since > time.time():
        request.META.pop("HTTP_IF_MODIFIED_SINCE", None)
    if modified is None:
        request.META.pop("HTTP_IF_UNMODIFIED_SINCE", None)


def _the_one_that_is_meant(request: HttpRequest, etag: str) -> str:
    """That of the same body in another coding, if the client has that one: it is as good."""
    header = request.META.get("HTTP_IF_MATCH") or request.META.get("HTTP_IF_NONE_MATCH", "")
    listed = {named.removeprefix("W/") for named in parse_etags(header)}
    if etag in listed:
        return etag
    return next((variant for variant in _variants(etag) if variant in listed), etag)


def _variants(etag: str) -> list[str]:
    digest = etag.strip('"').partition("-")[0]
    return [f'"{digest}"', *(f'"{digest}-{coding}"' for coding in CODINGS)]
