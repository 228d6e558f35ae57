"""Where readers and previews go: to the website that reads the API, or, without one, to a plain page made here.

The only place that knows about `FRONTEND_URL`. The draft behind a preview link is kept by pages/previews.py.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from wagtail_headless_preview.models import HeadlessMixin, HeadlessPreviewMixin, HeadlessServeMixin
from wagtail_headless_preview.signals import preview_update

from pages.previews import keep_draft


class FrontendMixin(HeadlessMixin):
    """A page that the website shows when there is one, and that this service shows itself when there is none."""

    def get_client_root_url(self, request: HttpRequest) -> str:
        """The website's address. The package asks which site the request is for, and an unknown host has none."""
        return str(settings.FRONTEND_URL).rstrip("/")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Redirect to this page on the website, keeping the query string; or render it."""
        if not settings.FRONTEND_URL:
            response: HttpResponse = super(HeadlessServeMixin, self).serve(request, *args, **kwargs)
            return response
        parts = self.get_url_parts(request)
        if parts is None or parts[2] is None:
            raise Http404
        query = request.META.get("QUERY_STRING", "")
        target = f"{self.get_client_root_url(request)}{parts[2]}"
        # The website's address may change, and an editor who is signed in must not be shown an old answer.
        return HttpResponseRedirect(f"{target}?{query}" if query else target, headers={"Cache-Control": "no-cache"})

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the draft on the website, in a frame; or render it."""
        if not settings.FRONTEND_URL:
            plain: HttpResponse = super(HeadlessPreviewMixin, self).serve_preview(request, mode_name)
            return plain
        token = keep_draft(self)
        preview_update.send(sender=HeadlessPreviewMixin, token=token)
        url = f"{self.get_preview_url(request, token)}&{urlencode({'mode': mode_name})}"
        return render(request, "wagtail_headless_preview/preview.html", {"preview_url": url})
