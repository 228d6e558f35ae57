"""Pages."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api import APIField
from wagtail.api.v2.filters import AncestorOfFilter, ChildOfFilter, DescendantOfFilter, TranslationOfFilter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.models import Page, Site

from api.addresses import page_at, parse, place_of
from api.caching.tags import depend_on
from api.errors import BadInput, Gone
from api.filters import FieldFilter, LocaleFilter, OrderingFilter, RelationFilter, SearchFilter
from api.parameter_rules import MAX_ID
from api.serializers import PageSerializer
from api.sites import choose_site_of_address, locale_named
from api.viewsets.base import DeliveryViewSet
from pages.gone import is_gone_page
from pages.visibility import visible_pages

KEEP_SHORTLY = "public, max-age=0, s-maxage=30"
"""How long a shared cache may keep the answer that there is nothing."""
EVERY_PAGE = ("path", "canonical_url", "breadcrumbs", "translations", "links", "version")
"""What is said of a page beyond its own fields."""


class PagesViewSet(DeliveryViewSet, PagesAPIViewSet):
    """Pages that are live and that the requester may see."""

    base_serializer_class = PageSerializer
    # Wagtail's order: search comes last, because what it returns cannot be filtered any more.
    filter_backends: list[type[BaseFilterBackend]] = [  # type: ignore[assignment]
        FieldFilter,
        RelationFilter,
        ChildOfFilter,
        AncestorOfFilter,
        DescendantOfFilter,
        OrderingFilter,
        TranslationOfFilter,
        LocaleFilter,
        SearchFilter,
    ]
    detail_parameters = DeliveryViewSet.detail_parameters | {"site", "locale", "type"}
    known_query_parameters = PagesAPIViewSet.known_query_parameters | RelationFilter.relations.keys()
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

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # REST framework's request looks it up in Django's, but not the other way round: here it is asked for once.
        Site.find_for_request(request._request)

    def detail_view(self, request: Request, pk: int) -> Response:
        """One page, with the language that it is in. Raises Gone for one that was public and is not any more."""
        try:
            response = super().detail_view(request, pk)
        except Http404:
            self._raise_if_gone(pk)
            raise
        response["Content-Language"] = self.get_object().locale.language_code
        return response

    def _raise_if_gone(self, pk: int) -> None:
        site = Site.find_for_request(self.request)
        if site is not None and pk <= MAX_ID and is_gone_page(pk, site):
            depend_on(self.request, f"page-{pk}")
            raise Gone

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Response:
        """That a page is gone may be kept for a short while."""
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        if final.status_code == HTTPStatus.GONE:
            final["Cache-Control"] = KEEP_SHORTLY
        return final

    def find_view(self, request: Request) -> HttpResponseBase:
        """A redirect to the page at `html_path`, a path or full URL, or with `id`."""
        if "site" not in request.GET:
            choose_site_of_address(request, parse(request.GET.get("html_path", ""), "html_path"))
        return super().find_view(request)

    def find_object(self, queryset: QuerySet[Page], request: Request) -> Page | None:
        """The page that is asked for. None where there is none, or none that the requester may see."""
        path = request.GET.get("html_path")
        page: Page | None = super().find_object(queryset, request) if path is None else self._find_by_path(path)
        return page if page is not None and queryset.filter(pk=page.pk).exists() else None

    def _find_by_path(self, path: str) -> Page | None:
        """With `locale` the path need not begin with the prefix of the language."""
        site = Site.find_for_request(self.request)
        code = self.request.GET.get("locale")
        locale = locale_named(code) if code else None
        return page_at(place_of(parse(path, "html_path"), site, locale), self.request._request) if site else None

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


def represent_page(page: Page, request: Request) -> dict[str, Any]:
    """All that `pages/<id>/` answers of a page, for views that have found it in another way.

    `page` is of its own type. `fields` and the like are read from the request; raises what they are refused with.
    """
    view = PagesViewSet(request=request, action="detail_view", args=(), kwargs={"pk": page.pk}, format_kwarg=None)
    view._cached_object = page
    shown: dict[str, Any] = view.get_serializer(page).data
    return shown
