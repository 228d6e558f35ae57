"""Renditions without camera metadata."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from wagtail.images.image_operations import FilterOperation
from wagtail.images.models import Filter


class DropMetadataOperation(FilterOperation):
    """Forget the EXIF block and XMP packet: place, time, device, and sometimes names.

    Willow writes EXIF into every JPEG, PNG and WebP that it saves (willow/plugins/pillow.py). The turn of the picture,
    the one entry that matters for showing it, has been applied to the pixels before operations run.
    """

    def construct(self) -> None:
        """Take no arguments."""

    def run(self, willow: Any, image: Any, env: dict[str, Any]) -> Any:
        for key in ("exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment"):
            willow.image.info.pop(key, None)
        return willow


class MetadataFreeFilter(Filter):
    """A filter of Wagtail's that drops metadata before it saves. Its spec is the same, so renditions are found."""

    @cached_property
    def operations(self) -> list[Any]:
        return [*super().operations, DropMetadataOperation("dropmetadata")]
