"""Wagtail's forms for documents and images, without their way of replacing a file."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.documents.forms import BaseDocumentForm
from wagtail.documents.widgets import AdminDocumentChooser
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from documents.validation import allowed_image_types, check


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields:
            # Files dropped on the page arrive with a title and a collection only; the model has a default for this.
            self.fields["language"].required = False


class CheckedImageField(WagtailImageField):
    """Wagtail's field decodes the whole picture before it counts pixels, and lets a broken one raise (a 500)."""

    def to_python(self, data: Any) -> Any:
        """The file with its `image`. Raises ValidationError, before anything is decoded if there is too much of it."""
        if data in self.empty_values:
            return None
        check(data, allowed_image_types())
        try:
            return super().to_python(data)
        except ValidationError:
            raise
        except Exception:  # whatever broken input makes a decoder stumble over
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from None


class ImageForm(KeepReplacedFileMixin, BaseImageForm):
    """Used through WAGTAILIMAGES_IMAGE_FORM_BASE."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("file")
        if field is not None:
            self.fields["file"] = CheckedImageField(label=field.label, required=field.required, widget=field.widget)
