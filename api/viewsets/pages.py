"""Pages."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api import APIField
from wagtail.api.v2.filters import AncestorOfFilter, ChildOfFilter, DescendantOfFilter, TranslationOfFilter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.models import Page, Site

from api.errors import BadInput
from api.filters import FieldFilter, LocaleFilter, OrderingFilter, SearchFilter
from api.serializers import PageSerializer
from api.sites import choose_site_of_address, page_at
from api.viewsets.base import DeliveryViewSet
from pages.visibility import visible_pages

EVERY_PAGE = ("path", "canonical_url", "breadcrumbs", "translations", "links", "version")
"""What is said of a page beyond its own fields."""


class PagesViewSet(DeliveryViewSet, PagesAPIViewSet):
    """Pages that are live and that the requester may see."""

    base_serializer_class = PageSerializer
    # Wagtail's order: search comes last, because what it returns cannot be filtered any more.
    filter_backends = [
        FieldFilter,
        ChildOfFilter,
        AncestorOfFilter,
        DescendantOfFilter,
        OrderingFilter,
        TranslationOfFilter,
        LocaleFilter,
        SearchFilter,
    ]
    detail_parameters = DeliveryViewSet.detail_parameters | {"site", "locale", "type"}
    body_fields = [*PagesAPIViewSet.body_fields, *EVERY_PAGE]
    shows_drafts = False

    @classmethod
    def get_body_fields(cls, model: type[Page]) -> list[APIField]:
        """The fields at the top level. Only a type of page has a text to find links in, as it has a `body`."""
        fields: list[APIField] = super().get_body_fields(model)
        return [field for field in fields if field.name != "links"] if model is Page else fields

    @classmethod
    def get_available_fields(cls, model: type[Page], db_fields_only: bool = False) -> list[str]:
        """The names of the fields. `path` is no column here: the one of this name is the place in the tree."""
        names: list[str] = super().get_available_fields(model, db_fields_only)
        return [name for name in names if name != "path"] if db_fields_only else names

    def detail_view(self, request: Request, pk: int) -> Response:
        """One page, with the language that it is in."""
        response = super().detail_view(request, pk)
        response["Content-Language"] = self.get_object().locale.language_code
        return response

    def find_view(self, request: Request) -> HttpResponseBase:
        """A redirect to the page at `html_path`, a path or full URL, or with `id`."""
        if "site" not in request.GET:
            choose_site_of_address(request, request.GET.get("html_path", ""))
        return super().find_view(request)

    def find_object(self, queryset: QuerySet[Page], request: Request) -> Page | None:
        """The page that is asked for. None where there is none, or none that the requester may see."""
        address = request.GET.get("html_path")
        page: Page | None = super().find_object(queryset, request) if address is None else page_at(address, request)
        return page if page is not None and queryset.filter(pk=page.pk).exists() else None

    def get_base_queryset(self) -> QuerySet[Page]:
        """Every page that the requester may see, of whatever type: Wagtail's rule, asked once for a request."""
        pages: QuerySet[Page] = visible_pages(self.request)
        return pages

    def get_root_page(self) -> Page:
        """The root of the request's site. Raises BadInput where there is no site."""
        site = Site.find_for_request(self.request)
        if site is None:
            raise BadInput("There is no site for this host name.", "query", "site", code="unknown")
        return site.root_page
