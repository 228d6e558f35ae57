"""Pages of results."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from wagtail.api.v2.pagination import WagtailPagination


class BoundedPagination(WagtailPagination):
    """Wagtail's pagination; `parameter_rules` has bounded `limit` and `offset` before."""

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:
        """The rows, as a list: they are gone over more than once."""
        return list(super().paginate_queryset(queryset, request, view))
