"""Documents to download."""

from __future__ import annotations

from typing import Any

from wagtail.blocks import BooleanBlock, CharBlock, ChoiceBlock, ListBlock, StructBlock

from pages.blocks.choosers import DocumentReferenceBlock
from pages.languages import content_languages


class AttachmentBlock(StructBlock):
    """One document."""

    document = DocumentReferenceBlock()
    title = CharBlock(required=False, max_length=200, help_text="Leave empty to use the document's own title.")
    language = ChoiceBlock(choices=content_languages, required=False, help_text="If it is not that of the page.")
    accessible = BooleanBlock(
        required=False,
        default=False,
        label="Accessible",
        help_text="Tick if it was checked and works with a screen reader.",
    )

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The document with its label, or None when the requester may not see it."""
        represented: dict[str, Any] = super().get_api_representation(value, context)
        document = represented["document"]
        if document is None:
            return None
        return represented | {"title": represented["title"] or document["title"]}

    class Meta:
        icon = "doc-full"
        label_format = "{title} {document}"


class AttachmentsBlock(StructBlock):
    """Documents that belong to the text around them."""

    title = CharBlock(required=False, max_length=120)
    attachments = ListBlock(AttachmentBlock(), min_num=1, max_num=50)

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Leaves out documents that the requester may not see."""
        represented: dict[str, Any] = super().get_api_representation(value, context)
        represented["attachments"] = [item for item in represented["attachments"] if item is not None]
        return represented

    class Meta:
        icon = "doc-full-inverse"
        group = "Documents and contacts"
        label = "Attachments"
        label_format = "{title}"
        description = "Documents to download. If people must read it, write it on the page instead."
