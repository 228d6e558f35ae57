"""What is here, and the answer for what is not."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from wagtail.api.utils import get_full_url
from wagtail.api.v2.router import WagtailAPIRouter

from api.openapi.operations import Answer, Operation
from pages.schemas import Schema, record

_ADDRESS: Schema = {"type": "string", "format": "uri"}
_PARTS = record({"version": {"type": "string"}, "delivery": _ADDRESS, "auth": _ADDRESS})
_ENDPOINTS = record(
    {"version": {"type": "string"}, "endpoints": {"type": "object", "additionalProperties": _ADDRESS}},
    "The lists, by the names of the endpoints.",
)


class ApiIndex(APIView):
    """`/api/`: where the parts of the API begin."""

    operations = (Operation("get", "Where the parts begin", {200: Answer("Addresses.", _PARTS)}, id="index"),)

    def get(self, request: Request) -> Response:
        parts = {"delivery": reverse("wagtailapi_v2:index"), "auth": reverse("api-index") + "auth/"}
        return Response({"version": settings.API_VERSION} | _absolute(parts, request))


class DeliveryIndex(APIView):
    """`/api/v2/`: the endpoints of a router."""

    operations = (
        Operation("get", "Where the endpoints begin", {200: Answer("Addresses.", _ENDPOINTS)}, id="delivery"),
    )
    router: WagtailAPIRouter = None

    def get(self, request: Request) -> Response:
        namespace = self.router.url_namespace
        listings = {
            name: reverse(f"{namespace}:{name}:listing")
            for name, viewset in self.router._endpoints.items()
            if any(pattern.name == "listing" for pattern in viewset.get_urlpatterns())
        }
        return Response({"version": settings.API_VERSION, "endpoints": _absolute(listings, request)})


class UnknownAddress(APIView):
    """Everything under /api/ that is no endpoint: 404, or a redirect where only the last slash is missing.

    Without this view such addresses would go on to the website, which answers in HTML.
    """

    is_described = False
    query_parameters = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self._is_endpoint(request.path_info + "/"):
            address = request._request.get_full_path(force_append_slash=True)
            if request.method in {"GET", "HEAD"}:
                return HttpResponsePermanentRedirect(address)
            # 308: unlike after 301, the client repeats the method and the body.
            return HttpResponse(status=308, headers={"Location": address})
        raise NotFound

    post = put = patch = delete = get

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        raise NotFound

    def _is_endpoint(self, path: str) -> bool:
        try:
            view = resolve(path).func
        except Resolver404:
            return False
        return getattr(view, "cls", None) is not UnknownAddress


def _absolute(paths: dict[str, str], request: Request) -> dict[str, str]:
    return {name: get_full_url(request, path) for name, path in paths.items()}
