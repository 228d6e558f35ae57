"""Everything under /api/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from api.preview.views import PreviewViewSet
from api.router import delivery_router
from api.tokens import urls as token_urls
from api.viewsets.index import ApiIndex, UnknownAddress

urlpatterns: list[URLPattern | URLResolver] = [
    path("", ApiIndex.as_view(), name="api-index"),
    path("v2/", delivery_router.urls),
    path("auth/", include(token_urls)),
    path("preview/", delivery_router.wrap_view(PreviewViewSet.as_view({"get": "preview_view"})), name="preview"),
    # Last: whatever else begins with /api/ must not reach the website.
    re_path("", UnknownAddress.as_view()),
]
