"""How renditions are drawn: without camera metadata, and with the movement of a moving picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from django.utils.functional import cached_property
from PIL import Image, ImageSequence
from wagtail.images.image_operations import FilterOperation
from wagtail.images.models import Filter
from willow.image import GIFImageFile, ImageFile, WebPImageFile

if TYPE_CHECKING:
    from django.core.files import File

    from documents.models import CustomImage

_MOVING: dict[str, type[ImageFile]] = {"gif": GIFImageFile, "webp": WebPImageFile}
_FRAME_MILLISECONDS = 100
"""How long a frame is shown that does not say it."""


class DropMetadataOperation(FilterOperation):
    """Forget the EXIF block and XMP packet: place, time, device, and sometimes names.

    Willow writes EXIF into every JPEG, PNG and WebP that it saves (willow/plugins/pillow.py). The turn of the picture,
    the one entry that matters for showing it, has been applied to the pixels before operations run.
    """

    def construct(self) -> None:
        """Take no arguments."""

    def run(self, willow: Any, image: Any, env: dict[str, Any]) -> Any:
        for key in ("exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment"):
            willow.image.info.pop(key, None)
        return willow


class MetadataFreeFilter(Filter):
    """A filter of Wagtail's that drops metadata before it saves. Its spec is the same, so renditions are found.

    Willow draws the first frame of a moving picture only; here all are drawn, in formats that can move.
    """

    @cached_property
    def operations(self) -> list[Any]:
        return [*super().operations, DropMetadataOperation("dropmetadata")]

    def run(self, image: CustomImage, output: IO[bytes], source: File[bytes] | None = None) -> Any:
        """Draw into `output`. Answers Willow's file, which knows its format."""
        extension = self.spec.rpartition("format-")[2]
        if image.frame_count <= 1 or extension not in _MOVING:
            return super().run(image, output, source)
        with _opened(image, source) as picture:
            self._draw_frames(image, picture, output, extension)
        return _MOVING[extension](output)

    def _draw_frames(self, image: CustomImage, picture: Image.Image, output: IO[bytes], extension: str) -> None:
        transform = self.get_transform(image, picture.size)
        box, loop = tuple(transform.get_rect().round()), picture.info.get("loop", 0)
        frames, durations = [], []
        for frame in ImageSequence.Iterator(picture):
            frames.append(frame.convert("RGBA").resize(transform.size, Image.Resampling.LANCZOS, box))
            durations.append(int(frame.info.get("duration") or _FRAME_MILLISECONDS))
        options = {"disposal": 2} if extension == "gif" else {}
        first, *others = frames
        first.save(output, extension, save_all=True, append_images=others, duration=durations, loop=loop, **options)


@contextmanager
def _opened(image: CustomImage, source: File[bytes] | None) -> Iterator[Image.Image]:
    if source is not None:
        yield Image.open(source)
        return
    with image.open_file() as file:
        yield Image.open(file)
