"""GET /api/schema/ and /api/docs/: the description of the API, for programs and for people."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.openapi.operations import Answer, Operation
from api.openapi.presentation import schemas, sections

_SCHEMA = Operation(
    "get",
    "This description",
    {200: Answer("An OpenAPI 3.1 document.", {"type": "object"}), 404: Answer("`API_DOCS` is off.")},
    id="schema",
)
_DOCS = Operation(
    "get",
    "This description, for people",
    {200: Answer("A page.", {"type": "string"}, "text/html"), 404: Answer("`API_DOCS` is off.")},
    id="docs",
)
# Stricter than for the admin, which needs inline scripts: nothing inline, nothing from elsewhere, in no frame.
_POLICY = {"script-src": [SELF], "style-src": [SELF], "img-src": [SELF, "data:"], "frame-ancestors": [NONE]}


class _DescriptionView(APIView):
    """Absent where `API_DOCS` is off."""

    document: Callable[[], dict[str, Any]] = dict

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not settings.API_DOCS:
            raise NotFound


class SchemaView(_DescriptionView):
    """The OpenAPI document."""

    operations = (_SCHEMA,)

    def get(self, request: Request) -> Response:
        return Response(self.document())


@method_decorator(csp_replace(_POLICY), name="dispatch")
class DocsView(_DescriptionView):
    """The document as a page, on which every address can be tried."""

    operations = (_DOCS,)

    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(_page(self.document))


@cache
def _page(make_document: Callable[[], dict[str, Any]]) -> str:
    """The same for everybody, and worth half a second."""
    document = make_document()
    shown = {"info": document["info"], "sections": sections(document), "schemas": schemas(document)}
    return render_to_string("api/docs.html", shown)
