"""Images, and the renditions that are made from them."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.api import APIField
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    ImageQuerySet,
    WagtailImageField,
    get_rendition_upload_to,
    get_upload_to,
)
from wagtail.images.models import Image as WagtailImage
from wagtail.search import index

from documents import placement, representations
from documents.filenames import storage_name
from documents.metadata import MetadataFreeFilter
from documents.models.files import StoredFile, VisibleQuerySet
from documents.serializers import ImagePartField
from documents.storages import PrivateStorage, RenditionStorage
from documents.validation import allowed_image_types, validate_image

if TYPE_CHECKING:
    from django.core.files import File
    from django.http import HttpRequest


class CustomImageQuerySet(VisibleQuerySet, ImageQuerySet):
    """Images; `visible_to(user)` narrows them to what somebody may see."""

    def for_api(self) -> Self:
        """Fetch what `api_representation` needs, in one query more, whatever the rows."""
        images: Self = self.prefetch_renditions(*representations.rendition_specs().values())
        return images

    def update(self, **kwargs: Any) -> int:
        """Update. Wagtail's bulk action moves images this way, and no signal tells of it."""
        ids = list(self.values_list("pk", flat=True)) if {"collection", "collection_id"} & kwargs.keys() else []
        rows = super().update(**kwargs)
        if ids:
            placement.settle_after_commit(ids)
        return rows


class CustomImage(StoredFile, AbstractImage):  # type: ignore[django-manager-missing]  # Wagtail is untyped
    """An image. Its original is private; renditions are public unless its collection is not for everybody."""

    file = WagtailImageField(
        _("file"),
        upload_to=get_upload_to,
        storage=PrivateStorage(),
        max_length=255,
        db_index=True,
        width_field="width",
        height_field="height",
        validators=[validate_image],
    )
    credit = models.CharField(
        _("credit"), max_length=255, blank=True, help_text=_("Who made it, as it has to be named beside the image.")
    )
    copyright = models.CharField(
        _("copyright"), max_length=255, blank=True, help_text=_("Who owns it and under which licence it may be used.")
    )

    objects = CustomImageQuerySet.as_manager()

    admin_form_fields = (
        *WagtailImage.admin_form_fields[:3],
        "credit",
        "copyright",
        *WagtailImage.admin_form_fields[3:],
    )
    search_fields = [*AbstractImage.search_fields, index.SearchField("credit"), index.FilterField("media_type")]
    api_fields = [
        APIField("description"),
        APIField("credit"),
        APIField("copyright"),
        *(APIField(part, serializer=ImagePartField(part)) for part in ("alt", "focal_point", "src", "srcset")),
    ]

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")

    @classmethod
    def allowed_media_types(cls) -> set[str]:
        return allowed_image_types()

    def _set_image_file_metadata(self) -> None:
        # Wagtail's forms call this when the file has changed.
        self.record_content()

    def on_file_replaced(self) -> None:
        self.renditions.all().delete()

    def get_upload_to(self, filename: str) -> str:
        # Wagtail cuts this prefix off in places.
        return storage_name("original_images", filename)

    @property
    def original_url(self) -> str:
        """The path of the original, behind which we check who asks."""
        url: str = self.file.url
        return url

    def generate_rendition_file(self, filter: Filter, *, source: File[bytes] | None = None) -> File[bytes]:
        """Make a rendition without what the camera noted: where, when and with what the picture was taken."""
        file: File[bytes] = super().generate_rendition_file(MetadataFreeFilter(filter.spec), source=source)
        return file

    def create_rendition(self, filter: Filter) -> CustomRendition:
        rendition: CustomRendition = super().create_rendition(filter)
        placement.settle_after_commit([self.pk])
        return rendition

    def create_renditions(self, *filters: Filter) -> dict[Filter, CustomRendition]:
        renditions: dict[Filter, CustomRendition] = super().create_renditions(*filters)
        if renditions:
            placement.settle_after_commit([self.pk])
        return renditions

    def api_representation(self, request: HttpRequest | None) -> dict[str, Any]:
        """How the image looks in JSON. Makes no file; asks for its renditions unless `for_api()` fetched them."""
        return representations.represent_image(self, request)


class CustomRendition(AbstractRendition):
    """An image at one size and in one format."""

    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")
    file = WagtailImageField(
        upload_to=get_rendition_upload_to,
        storage=RenditionStorage(),
        max_length=255,
        db_index=True,
        width_field="width",
        height_field="height",
    )

    objects: ClassVar[models.Manager[CustomRendition]] = models.Manager()

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)

    def get_upload_to(self, filename: str) -> str:
        """The name says in which store the rendition lives: see `storages.RenditionStorage`."""
        return storage_name(placement.folder_for(self.image), PurePosixPath(filename).name)
