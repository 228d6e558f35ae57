"""Links, lists of links, cards and calls to action."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.blocks import CharBlock, ChoiceBlock, ListBlock, URLBlock
from wagtail.blocks.struct_block import StructBlockValidationError

from pages.blocks.choosers import PageReferenceBlock
from pages.blocks.structs import ContentBlock
from pages.schemas import Components, Schema
from pages.validators import validate_web_address


class WebAddressBlock(URLBlock):
    """An http or https address."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["validators"] = (*kwargs.get("validators", ()), validate_web_address)
        super().__init__(**kwargs)


class LinkBlock(ContentBlock):
    """A link to exactly one thing: a page of this service, or a web address."""

    may_be_hidden = True

    page = PageReferenceBlock(required=False, help_text="A page of this website.")
    url = WebAddressBlock(required=False, label="Web address", help_text="Or the address of another website.")
    text = CharBlock(required=False, max_length=150, help_text="Leave empty to use the title of the page.")

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        errors = self._target_errors(value)
        if errors:
            raise StructBlockValidationError(block_errors=errors)
        return value

    def _target_errors(self, value: Any) -> dict[str, ValidationError]:
        """Two targets contradict each other even in a draft; a missing one may still come."""
        page, url = value.get("page"), value.get("url")
        if page and url:
            return {"url": ValidationError("Choose a page or enter a web address, not both.", code="two_targets")}
        if self.is_deferred_validation:
            return {}
        if not page and not url:
            return {"page": ValidationError("Choose a page or enter a web address.", code="no_target")}
        if url and not value.get("text"):
            return {"text": ValidationError("Enter the text of the link.", code="no_text")}
        return {}

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """Text and address, and the page when it is one. None when the requester may not see that page."""
        represented: dict[str, Any] = super().get_api_representation(value, context)
        page = represented["page"]
        if not represented["url"] and page is None:
            return None
        if page is not None:
            represented |= {"url": page["url"], "text": represented["text"] or page["title"]}
        return represented

    def api_schema(self, components: Components, **changed: Schema) -> Schema:
        """The text may be the title of a page, which may be longer than what editors enter here."""
        text = {"type": "string"}
        return super().api_schema(components, **({"url": text, "text": text} | changed))

    class Meta:
        icon = "link"
        label = "Link"
        label_format = "{text} {page} {url}"


class CallToActionBlock(LinkBlock):
    """One thing that readers should do now."""

    style = ChoiceBlock(
        choices=[
            ("start", "Start button: the beginning of a service"),
            ("primary", "Button"),
            ("secondary", "Second button"),
        ],
        default="primary",
    )

    class Meta:
        icon = "pick"
        group = "Links"
        label = "Call to action"
        description = "A button. One on a page is enough."


class LinkListBlock(ContentBlock):
    """A short list of links under a heading."""

    drops_hidden = "links"

    title = CharBlock(required=False, max_length=120)
    links = ListBlock(LinkBlock(), min_num=1, max_num=30)

    class Meta:
        icon = "list-ul"
        group = "Links"
        label = "Links"
        label_format = "{title}"
        description = "Where readers can go from here."


class CardBlock(LinkBlock):
    """A link with a sentence about what is behind it."""

    description = CharBlock(required=False, max_length=255, help_text="One sentence about what readers find there.")

    class Meta:
        icon = "doc-empty"
        label = "Card"


class CardsBlock(ContentBlock):
    """Cards that lead into sections of the website."""

    drops_hidden = "cards"

    title = CharBlock(required=False, max_length=120)
    cards = ListBlock(CardBlock(), min_num=1, max_num=24)

    class Meta:
        icon = "grid"
        group = "Links"
        label = "Cards"
        label_format = "{title}"
        description = "Ways into the website, each with a title and one sentence."
