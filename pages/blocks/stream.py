"""The streams: which blocks an editor may put where."""

from __future__ import annotations

from typing import Any

from wagtail.blocks import StreamBlock

from pages.blocks.attachments import AttachmentsBlock
from pages.blocks.callouts import CalloutBlock
from pages.blocks.contacts import (
    ContactBlock,
    EmailChannelBlock,
    NoticeBlock,
    OnlineChannelBlock,
    PhoneChannelBlock,
    PostChannelBlock,
)
from pages.blocks.details import AccordionBlock, DetailsBlock
from pages.blocks.faq import FaqBlock
from pages.blocks.images import ImageBlock
from pages.blocks.links import CallToActionBlock, CardsBlock, LinkListBlock
from pages.blocks.navigation import FooterColumnBlock, MenuItemBlock
from pages.blocks.quotes import QuoteBlock
from pages.blocks.steps import StepsBlock
from pages.blocks.tables import TableBlock
from pages.blocks.text import HeadingBlock, ProseBlock
from pages.blocks.video import VideoBlock
from pages.references import references_for
from pages.searchable_text import texts_of_stream


class ContentStream(StreamBlock):
    """What every stream does: before it is shown as JSON, everything it refers to is loaded at once."""

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """A list of `{"type", "value", "id"}`, its values as the blocks say."""
        if value:
            references_for(context).load_streams([value])
        represented: list[dict[str, Any]] = super().get_api_representation(value, context)
        return represented

    def get_searchable_content(self, value: Any) -> list[str]:
        """Without the text that is hidden together with what it refers to."""
        return texts_of_stream(self, value.get_prep_value()) if value else []


class ProseStream(ContentStream):
    """For a part of a page: text, and what belongs inside text."""

    heading = HeadingBlock()
    text = ProseBlock()
    callout = CalloutBlock()
    steps = StepsBlock()
    table = TableBlock()
    details = DetailsBlock()
    attachments = AttachmentsBlock()
    contact = ContactBlock()
    links = LinkListBlock()
    call_to_action = CallToActionBlock()


class BodyStream(ProseStream):
    """For the main text of a page."""

    quote = QuoteBlock()
    accordion = AccordionBlock()
    faq = FaqBlock()
    image = ImageBlock()
    video = VideoBlock()
    notice = NoticeBlock()


class LandingStream(ContentStream):
    """For pages that lead to other pages."""

    heading = HeadingBlock()
    text = ProseBlock()
    callout = CalloutBlock()
    cards = CardsBlock()
    links = LinkListBlock()
    call_to_action = CallToActionBlock()
    image = ImageBlock()
    video = VideoBlock()
    quote = QuoteBlock()
    contact = ContactBlock()
    notice = NoticeBlock()


class ChannelStream(ContentStream):
    """Ways to reach somebody."""

    email = EmailChannelBlock()
    phone = PhoneChannelBlock()
    post = PostChannelBlock()
    online = OnlineChannelBlock()


class MenuStream(ContentStream):
    """The items of a navigation menu."""

    item = MenuItemBlock()


class FooterStream(ContentStream):
    """The columns of the footer."""

    column = FooterColumnBlock()
