"""Documents to download."""

from __future__ import annotations

from typing import Any

from wagtail.blocks import BooleanBlock, CharBlock, ChoiceBlock, ListBlock

from pages.blocks.choosers import DocumentReferenceBlock
from pages.blocks.structs import ContentBlock
from pages.languages import content_languages
from pages.schemas import Components, Schema, block_schema, without_null


class AttachmentBlock(ContentBlock):
    """One document."""

    may_be_hidden = True

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

    def api_schema(self, components: Components, **changed: Schema) -> Schema:
        """Without its document an attachment is not shown."""
        document = without_null(block_schema(self.child_blocks["document"], components))
        return super().api_schema(components, document=document, title={"type": "string"}, **changed)

    class Meta:
        icon = "doc-full"
        label_format = "{title} {document}"


class AttachmentsBlock(ContentBlock):
    """Documents that belong to the text around them."""

    drops_hidden = "attachments"

    title = CharBlock(required=False, max_length=120)
    attachments = ListBlock(AttachmentBlock(), min_num=1, max_num=50)

    class Meta:
        icon = "doc-full-inverse"
        group = "Documents and contacts"
        label = "Attachments"
        label_format = "{title}"
        description = "Documents to download. If people must read it, write it on the page instead."
