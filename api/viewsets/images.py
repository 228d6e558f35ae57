"""Images."""

from __future__ import annotations

from django.db.models import QuerySet
from wagtail.images.api.v2.views import ImagesAPIViewSet

from api.serializers import ImageSerializer
from api.viewsets.base import DeliveryViewSet
from documents.models import CustomImage
from documents.representations import IMAGE_MEMBERS


class ImagesViewSet(DeliveryViewSet, ImagesAPIViewSet):
    """Images of the collections that the requester may see."""

    base_serializer_class = ImageSerializer
    listing_default_fields = [*ImagesAPIViewSet.listing_default_fields, *IMAGE_MEMBERS]
    nested_default_fields = [*ImagesAPIViewSet.nested_default_fields, *IMAGE_MEMBERS]

    def visible_queryset(self) -> QuerySet[CustomImage]:
        """Wagtail's rule and ours: the narrower one holds."""
        images: QuerySet[CustomImage] = super().visible_queryset().visible_to(self.request.user)  # type: ignore[attr-defined]
        return images
