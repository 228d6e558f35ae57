"""The rules for new files. They are validators of the model fields and run again on save, so that no door is missed.

A file that is stored already is not looked at again: a stricter rule must not lock editors out of old documents.
"""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from typing import IO, Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image as PillowImage
from wagtail.utils.file import hash_filelike

from documents.filenames import extension_of
from documents.filetypes import KNOWN_TYPES, identify
from documents.scanning import refuse_infected


@dataclass(frozen=True)
class Facts:
    """What is recorded about the content of a file."""

    media_type: str
    size: int
    sha256: str
    sha1: str


def validate_document(value: FieldFile) -> None:
    """Field validator: refuse a new document that breaks a rule. Raises ValidationError with words for editors."""
    if not is_stored(value):
        check(value.file, allowed_types())


def validate_image(value: FieldFile) -> None:
    """Field validator: refuse a new image that breaks a rule. Raises ValidationError with words for editors."""
    if not is_stored(value):
        check(value.file, allowed_image_types())


def is_stored(value: FieldFile) -> bool:
    """Whether the file is in its store already, or there is none at all."""
    return not value or bool(value._committed)  # type: ignore[attr-defined]


def allowed_types() -> set[str]:
    """The media types that may be uploaded. A name we do not know allows nothing; a system check reports it."""
    return {media_type for media_type in settings.ALLOWED_FILE_TYPES if media_type in KNOWN_TYPES}


def allowed_image_types() -> set[str]:
    """The media types of images that may be uploaded."""
    return {media_type for media_type in allowed_types() if media_type.startswith("image/")}


def check(file: File[bytes], allowed: set[str]) -> str:
    """The media type of a new file. Raises ValidationError when it is empty, too big, not what it says or infected."""
    known = getattr(file, "checked_media_type", None)
    if known in allowed:
        return str(known)  # by the form a moment ago
    stream = cast("IO[bytes]", file)
    _refuse_size(file.size)
    media_type = _refuse_type(stream, extension_of(str(file.name)), allowed)
    if media_type.startswith("image/"):
        _refuse_image(stream)
    refuse_infected(stream)
    file.checked_media_type = media_type  # type: ignore[attr-defined]
    return media_type


def facts_of(value: FieldFile) -> Facts:
    """What to record about the content of `value`, wherever it is. Leaves it rewound."""
    value.open("rb")
    stream = cast("IO[bytes]", value.file)
    media_type = identify(stream, extension_of(str(value.name)))
    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    stream.seek(0)
    facts = Facts(media_type=media_type, size=value.size, sha256=sha256, sha1=hash_filelike(stream))
    stream.seek(0)
    return facts


def _refuse_size(size: int) -> None:
    if size == 0:
        raise ValidationError(_("The file is empty."), code="empty")
    if size > settings.MAX_FILE_SIZE:
        raise ValidationError(
            _("The file is too big: it has %(size)s, and %(limit)s is the most that may be uploaded."),
            code="file_too_large",
            params={"size": filesizeformat(size), "limit": filesizeformat(settings.MAX_FILE_SIZE)},
        )


def _refuse_type(stream: IO[bytes], extension: str, allowed: set[str]) -> str:
    extensions = sorted(extension for media_type in allowed for extension in KNOWN_TYPES[media_type].extensions)
    if extension not in extensions:
        raise ValidationError(
            _("Files of this kind are not accepted. Upload one whose name ends in: %(extensions)s."),
            code="type_not_allowed",
            params={"extensions": ", ".join(f".{extension}" for extension in extensions)},
        )
    media_type = identify(stream, extension)
    if media_type not in allowed or extension not in KNOWN_TYPES[media_type].extensions:
        raise ValidationError(
            _("The name of the file ends in .%(extension)s, but its content is something else, damaged or unsafe."),
            code="content_mismatch",
            params={"extension": extension},
        )
    return media_type


def _refuse_image(stream: IO[bytes]) -> None:
    """Refuse what would fill the memory when it is drawn, and what cannot be drawn."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PillowImage.DecompressionBombWarning)  # our own limit follows
            image = PillowImage.open(stream)
            pixels = image.width * image.height * _frames(image)
            if pixels <= settings.MAX_IMAGE_PIXELS:
                image.load()
    except PillowImage.DecompressionBombError:
        pixels = settings.MAX_IMAGE_PIXELS + 1
    except Exception:  # Pillow's decoders raise whatever broken input makes them stumble over
        raise ValidationError(_("The image is damaged and cannot be shown."), code="invalid_image") from None
    finally:
        stream.seek(0)
    if pixels > settings.MAX_IMAGE_PIXELS:
        raise ValidationError(
            _("The image has too many pixels. Make it smaller: %(limit)s megapixels is the most."),
            code="file_too_many_pixels",
            params={"limit": settings.MAX_IMAGE_PIXELS // 1_000_000},
        )


def _frames(image: Any) -> int:
    # Before the frames of a huge picture are counted, which decodes parts of them, its plain size is judged.
    if image.width * image.height > settings.MAX_IMAGE_PIXELS:
        return 1
    return int(getattr(image, "n_frames", 1))
