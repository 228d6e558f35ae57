"""Blocks that refer to a page, an image, a document or a snippet.

Each looks its object up in the pool that `pages.references` filled for a whole list of pages, when there is one, and
shows it in JSON only to a requester who may see it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.blocks import PageChooserBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from pages.references import pooled_objects, references_for
from pages.schemas import Components, Schema, nullable, reference


class _ReferenceMixin:
    """A chooser that asks the pool before the database."""

    def to_python(self, value: Any) -> Any:
        return self.bulk_to_python([value])[0]

    def bulk_to_python(self, values: Iterable[Any]) -> list[Any]:
        values = list(values)
        pool = pooled_objects(self.model_class, values)  # type: ignore[attr-defined]
        if pool is None:
            return super().bulk_to_python(values)  # type: ignore[misc, no-any-return]
        return pool

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The object's public fields, or None where there is none or the requester may not see it."""
        if value is None:
            return None
        return references_for(context).represent(self.model_class, value.pk)  # type: ignore[attr-defined]


class PageReferenceBlock(_ReferenceMixin, PageChooserBlock):
    """A page of this service."""

    def api_schema(self, components: Components) -> Schema:
        """A link to the page, or null."""
        return nullable(reference("PageLink"))


class ImageReferenceBlock(_ReferenceMixin, ImageChooserBlock):
    """An image of the library."""

    def api_schema(self, components: Components) -> Schema:
        """The image, or null."""
        return nullable(reference("Image"))


class DocumentReferenceBlock(_ReferenceMixin, DocumentChooserBlock):
    """A document of the library."""

    def api_schema(self, components: Components) -> Schema:
        """The document, or null."""
        return nullable(reference("Document"))


class SnippetReferenceBlock(_ReferenceMixin, SnippetChooserBlock):
    """A piece of reusable content."""

    def api_schema(self, components: Components) -> Schema:
        """What the model says of itself, or null."""
        return nullable(self.model_class.api_schema(components))
