"""Instructions in an order."""

from __future__ import annotations

from wagtail.blocks import CharBlock, ListBlock

from pages.blocks.structs import ContentBlock
from pages.blocks.text import ProseBlock


class StepBlock(ContentBlock):
    """One step."""

    title = CharBlock(max_length=120)
    text = ProseBlock(required=False)

    class Meta:
        icon = "arrow-right"
        label_format = "{title}"


class StepsBlock(ContentBlock):
    """Steps that readers take one after the other."""

    title = CharBlock(required=False, max_length=120)
    steps = ListBlock(StepBlock(), min_num=1, max_num=30)

    class Meta:
        icon = "list-ol"
        group = "Text"
        label = "Steps"
        label_format = "{title}"
        description = "Numbered instructions, where the order matters."
