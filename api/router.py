"""The delivery API's router: the only place where its endpoints are registered.

Its namespace must be `wagtailapi_v2`: Wagtail reverses that name itself (wagtail/api/v2/signal_handlers.py).
"""

from __future__ import annotations

from django.db.models import Model
from django.urls import URLPattern, path
from wagtail.api.v2.router import WagtailAPIRouter

from api.viewsets.base import DeliveryViewSet
from api.viewsets.documents import DocumentsViewSet
from api.viewsets.feeds import FeedsViewSet
from api.viewsets.forms import FormsViewSet
from api.viewsets.images import ImagesViewSet
from api.viewsets.index import DeliveryIndex
from api.viewsets.navigation import NavigationViewSet
from api.viewsets.pages import PagesViewSet
from api.viewsets.redirects import RedirectsViewSet
from api.viewsets.resolve import ResolveViewSet
from api.viewsets.robots import RobotsViewSet
from api.viewsets.search import SearchViewSet
from api.viewsets.settings import SettingsViewSet
from api.viewsets.sitemap import SitemapViewSet
from api.viewsets.snippets import SnippetsViewSet


class DeliveryRouter(WagtailAPIRouter):
    """Wagtail's router, with an index, and with our own description of objects that have no endpoint.

    Wagtail describes those by its BaseAPIViewSet, whose serializer shows what foreign keys point to without checking.
    """

    def get_model_endpoint(self, model: type[Model]) -> tuple[str | None, type[DeliveryViewSet]]:
        """The endpoint's name, which is None for a model that has no endpoint, and its viewset."""
        for name, viewset in self._endpoints.items():
            if viewset.model is not None and issubclass(model, viewset.model):
                return name, viewset
        return None, DeliveryViewSet

    def get_model_listing_urlpath(self, model: type[Model]) -> str | None:
        """The path of the list that has objects of this model."""
        return super().get_model_listing_urlpath(model) if self._has_endpoint(model) else None

    def get_object_detail_urlpath(self, model: type[Model], pk: object) -> str | None:
        """The path of one object; none for a draft that was never saved."""
        return super().get_object_detail_urlpath(model, pk) if pk and self._has_endpoint(model) else None

    def get_urlpatterns(self) -> list[URLPattern]:
        """The endpoints, and the index before them."""
        index = path("", DeliveryIndex.as_view(router=self), name="index")
        return [index, *super().get_urlpatterns()]

    def _has_endpoint(self, model: type[Model]) -> bool:
        return self.get_model_endpoint(model)[0] is not None


delivery_router = DeliveryRouter("wagtailapi_v2")
delivery_router.register_endpoint("pages", PagesViewSet)
delivery_router.register_endpoint("images", ImagesViewSet)
delivery_router.register_endpoint("documents", DocumentsViewSet)
delivery_router.register_endpoint("sitemap", SitemapViewSet)
delivery_router.register_endpoint("robots", RobotsViewSet)
delivery_router.register_endpoint("search", SearchViewSet)
delivery_router.register_endpoint("navigation", NavigationViewSet)
delivery_router.register_endpoint("settings", SettingsViewSet)
delivery_router.register_endpoint("snippets", SnippetsViewSet)
delivery_router.register_endpoint("feeds", FeedsViewSet)
delivery_router.register_endpoint("forms", FormsViewSet)
delivery_router.register_endpoint("resolve", ResolveViewSet)
delivery_router.register_endpoint("redirects", RedirectsViewSet)
