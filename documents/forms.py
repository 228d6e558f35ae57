"""Wagtail's forms for documents and images, without their way of replacing a file."""

from __future__ import annotations

from typing import Any

from wagtail.documents.forms import BaseDocumentForm
from wagtail.documents.widgets import AdminDocumentChooser
from wagtail.images.forms import BaseImageForm


class KeepReplacedFileMixin:
    """Wagtail's form deletes the replaced file at once, even if the transaction is rolled back later.

    The models do it in a task of the transaction (`models.files.StoredFile`), so the form must not.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.original_file = None


class DocumentForm(KeepReplacedFileMixin, BaseDocumentForm):
    """Used through WAGTAILDOCS_DOCUMENT_FORM_BASE."""

    class Meta(BaseDocumentForm.Meta):
        # Wagtail's default here is a list of all documents, other people's included.
        widgets = BaseDocumentForm.Meta.widgets | {"supersedes": AdminDocumentChooser}


class ImageForm(KeepReplacedFileMixin, BaseImageForm):
    """Used through WAGTAILIMAGES_IMAGE_FORM_BASE."""
