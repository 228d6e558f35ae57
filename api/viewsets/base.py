"""What the viewsets of the delivery API have in common, over Wagtail's own."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from wagtail.api.v2.views import BaseAPIViewSet

from api.caching.collecting import note_list, note_rows
from api.errors import unknown_parameters
from api.filters import FieldFilter, OrderingFilter, SearchFilter, date_lookups
from api.pagination import BoundedPagination
from api.preload import preload
from api.serializers import ReferenceSerializer
from api.viewsets.entry import EntryMixin


class DeliveryViewSet(EntryMixin, BaseAPIViewSet):
    """To be named before one of Wagtail's viewsets: what it does not do itself, it leaves to that one.

    On its own it describes objects that have no endpoint, where others refer to them.
    """

    renderer_classes = [JSONRenderer]
    pagination_class = BoundedPagination
    base_serializer_class = ReferenceSerializer
    filter_backends = [FieldFilter, OrderingFilter, SearchFilter]
    # Looked at here, not by ApiMiddleware: which names mean something depends on the type of page that is asked for.
    query_parameters = None
    detail_parameters = frozenset({"fields", "rich_text_format", "renditions", "format", "_"})

    def detail_view(self, request: Request, pk: int) -> Response:
        """One object."""
        self._check_names(self.detail_parameters)
        response: Response = super().detail_view(request, pk)
        return response

    def find_view(self, request: Request) -> HttpResponseBase:
        """A redirect to one object, which keeps the parameters that the detail view knows."""
        self._check_names(self.detail_parameters | self.find_query_parameters)
        response: HttpResponseBase = super().find_view(request)
        return response

    def check_query_parameters(self, queryset: QuerySet[Any]) -> None:
        """Raises BadInput for parameters of a list that mean nothing."""
        note_list(self.request, queryset.model)
        self._check_names(self.listing_parameters(queryset.model))

    @classmethod
    def listing_parameters(cls, model: type[Model]) -> frozenset[str]:
        """The names of the parameters that a list of such objects takes."""
        fields = cls.get_available_fields(model, db_fields_only=True)
        known: frozenset[str] = cls.known_query_parameters.union(fields, date_lookups(cls, model), {"renditions"})
        return known

    def _check_names(self, known: AbstractSet[str]) -> None:
        if unknown := self.request.GET.keys() - known:
            raise unknown_parameters(unknown)

    def get_queryset(self) -> QuerySet[Any]:
        """What the requester may see. Built once for a request: Wagtail's viewsets ask for it several times."""
        if not hasattr(self, "_queryset"):
            self._queryset: QuerySet[Any] = self.visible_queryset()
        return self._queryset.all()

    def visible_queryset(self) -> QuerySet[Any]:
        """What the requester may see, as Wagtail decides it."""
        queryset: QuerySet[Any] = super().get_queryset()
        return queryset

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        """The serializer, with all that it will need loaded."""
        serializer: Any = super().get_serializer(*args, **kwargs)
        rows: list[Model] = args[0] if kwargs.get("many") else [args[0]]
        note_rows(self.request, rows)
        preload(rows, type(serializer.child if kwargs.get("many") else serializer), serializer.context)
        shown: BaseSerializer[Any] = serializer
        return shown

    def resolve_rich_text_format(self) -> str:
        """The form of rich text. ApiMiddleware has refused unknown ones; Wagtail does not know all of ours."""
        asked: str | None = self.request.GET.get("rich_text_format")
        return asked or str(settings.WAGTAILAPI_RICH_TEXT_FORMAT)

    def handle_exception(self, exc: Exception) -> Response:
        """As everywhere in the API. Wagtail's viewset has answers of its own for some (wagtail/api/v2/views.py)."""
        response: Response = super(BaseAPIViewSet, self).handle_exception(exc)
        return response

    def get_renderer_context(self) -> dict[str, Any]:
        """Without Wagtail's indentation, which makes answers a third longer."""
        context: dict[str, Any] = super().get_renderer_context()
        return context | {"indent": None}
