"""Text that readers open when they need it."""

from __future__ import annotations

from wagtail.blocks import CharBlock, ListBlock

from pages.blocks.structs import ContentBlock
from pages.blocks.text import ProseBlock


class DetailsBlock(ContentBlock):
    """One text behind a line that opens it."""

    summary = CharBlock(max_length=120, help_text="The line that readers click. Say what they will find.")
    text = ProseBlock()

    class Meta:
        icon = "collapse-down"
        group = "Text"
        label = "Details"
        label_format = "{summary}"
        description = "Hides what only some readers need. Never hide what everybody must know."


class AccordionSectionBlock(ContentBlock):
    """One section of an accordion."""

    heading = CharBlock(max_length=120)
    summary = CharBlock(required=False, max_length=200, help_text="One line under the heading.")
    text = ProseBlock()

    class Meta:
        icon = "collapse-down"
        label_format = "{heading}"


class AccordionBlock(ContentBlock):
    """Several sections, each of which opens on its own."""

    sections = ListBlock(AccordionSectionBlock(), min_num=2, max_num=30)

    class Meta:
        icon = "list-ul"
        group = "Text"
        label = "Accordion"
        description = "Sections that open one by one, for readers who need only a few of them."
