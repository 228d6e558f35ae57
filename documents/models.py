"""Document and image models."""

from __future__ import annotations

from django.db import models
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage


class CustomDocument(AbstractDocument):
    """A file that people download."""

    admin_form_fields = WagtailDocument.admin_form_fields


class CustomImage(AbstractImage):
    """An image, from which renditions are made."""

    admin_form_fields = WagtailImage.admin_form_fields


class CustomRendition(AbstractRendition):
    """An image at one size and in one format."""

    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
