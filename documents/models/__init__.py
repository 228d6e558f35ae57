"""The models of uploaded files."""

from __future__ import annotations

from documents.models.documents import CustomDocument
from documents.models.images import CustomImage, CustomRendition

__all__ = ["CustomDocument", "CustomImage", "CustomRendition"]
