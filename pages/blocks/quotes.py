"""Words of somebody else."""

from __future__ import annotations

from wagtail.blocks import CharBlock, TextBlock

from pages.blocks.links import WebAddressBlock
from pages.blocks.structs import ContentBlock


class QuoteBlock(ContentBlock):
    """A quotation with its source."""

    text = TextBlock(max_length=2000, label="Quotation", help_text="Without quotation marks: the website adds them.")
    attribution = CharBlock(required=False, max_length=120, label="Who said it")
    role = CharBlock(required=False, max_length=120, help_text="For example: Secretary of State for Transport.")
    source_url = WebAddressBlock(required=False, label="Web address of the source")

    class Meta:
        icon = "openquote"
        group = "Text"
        label = "Quotation"
        label_format = "{attribution}: {text}"
        description = "What somebody said or wrote, word for word."
