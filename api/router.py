"""The delivery API's router: the only place where its endpoints are registered.

Its namespace must be `wagtailapi_v2`: Wagtail reverses that name itself (wagtail/api/v2/signal_handlers.py).
"""

from __future__ import annotations

from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.images.api.v2.views import ImagesAPIViewSet

delivery_router = WagtailAPIRouter("wagtailapi_v2")
delivery_router.register_endpoint("pages", PagesAPIViewSet)
delivery_router.register_endpoint("images", ImagesAPIViewSet)
delivery_router.register_endpoint("documents", DocumentsAPIViewSet)
