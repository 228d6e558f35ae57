"""Pages of results, and the `Link` header that leads from one to the next (RFC 8288)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.v2.pagination import WagtailPagination

from api.parameter_rules import MAX_OFFSET

DEFAULT_LIMIT = 20


class BoundedPagination(WagtailPagination):
    """Wagtail's pagination, with links; `parameter_rules` has bounded `limit` and `offset` before."""

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:
        """The rows, as a list: they are gone over more than once."""
        self.request = request
        return list(super().paginate_queryset(queryset, request, view))

    def get_paginated_response(self, data: Any) -> Response:
        """Wagtail's, with a `Link` header."""
        response: Response = super().get_paginated_response(data)
        return with_links(self.request, response, self.total_count)


def with_links(request: Request, response: Response, total_count: int, default_limit: int = DEFAULT_LIMIT) -> Response:
    """The same answer with links to other pages, by the request's `limit` and `offset`: for every list."""
    limit = int(request.GET.get("limit", default_limit))
    offset = int(request.GET.get("offset", 0))
    links = [f'<{_url(request, start)}>; rel="{name}"' for name, start in _starts(total_count, limit, offset)]
    response["Link"] = ", ".join(links)
    return response


def _starts(total_count: int, limit: int, offset: int) -> Iterator[tuple[str, int]]:
    """Where the other pages begin. The last one that can be asked for counts as the last."""
    last = min(max(0, total_count - 1), MAX_OFFSET) // limit * limit
    yield "first", 0
    if offset > 0:
        yield "prev", max(0, min(offset - limit, last))
    if offset + limit < total_count and offset + limit <= MAX_OFFSET:
        yield "next", offset + limit
    yield "last", last


def _url(request: Request, offset: int) -> str:
    """The address that was asked, on the host that was asked, because that may choose the site."""
    asked = parse_qsl(request._request.META.get("QUERY_STRING", ""), keep_blank_values=True, encoding="latin-1")
    kept = [(name, value) for name, value in asked if name not in {"offset", "_"}]
    # WSGI gives bytes as Latin-1, see Django's get_bytes_from_wsgi.
    query = urlencode([*kept, ("offset", str(offset))], encoding="latin-1")
    return request._request.build_absolute_uri(f"{request._request.path}?{query}")
