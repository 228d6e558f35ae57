"""Middleware of the site as a whole."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.contrib.redirects.middleware import RedirectMiddleware

_NEVER_REDIRECTED = ("/api/", "/admin/", "/documents/", "/media/", "/static/", "/health", "/metrics")


class SiteRedirectMiddleware(RedirectMiddleware):
    """Wagtail's redirects, for pages only: a 404 of the API must stay one even if an editor redirects its path."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith(_NEVER_REDIRECTED):
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        return answer
