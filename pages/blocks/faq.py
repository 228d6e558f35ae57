"""Questions and answers."""

from __future__ import annotations

from wagtail.blocks import CharBlock, ListBlock

from pages.blocks.structs import ContentBlock
from pages.blocks.text import ProseBlock


class QuestionBlock(ContentBlock):
    """A question with its answer; the pair that schema.org calls Question and acceptedAnswer."""

    question = CharBlock(max_length=200)
    answer = ProseBlock()

    class Meta:
        icon = "help"
        label_format = "{question}"


class FaqBlock(ContentBlock):
    """A list of questions, in a shape that a frontend can turn into a schema.org FAQPage."""

    title = CharBlock(required=False, max_length=120)
    questions = ListBlock(QuestionBlock(), min_num=1, max_num=50)

    class Meta:
        icon = "help"
        group = "Text"
        label = "Questions and answers"
        label_format = "{title}"
        description = "Questions that people really ask, with answers. Search engines can show them."
