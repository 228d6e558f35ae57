"""Database fields of files."""

from __future__ import annotations

from typing import Any

from PIL import Image
from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

_TURNED_SIDEWAYS = {5, 6, 7, 8}
_ORIENTATION = 0x0112


class UprightFile(WagtailImageFieldFile):
    """A picture whose width and height are those that people see.

    A camera that is held upright often saves a picture that lies, with a note (EXIF) that says how to turn it.
    Wagtail counts the pixels as they are saved, and its renditions are then of another shape than the original.
    """

    def get_image_dimensions(self) -> tuple[int, int]:
        width, height = super().get_image_dimensions()
        return (height, width) if self._is_sideways() else (width, height)

    def _is_sideways(self) -> bool:
        close = self.closed
        try:
            self.open()
            orientation: Any = Image.open(self).getexif().get(_ORIENTATION)
        except (OSError, SyntaxError, ValueError):  # no picture that has such a note
            return False
        finally:
            self.close() if close else self.seek(0)
        return orientation in _TURNED_SIDEWAYS


class UprightImageField(WagtailImageField):
    """A field for pictures as they come out of cameras."""

    attr_class = UprightFile
