"""Documents: files that people download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.api import APIField
from wagtail.documents.models import AbstractDocument, DocumentQuerySet
from wagtail.search import index

from documents import representations
from documents.filenames import storage_name
from documents.filetypes import UNKNOWN
from documents.models.files import StoredFile, VisibleQuerySet
from documents.storages import PrivateStorage
from documents.validation import allowed_types, validate_document

if TYPE_CHECKING:
    from django.http import HttpRequest


def upload_document_to(instance: CustomDocument, filename: str) -> str:
    """Where a new document is stored."""
    return storage_name("documents", filename)


class CustomDocumentQuerySet(VisibleQuerySet, DocumentQuerySet):
    """Documents; `visible_to(user)` narrows them to what somebody may read."""


class CustomDocument(StoredFile, AbstractDocument):
    """A file that people download. Who may do so is decided by the privacy of its collection."""

    file = models.FileField(
        _("file"),
        upload_to=upload_document_to,
        storage=PrivateStorage(),
        max_length=255,
        db_index=True,
        validators=[validate_document],
    )
    description = models.TextField(
        _("description"), blank=True, help_text=_("What readers find in it, in a sentence or two.")
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    accessible = models.BooleanField(
        _("accessible"),
        default=False,
        help_text=_("Somebody has checked that people who use assistive technology can read it."),
    )
    published_on = models.DateField(
        _("date of publication"), null=True, blank=True, help_text=_("The date on the document, if it has one.")
    )
    supersedes = models.ForeignKey(
        "self",
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="superseded_by",
        help_text=_("The earlier document that this one takes the place of."),
    )

    objects = CustomDocumentQuerySet.as_manager()

    admin_form_fields = (
        "title",
        "file",
        "description",
        "language",
        "accessible",
        "published_on",
        "supersedes",
        "collection",
        "tags",
    )
    search_fields = [
        *AbstractDocument.search_fields,
        index.SearchField("description"),
        index.FilterField("language"),
        index.FilterField("media_type"),
    ]
    api_fields = [
        APIField("description"),
        APIField("size"),
        APIField("content_type"),
        APIField("sha256"),
        APIField("language"),
        APIField("accessible"),
        APIField("published_on"),
        APIField("supersedes"),
    ]

    class Meta(AbstractDocument.Meta):
        pass

    @classmethod
    def allowed_media_types(cls) -> set[str]:
        return allowed_types()

    def _set_document_file_metadata(self) -> None:
        # Wagtail's forms call this when the file has changed.
        self.record_content()

    @property
    def content_type(self) -> str:
        """The media type, as found by looking at the content."""
        return self.media_type or UNKNOWN

    @property
    def content_disposition(self) -> str:
        """Always an attachment: nothing that somebody uploaded is shown in the browser under our name."""
        return representations.attachment(self.filename)

    @property
    def size(self) -> int | None:
        """Bytes."""
        size: int | None = self.file_size
        return size

    @property
    def url(self) -> str:
        """The path that checks who asks, whatever WAGTAILDOCS_SERVE_METHOD says."""
        return representations.document_path(self)

    def api_representation(self, request: HttpRequest | None) -> dict[str, Any]:
        """How the document looks in JSON. Asks the database nothing."""
        return representations.represent_document(self, request)
