"""Items of menus and of the footer."""

from __future__ import annotations

from typing import Any

from wagtail.blocks import CharBlock, ListBlock, StructBlock

from pages.blocks.links import LinkBlock


class _MenuLevelBlock(LinkBlock):
    """A link that may have links under it. What the requester may not see takes everything under it along."""

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        represented = super().get_api_representation(value, context)
        if represented is not None:
            represented["children"] = [child for child in represented.get("children", []) if child is not None]
        return represented


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


class FooterColumnBlock(StructBlock):
    """Links under a heading, in the footer."""

    title = CharBlock(max_length=120)
    links = ListBlock(LinkBlock(), min_num=1, max_num=20)

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any]:
        represented: dict[str, Any] = super().get_api_representation(value, context)
        represented["links"] = [link for link in represented["links"] if link is not None]
        return represented

    class Meta:
        icon = "list-ul"
        label = "Column"
        label_format = "{title}"
