"""Running text and headings."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.blocks import CharBlock, ChoiceBlock, RichTextBlock
from wagtail.rich_text import get_text_for_indexing

from pages.blocks.structs import ContentBlock
from pages.references import references_for

RICH_TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]
"""What editors may do inside running text. Headings, images and tables are blocks of their own, so that every frontend
can lay them out and every picture has its alternative text."""


class ProseBlock(RichTextBlock):
    """Running text with a restrained set of formats."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", RICH_TEXT_FEATURES)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Wagtail's required field is content with an empty paragraph."""
        cleaned = super().clean(value)
        if self.required and not self.is_deferred_validation and not get_text_for_indexing(cleaned.source).strip():
            raise ValidationError("Write something, or delete this block.", code="empty")
        return cleaned

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> Any:
        """The text in the format the requester asked for; links to what they may not see lose their target."""
        return references_for(context).rich_text(value.source)

    class Meta:
        icon = "pilcrow"
        group = "Text"
        label = "Text"
        description = "Paragraphs, lists and links."


class HeadingBlock(ContentBlock):
    """A heading inside the page. The page's title is its only h1."""

    text = CharBlock(max_length=200, label="Heading")
    level = ChoiceBlock(
        choices=[("h2", "Heading 2: a section"), ("h3", "Heading 3: part of a section"), ("h4", "Heading 4")],
        default="h2",
        help_text="Do not skip a level: a heading 3 belongs under a heading 2.",
    )

    class Meta:
        icon = "title"
        group = "Text"
        label = "Heading"
        label_format = "{text}"
        description = "Divides the page into sections that people can scan and jump to."
