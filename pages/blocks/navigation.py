"""Items of menus and of the footer."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.blocks import CharBlock, ListBlock

from pages.blocks.links import LinkBlock
from pages.blocks.structs import ContentBlock
from pages.schemas import Components, Schema, block_schema, without_null


class _MenuLevelBlock(LinkBlock):
    """A link that may have links under it. What the requester may not see takes everything under it along.

    Without a target it is a heading for what is under it.
    """

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """As of a link. None also for a heading under which nothing is left for the requester."""
        heading = self._is_heading(value)
        shown = ContentBlock if heading else LinkBlock
        represented: dict[str, Any] | None = shown.get_api_representation(self, value, context)
        if represented is None:
            return None
        represented["children"] = [child for child in represented.get("children", []) if child is not None]
        return None if heading and not represented["children"] else represented

    def _target_errors(self, value: Any) -> dict[str, ValidationError]:
        return {} if self._is_heading(value) else super()._target_errors(value)

    def _is_heading(self, value: Any) -> bool:
        return bool(value.get("text") and value.get("children") and not value.get("page") and not value.get("url"))

    def api_schema(self, components: Components, **changed: Schema) -> Schema:
        """Every level has `children`; those of the lowest are none."""
        below = self.child_blocks.get("children")
        children: Schema = {"type": "array", "maxItems": 0, "items": False}
        if below:
            children = block_schema(below, components)
            children = children | {"items": without_null(children["items"])}
        return super().api_schema(components, children=children, **changed)


class ThirdLevelBlock(_MenuLevelBlock):
    """The lowest level of a menu."""

    class Meta:
        label = "Item"


class SecondLevelBlock(_MenuLevelBlock):
    """The level under the top of a menu."""

    children = ListBlock(ThirdLevelBlock(), required=False, default=[], max_num=30, label="Items under this one")

    class Meta:
        label = "Item"


class MenuItemBlock(_MenuLevelBlock):
    """An item at the top of a menu. Three levels are as many as people can find their way in."""

    children = ListBlock(SecondLevelBlock(), required=False, default=[], max_num=30, label="Items under this one")

    class Meta:
        icon = "list-ul"
        label = "Item"


class FooterColumnBlock(ContentBlock):
    """Links under a heading, in the footer."""

    drops_hidden = "links"

    title = CharBlock(max_length=120)
    links = ListBlock(LinkBlock(), min_num=1, max_num=20)

    class Meta:
        icon = "list-ul"
        label = "Column"
        label_format = "{title}"
