"""Text that stands out."""

from __future__ import annotations

from wagtail.blocks import CharBlock, ChoiceBlock

from pages.blocks.structs import ContentBlock
from pages.blocks.text import ProseBlock


class CalloutBlock(ContentBlock):
    """A short text that readers must not miss."""

    kind = ChoiceBlock(
        choices=[
            ("information", "Information: useful to know"),
            ("warning", "Warning: there are consequences, such as a fine"),
            ("inset", "Inset: set apart from the text around it"),
        ],
        default="information",
    )
    title = CharBlock(required=False, max_length=120, help_text="Leave empty for one short sentence.")
    text = ProseBlock()

    class Meta:
        icon = "warning"
        group = "Text"
        label = "Call-out"
        label_format = "{kind}: {title}"
        description = "Information, a warning, or inset text. Use it rarely: readers skip pages full of them."
