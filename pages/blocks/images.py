"""Pictures."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.admin.telepath import register
from wagtail.blocks import BooleanBlock, CharBlock
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageBlockAdapter

from pages.blocks.choosers import ImageReferenceBlock
from pages.blocks.structs import ContentBlock
from pages.schemas import Components, Schema, block_schema, nullable, record, reference, summary_of


class ImageBlock(ContentBlock):
    """A picture that has a text alternative or is said to need none (WCAG 2.2, success criterion 1.1.1)."""

    image = ImageReferenceBlock()
    decorative = BooleanBlock(
        required=False,
        default=False,
        label="The image is decorative",
        help_text="Tick only if readers lose nothing when they cannot see it.",
    )
    alt_text = CharBlock(
        required=False,
        max_length=255,
        label="Alternative text",
        help_text="What the picture tells on this page. It starts as the image's own description: change it to fit.",
    )
    caption = CharBlock(required=False, max_length=255)
    credit = CharBlock(required=False, max_length=120, help_text="Who made it, if the licence asks for that.")

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        decorative, alt_text = value.get("decorative"), value.get("alt_text")
        if decorative and alt_text:
            message = "A decorative image has no alternative text: remove the text or the tick."
            raise StructBlockValidationError(block_errors={"alt_text": ValidationError(message, code="decorative")})
        if not decorative and not alt_text and not self.is_deferred_validation:
            message = "Describe the image, or mark it as decorative."
            raise StructBlockValidationError(block_errors={"alt_text": ValidationError(message, code="no_alt")})
        return value

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The image with this place's own text alternative, or None when the requester may not see it."""
        image = self.child_blocks["image"].get_api_representation(value.get("image"), context)
        if image is None:
            return None
        alt = {"alt": "" if value["decorative"] else value["alt_text"] or "", "decorative": bool(value["decorative"])}
        return {"image": image | alt, "caption": value["caption"] or "", "credit": value["credit"] or ""}

    def api_schema(self, components: Components, **changed: Schema) -> Schema:
        """The image is one that has been given a text for this place."""
        members = {"image": reference("Image")}
        members |= {name: block_schema(self.child_blocks[name], components) for name in ("caption", "credit")}
        return nullable(components.define("ImageValue", record(members, summary_of(type(self)))))

    class Meta:
        icon = "image"
        group = "Pictures and video"
        label = "Image"
        label_format = "{alt_text} {caption}"
        description = "A picture that tells readers something."


# Wagtail's own script for its ImageBlock: fills in the alternative text when an image is chosen.
register(ImageBlockAdapter(), ImageBlock)
