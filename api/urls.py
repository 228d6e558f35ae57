"""Everything under /api/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from api.router import delivery_router
from api.tokens import urls as token_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("v2/", delivery_router.urls),
    path("auth/", include(token_urls)),
]
