"""Views of the site as a whole."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve


def local_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the public store, where that is a folder. Raises Http404, also for names that no file can have."""
    try:
        return serve(request, path, document_root=settings.MEDIA_ROOT)
    except (OSError, ValueError):
        raise Http404 from None
