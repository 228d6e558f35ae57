"""Views of the site as a whole."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines: readers go to the website, which has a robots.txt of its own."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


def local_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the public store, where that is a folder. Raises Http404, also for names that no file can have."""
    try:
        return serve(request, path, document_root=settings.MEDIA_ROOT)
    except (OSError, ValueError):
        raise Http404 from None
