"""How to get in touch, and reusable notices."""

from __future__ import annotations

from typing import Any

from wagtail.blocks import CharBlock, EmailBlock, RegexBlock, StructBlock, TextBlock

from pages.blocks.choosers import SnippetReferenceBlock
from pages.blocks.links import WebAddressBlock

PHONE_NUMBER = r"^\+?[0-9 ()\-]{5,30}( (ext|x)\.? ?\d{1,6})?$"


class ContactBlock(StructBlock):
    """A contact that is kept in one place and shown on many pages."""

    contact = SnippetReferenceBlock("pages.Contact")

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The contact itself, or None while it is not published."""
        represented: dict[str, Any] = super().get_api_representation(value, context)
        return represented["contact"] and represented

    class Meta:
        icon = "user"
        group = "Documents and contacts"
        label = "Contact"
        label_format = "{contact}"
        description = "One of the contacts that are kept under “Reusable content”."


class NoticeBlock(StructBlock):
    """A notice that is kept in one place and shown on many pages."""

    notice = SnippetReferenceBlock("pages.Notice")

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The notice itself, or None while it is not published."""
        represented: dict[str, Any] = super().get_api_representation(value, context)
        return represented["notice"] and represented

    class Meta:
        icon = "info-circle"
        group = "Documents and contacts"
        label = "Notice"
        label_format = "{notice}"
        description = "One of the notices that are kept under “Reusable content”."


class EmailChannelBlock(StructBlock):
    """A mail address."""

    title = CharBlock(required=False, max_length=120, help_text="What it is for. Leave empty if there is only one.")
    email = EmailBlock(label="Email address")

    class Meta:
        icon = "mail"
        label = "Email"
        label_format = "{email}"


class PhoneChannelBlock(StructBlock):
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


class PostChannelBlock(StructBlock):
    """A postal address."""

    title = CharBlock(required=False, max_length=120)
    address = TextBlock(max_length=500, help_text="One line of the address per line, the postcode last.")

    class Meta:
        icon = "home"
        label = "Post"
        label_format = "{title} {address}"


class OnlineChannelBlock(StructBlock):
    """A form or service on the web."""

    title = CharBlock(max_length=120)
    url = WebAddressBlock(label="Web address")

    class Meta:
        icon = "globe"
        label = "Online"
        label_format = "{title}"
