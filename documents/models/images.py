"""Images, and the renditions that are made from them."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.files.base import ContentFile
from django.db import models, transaction
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

from documents import placement, renditions, representations, tasks
from documents.appearance import look_at
from documents.drawing import MetadataFreeFilter
from documents.fields import UprightImageField
from documents.filenames import storage_name
from documents.models.files import StoredFile, VisibleQuerySet
from documents.positions import without_position
from documents.serializers import ImagePartField
from documents.storages import PrivateStorage, RenditionStorage
from documents.validation import allowed_image_types, is_stored, validate_image

if TYPE_CHECKING:
    from django.core.files import File
    from django.http import HttpRequest


class CustomImageQuerySet(VisibleQuerySet, ImageQuerySet):
    """Images; `visible_to(user)` narrows them to what somebody may see."""

    def for_api(self, request: Any = None) -> Self:
        """Fetch what `api_representation(request)` needs, in one query more, whatever the rows."""
        images: Self = self.prefetch_renditions(*renditions.all_specs(renditions.chosen_names(request)))
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

    file = UprightImageField(
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

    # With defaults of the database, for processes that still run the code of before these fields.
    dominant_colour = models.CharField(
        _("dominant colour"), max_length=7, blank=True, default="", db_default="", editable=False
    )
    placeholder = models.TextField(_("placeholder"), blank=True, default="", db_default="", editable=False)
    frame_count = models.PositiveIntegerField(_("number of frames"), default=1, db_default=1, editable=False)

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
        *(APIField(member, serializer=ImagePartField(member)) for member in representations.IMAGE_PARTS),
    ]
    content_fields = (*StoredFile.content_fields, "width", "height", "dominant_colour", "placeholder", "frame_count")

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")

    @classmethod
    def allowed_media_types(cls) -> set[str]:
        return allowed_image_types()

    def _set_image_file_metadata(self) -> None:
        # Wagtail's forms call this when the file has changed.
        self.record_content()

    def record_content(self) -> None:
        if not is_stored(self.file):
            self._forget_position()
        super().record_content()
        self.record_appearance()

    def _forget_position(self) -> None:
        new = self.file.file
        new.seek(0)
        content = new.read()
        new.seek(0)
        kept = without_position(content)
        if kept != content:
            self.file.file = ContentFile(kept, new.name)
            self.file.file.checked_media_type = getattr(new, "checked_media_type", None)

    def record_appearance(self) -> None:
        """Read the file and note what stands in for the picture while it loads."""
        self.file.open("rb")
        seen = look_at(self.file.file)
        self.dominant_colour, self.placeholder = seen.dominant_colour, seen.placeholder
        self.frame_count = seen.frame_count

    def on_file_replaced(self) -> None:
        self.renditions.all().delete()

    def on_file_stored(self) -> None:
        tasks.make_renditions_task.enqueue(self.pk)

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
        """Make one rendition, unless somebody else has made it a moment ago.

        Raises CustomImage.DoesNotExist when the image has just been deleted.
        """
        with transaction.atomic():
            image = self._locked()
            same = image.renditions.filter(filter_spec=filter.spec, focal_point_key=filter.get_cache_key(image))
            rendition: CustomRendition = same.first() or super(CustomImage, image).create_rendition(filter)
            placement.settle_after_commit([self.pk])
        rendition.image = self
        return rendition

    def create_renditions(self, *filters: Filter) -> dict[Filter, CustomRendition]:
        """Make several. Raises as `create_rendition` does."""
        if len(filters) < 2:
            return {wanted: self.create_rendition(wanted) for wanted in filters}
        with transaction.atomic():
            made: dict[Filter, CustomRendition] = super(CustomImage, self._locked()).create_renditions(*filters)
            placement.settle_after_commit([self.pk])
        for rendition in made.values():
            rendition.image = self
        return made

    def _locked(self) -> Self:
        """The image as it is now, for this transaction only.

        Two who want the same rendition would both draw it, and the file of the second, of which no row knows, would
        stay in the public store for ever, even after the image is withdrawn.
        """
        current: Self = type(self)._default_manager.select_for_update(no_key=True).get(pk=self.pk)
        return current

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
