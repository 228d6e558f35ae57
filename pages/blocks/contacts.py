"""How to get in touch, and reusable notices."""

from __future__ import annotations

from typing import Any

from wagtail.blocks import CharBlock, EmailBlock, RegexBlock, TextBlock

from pages.blocks.choosers import SnippetReferenceBlock
from pages.blocks.links import WebAddressBlock
from pages.blocks.structs import ContentBlock
from pages.schemas import Components, Schema, block_schema, without_null

PHONE_NUMBER = r"^\+?[0-9 ()\-]{5,30}( (ext|x)\.? ?\d{1,6})?$"


class ContactBlock(ContentBlock):
    """A contact that is kept in one place and shown on many pages."""

    may_be_hidden = True

    contact = SnippetReferenceBlock("pages.Contact")

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The contact itself, or None while it is not published."""
        represented: dict[str, Any] = super().get_api_representation(value, context)
        return represented["contact"] and represented

    def api_schema(self, components: Components, **changed: Schema) -> Schema:
        """Without its contact the block is null."""
        contact = without_null(block_schema(self.child_blocks["contact"], components))
        return super().api_schema(components, contact=contact, **changed)

    class Meta:
        icon = "user"
        group = "Documents and contacts"
        label = "Contact"
        label_format = "{contact}"
        description = "One of the contacts that are kept under “Reusable content”."


class NoticeBlock(ContentBlock):
    """A notice that is kept in one place and shown on many pages."""

    may_be_hidden = True

    notice = SnippetReferenceBlock("pages.Notice")

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The notice itself, or None while it is not published."""
        represented: dict[str, Any] = super().get_api_representation(value, context)
        return represented["notice"] and represented

    def api_schema(self, components: Components, **changed: Schema) -> Schema:
        """Without its notice the block is null."""
        notice = without_null(block_schema(self.child_blocks["notice"], components))
        return super().api_schema(components, notice=notice, **changed)

    class Meta:
        icon = "info-circle"
        group = "Documents and contacts"
        label = "Notice"
        label_format = "{notice}"
        description = "One of the notices that are kept under “Reusable content”."


class EmailChannelBlock(ContentBlock):
    """A mail address."""

    title = CharBlock(required=False, max_length=120, help_text="What it is for. Leave empty if there is only one.")
    email = EmailBlock(label="Email address")

    class Meta:
        icon = "mail"
        label = "Email"
        label_format = "{email}"


class PhoneChannelBlock(ContentBlock):
    """A telephone number."""

    title = CharBlock(required=False, max_length=120, help_text="For example: Telephone, Textphone, Welsh language.")
    number = RegexBlock(
        regex=PHONE_NUMBER, error_messages={"invalid": "Enter a telephone number, for example 0300 123 4567."}
    )
    hours = CharBlock(required=False, max_length=200, help_text="For example: Monday to Friday, 9am to 5pm.")

    class Meta:
        icon = "mobile-alt"
        label = "Telephone"
        label_format = "{title} {number}"


class PostChannelBlock(ContentBlock):
    """A postal address."""

    title = CharBlock(required=False, max_length=120)
    address = TextBlock(max_length=500, help_text="One line of the address per line, the postcode last.")

    class Meta:
        icon = "home"
        label = "Post"
        label_format = "{title} {address}"


class OnlineChannelBlock(ContentBlock):
    """A form or service on the web."""

    title = CharBlock(max_length=120)
    url = WebAddressBlock(label="Web address")

    class Meta:
        icon = "globe"
        label = "Online"
        label_format = "{title}"
