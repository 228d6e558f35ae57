"""Fields of images in the v2 API that come from their representation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, prefetch_related_objects
from rest_framework.fields import Field
from rest_framework.request import Request

from documents.renditions import all_specs, chosen_names
from documents.representations import represent_image

if TYPE_CHECKING:
    from documents.models import CustomImage


class ImagePartField(Field[Any, Any, Any, Any]):
    """One member of `CustomImage.api_representation`."""

    def __init__(self, member: str, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)
        self.member = member

    def bulk_load(self, rows: Sequence[CustomImage], request: Request) -> None:
        """Fetch the renditions of all rows at once. The API calls this before it serializes a list."""
        missing = [row for row in rows if not hasattr(row, "prefetched_renditions")]
        if missing:
            specs = all_specs(chosen_names(request))
            shown = missing[0].get_rendition_model().objects.filter(filter_spec__in=specs)
            prefetch_related_objects(missing, Prefetch("renditions", shown, to_attr="prefetched_renditions"))

    def get_attribute(self, instance: CustomImage) -> CustomImage:
        return instance

    def to_representation(self, value: CustomImage) -> Any:
        """The member. The image is represented once, however many members are asked for."""
        shown = value.__dict__.get("_represented") or represent_image(value, self.context.get("request"))
        value.__dict__["_represented"] = shown
        return shown[self.member]
