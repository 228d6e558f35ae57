"""Which scripts of other websites may read the API (CORS), by django-cors-headers and settings/topics/cors.py."""

from __future__ import annotations

import re
from collections.abc import Awaitable

from corsheaders.middleware import CorsMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\s]+")


class ApiCorsMiddleware(CorsMiddleware):
    """Answers preflights, which nobody may keep, and names the origin in answers to those that are allowed."""

    sync_capable = True
    async_capable = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        origin = request.META.get("HTTP_ORIGIN")
        if origin is not None and not _ORIGIN.fullmatch(origin):
            # No browser sends it. What the library makes of it, such as a header with a line end, could be an error.
            del request.META["HTTP_ORIGIN"]
            request.__dict__.pop("headers", None)
        return super().__call__(request)

    def check_preflight(self, request: HttpRequest) -> HttpResponseBase | None:
        """The answer to a preflight. Browsers go by Access-Control-Max-Age; a CDN must not keep it for all."""
        response: HttpResponseBase | None = super().check_preflight(request)
        if response is not None:
            response["Cache-Control"] = "no-store"
        return response
