"""Everything under /api/."""

from __future__ import annotations

from functools import cache

from django.urls import URLPattern, URLResolver, include, path, re_path

from api.openapi.document import Document, openapi_document
from api.openapi.views import DocsView, SchemaView
from api.preview.views import PreviewViewSet
from api.router import delivery_router
from api.tokens import urls as token_urls
from api.viewsets.index import ApiIndex, UnknownAddress


@cache
def document() -> Document:
    """The description of everything below, made when it is first asked for."""
    return openapi_document(urlpatterns, delivery_router)


urlpatterns: list[URLPattern | URLResolver] = [
    path("", ApiIndex.as_view(), name="api-index"),
    path("v2/", delivery_router.urls),
    path("auth/", include(token_urls)),
    path("preview/", delivery_router.wrap_view(PreviewViewSet.as_view({"get": "preview_view"})), name="preview"),
    path("schema/", SchemaView.as_view(document=document), name="schema"),
    path("docs/", DocsView.as_view(document=document), name="docs"),
    # Last: whatever else begins with /api/ must not reach the website.
    re_path("", UnknownAddress.as_view()),
]
