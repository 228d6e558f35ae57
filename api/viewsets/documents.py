"""Documents, and their download."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from rest_framework.request import Request
from wagtail.documents.api.v2.views import DocumentsAPIViewSet

from api.openapi.operations import Answer, Operation
from api.serializers import DocumentSerializer
from api.viewsets.base import DeliveryViewSet
from documents.access import download_response
from documents.models import CustomDocument

DOWNLOAD = Operation(
    "download_view",
    "The file of a document",
    {
        200: Answer("The file, where this service keeps it itself.", {"type": "string"}, "application/octet-stream"),
        302: Answer("The file is there for minutes. Not to be kept.", headers=("Location",)),
    },
)


class DocumentsViewSet(DeliveryViewSet, DocumentsAPIViewSet):
    """Documents of the collections that the requester may see."""

    base_serializer_class = DocumentSerializer
    operations = (DOWNLOAD,)

    def visible_queryset(self) -> QuerySet[CustomDocument]:
        """Wagtail's rule and ours: the narrower one holds."""
        documents: QuerySet[CustomDocument] = super().visible_queryset().visible_to(self.request.user)  # type: ignore[attr-defined]
        return documents

    def download_view(self, request: Request, pk: int) -> HttpResponseBase:
        """The file, by a link that lives minutes. 404 for a document that the requester may not see."""
        self._check_names(frozenset())
        return download_response(self.get_object(), request.user, request._request)

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        """Wagtail's, and the download."""
        download = cls.as_view({"get": "download_view"})
        return [*super().get_urlpatterns(), path("<int:pk>/download/", download, name="download")]
