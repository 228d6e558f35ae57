"""Redirects, for websites and for servers at the edge that apply them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http.response import HttpResponseBase
from rest_framework.fields import Field
from rest_framework.request import Request
from wagtail.contrib.redirects.api.v2 import RedirectsAPIViewSet
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from api.addresses import parse, place_of
from api.caching.tags import depend_on
from api.errors import BadInput
from api.filters import FieldFilter, OrderingFilter
from api.redirects import hidden_links, location_of, redirect_at
from api.serializers import ReferenceSerializer
from api.sites import choose_site_of_address
from api.viewsets.base import DeliveryViewSet
from pages.schemas import Components, Schema
from pages.visibility import linkable_pages


class LocationField(Field[Any, Any, str | None, Redirect]):
    """The absolute address of where a redirect leads."""

    def get_attribute(self, instance: Redirect) -> Redirect:
        return instance

    def to_representation(self, redirect: Redirect) -> str | None:
        request = self.context["request"]
        return location_of(redirect, Site.find_for_request(request), request)

    def api_schema(self, model: type[Model], name: str, components: Components) -> Schema:
        """The schema of the field."""
        return {"type": "string", "description": "An absolute address."}


class SiteField(Field[Any, Any, str, Redirect]):
    """The site of a redirect, as `?site=` takes it; null for one that holds on all sites."""

    def to_representation(self, site: Site) -> str:
        return f"{site.hostname}:{site.port}"

    def api_schema(self, model: type[Model], name: str, components: Components) -> Schema:
        """The schema of the field."""
        description = "Host and port, as `site` takes them. Null: on all sites."
        return {"type": ["string", "null"], "description": description}


class RedirectSerializer(ReferenceSerializer):
    """Redirects."""

    location = LocationField(read_only=True)
    site = SiteField(read_only=True)


class RedirectsViewSet(DeliveryViewSet, RedirectsAPIViewSet):
    """Redirects that are in force on a site, and that lead to something that the requester may see."""

    base_serializer_class = RedirectSerializer
    filter_backends = [FieldFilter, OrderingFilter]
    body_fields = [*RedirectsAPIViewSet.body_fields, "is_permanent", "site", "created_at"]
    listing_default_fields = [*RedirectsAPIViewSet.listing_default_fields, "is_permanent", "site", "created_at"]
    known_query_parameters = DeliveryViewSet.known_query_parameters - {
        "search",
        "search_operator",
        "rich_text_format",
    } | {"site"}
    find_query_parameters = DeliveryViewSet.find_query_parameters | {"html_path"}
    detail_parameters = frozenset({"fields", "format", "_", "site"})

    @classmethod
    def get_available_fields(cls, model: type[Model], db_fields_only: bool = False) -> list[str]:
        """The names of the fields. `?site=` is no filter by a column: redirects of all sites are the site's, too."""
        names: list[str] = super().get_available_fields(model, db_fields_only)
        return [name for name in names if name != "site"] if db_fields_only else names

    @classmethod
    def listing_parameters(cls, model: type[Model]) -> frozenset[str]:
        """The names of the parameters of the list. There are no pictures in it."""
        return super().listing_parameters(model) - {"renditions"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        depend_on(request, "redirects")

    def find_view(self, request: Request) -> HttpResponseBase:
        """A redirect to the one that is in force at `html_path`, a path or full URL, or with `id`."""
        if "site" not in request.GET:
            choose_site_of_address(request, parse(request.GET.get("html_path", ""), "html_path"))
        return super().find_view(request)

    def find_object(self, queryset: QuerySet[Redirect], request: Request) -> Redirect | None:
        """The redirect that is asked for. None where there is none, or only one to what the requester may not see."""
        path = request.GET.get("html_path")
        if path is None:
            return queryset.filter(pk=request.GET["id"]).first() if "id" in request.GET else None
        found = redirect_at(place_of(parse(path, "html_path"), self._site))
        return queryset.filter(pk=found.pk).first() if found else None

    def visible_queryset(self) -> QuerySet[Redirect]:
        """Of the site, or of all sites where the site has none of its own for the same path."""
        own = Redirect.objects.filter(site=self._site)
        shadowed = Exists(own.filter(old_path=OuterRef("old_path")))
        in_force = Redirect.objects.filter(Q(site=self._site) | Q(~shadowed, site=None))
        shown: QuerySet[Redirect] = in_force.filter(self._to_a_page() | self._to_an_address(in_force))
        return shown.select_related("redirect_page", "site").order_by("id")

    def _to_a_page(self) -> Q:
        """A page that the requester may see, and that has an address."""
        in_a_site = Q()
        for root in Site.get_site_root_paths():
            in_a_site |= Q(url_path__startswith=root.root_path)
        return Q(redirect_page__in=linkable_pages(self.request).filter(in_a_site).order_by().values("pk"))

    def _to_an_address(self, redirects: QuerySet[Redirect]) -> Q:
        links = redirects.filter(redirect_page=None).exclude(redirect_link="").values_list("redirect_link", flat=True)
        usable = Q(redirect_link__startswith="/")
        for scheme in ("http://", "https://"):
            usable |= Q(redirect_link__istartswith=scheme)
        hidden = hidden_links(links, self._site, self.request)
        return Q(usable, ~Q(redirect_link__in=hidden), redirect_page=None)

    @property
    def _site(self) -> Site:
        site: Site | None = Site.find_for_request(self.request)
        if site is None:
            raise BadInput("There is no site for this host name.", "query", "site", code="unknown")
        return site
