"""The base of all blocks that are made of others."""

from __future__ import annotations

from typing import Any, ClassVar

from wagtail.blocks import StructBlock

from pages.schemas import TEXT_BLOCKS, Components, Schema, block_schema, nullable, struct_schema, without_null


class ContentBlock(StructBlock):
    """A block made of others, in whose JSON a text is never null.

    Content that is older than one of its members, or that a program wrote, may lack it: Wagtail then shows null.
    """

    may_be_hidden: ClassVar[bool] = False
    """Whether the block is null for somebody who may not see what it refers to."""
    drops_hidden: ClassVar[str] = ""
    """The member whose entries are left out when they are null."""

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> Any:
        """A dict of what the members look like."""
        shown: dict[str, Any] = super().get_api_representation(value, context)
        shown |= {name: "" for name, text in shown.items() if text is None and self._is_text(name)}
        if self.drops_hidden:
            shown[self.drops_hidden] = [entry for entry in shown[self.drops_hidden] if entry is not None]
        return shown

    def _is_text(self, name: str) -> bool:
        return isinstance(self.child_blocks[name], TEXT_BLOCKS)

    def api_schema(self, components: Components, **changed: Schema) -> Schema:
        """What `get_api_representation` returns. `changed` are members that are added, or that look different."""
        texts = {
            name: block_schema(self.child_blocks[name], components) for name in self.child_blocks if self._is_text(name)
        }
        schema = struct_schema(self, components, **(texts | self._shortened(components) | changed))
        return nullable(schema) if self.may_be_hidden else schema

    def _shortened(self, components: Components) -> dict[str, Schema]:
        if not self.drops_hidden:
            return {}
        entries = block_schema(self.child_blocks[self.drops_hidden], components)
        return {self.drops_hidden: entries | {"items": without_null(entries["items"])}}
