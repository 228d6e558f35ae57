"""Which renditions of an image the API shows: those of an allow-list that the request chooses, in each extension.

A rendition is named as Wagtail's filter is (`width-640`, `fill-800x450`). With a format it is a file:
`fill-800x450.avif`.
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from math import gcd
from typing import TYPE_CHECKING, Any

from django.conf import settings
from PIL import features
from wagtail.images.models import Filter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from documents.models import CustomImage

PARAMETER = "renditions"
MEDIA_TYPES = {
    "avif": "image/avif",
    "webp": "image/webp",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
}
_OLD_FORMATS = {"image/jpeg": "jpeg", "image/png": "png", "image/gif": "png"}
_MOVING_FORMATS = {"image/gif": "gif"}


@dataclass(frozen=True)
class Rendition:
    """One size or crop of an image, in one format."""

    name: str
    extension: str
    filter: Filter

    @property
    def file_name(self) -> str:
        return f"{self.name}.{self.extension}"

    @property
    def crop(self) -> str | None:
        """The shape that the picture is cut to, such as `16:9`; None for the whole picture."""
        return _crop(self.name)


def chosen_names(request: Any) -> tuple[str, ...]:
    """The names that the request asks for in `?renditions=`, else the default ones. Never one outside the allow-list.

    Under /api/ a request that asks for another has been refused before (`api.parameter_rules`).
    """
    asked = request.GET.get(PARAMETER) if request is not None else None
    names = asked.split(",") if asked else settings.API_DEFAULT_RENDITIONS
    return tuple(name for name in dict.fromkeys(names) if name in settings.API_RENDITIONS)


def renditions_of(image: CustomImage, names: Iterable[str]) -> list[Rendition]:
    """The renditions with these names that the image has: the modern formats first, that of the original last."""
    names = tuple(names)
    return [rendition(name, extension) for extension in formats_of(image) for name in names]


def find(image: CustomImage, file_name: str) -> Rendition | None:
    """The rendition with this file name, if it is one that may be asked for."""
    name, _, extension = file_name.rpartition(".")
    if name not in settings.API_RENDITIONS or extension not in formats_of(image):
        return None
    return rendition(name, extension)


def all_specs(names: Iterable[str]) -> list[str]:
    """Wagtail's filters for these names, in every format that any image has."""
    return [rendition(name, extension).filter.spec for name in names for extension in MEDIA_TYPES]


def formats_of(image: CustomImage) -> tuple[str, ...]:
    """The formats that an image is shown in, best first.

    A moving picture is never AVIF: to make that takes minutes. What nothing can be made of, such as SVG, has none.
    """
    media_type = image.media_type or mimetypes.guess_type(str(image.file.name))[0] or ""
    if not media_type.startswith("image/") or "svg" in media_type:
        return ()
    modern = tuple(settings.API_MODERN_IMAGE_FORMATS)
    if image.frame_count > 1:
        modern, last = tuple(set(modern) & {"webp"}), _MOVING_FORMATS.get(media_type)
    else:
        last = _OLD_FORMATS.get(media_type)
    possible = tuple(extension for extension in modern if can_write(extension))
    if last is None and possible:
        return possible
    return (*possible, last or "png")


@lru_cache
def can_write(extension: str) -> bool:
    """Whether pictures can be written in this format here: Pillow may have been built without a library."""
    return extension not in {"avif", "webp"} or bool(features.check(extension))


@lru_cache
def rendition(name: str, extension: str) -> Rendition:
    """A rendition. The same object each time, because Wagtail's filters are slow to build."""
    return Rendition(name, extension, Filter(f"{name}|format-{extension}"))


@lru_cache
def _crop(name: str) -> str | None:
    method, size, *closeness = name.split("-")
    if method != "fill":
        return None
    width, height = (int(side) for side in size.split("x"))
    common = gcd(width, height)
    return "-".join([f"{width // common}:{height // common}", *closeness])
