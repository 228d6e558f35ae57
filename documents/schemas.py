"""JSON Schemas (draft 2020-12) of documents and images, as `documents.representations` shows them."""

from __future__ import annotations

from typing import Any

from documents.renditions import MEDIA_TYPES

Schema = dict[str, Any]


def _record(summary: str, /, **members: Schema) -> Schema:
    return {
        "type": "object",
        "description": summary,
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


_ID: Schema = {"type": "integer", "minimum": 1}
_TEXT: Schema = {"type": "string"}
_ADDRESS: Schema = {"type": "string", "format": "uri"}
_PIXELS: Schema = {"type": "integer", "minimum": 1}
_PER_CENT: Schema = {"type": "number", "minimum": 0, "maximum": 100}

_SOURCE = _record(
    "One picture.",
    name=_TEXT | {"description": "As in `?renditions=`."},
    url=_ADDRESS | {"description": "Where the picture is, or what makes it when it is first asked for."},
    width=_PIXELS,
    height=_PIXELS,
)
_SET = _record(
    "One picture in several sizes and one format: what a `<source>` of a `<picture>` takes.",
    type={"type": "string", "enum": list(MEDIA_TYPES.values())},
    crop={
        "type": ["string", "null"],
        "pattern": "^[0-9]+:[0-9]+(-c[0-9]+)?$",
        "description": "The shape that the picture is cut to, such as `16:9`; null for the whole picture.",
    },
    srcset=_TEXT | {"minLength": 1},
    sources={"type": "array", "items": _SOURCE, "minItems": 1, "description": "The narrowest first."},
)
_FOCAL_POINT = _record("In per cent from the top left: `object-position: {x}% {y}%`.", x=_PER_CENT, y=_PER_CENT)

IMAGE_SCHEMA: Schema = _record(
    "An image, as a page or a snippet shows it.",
    id=_ID,
    title=_TEXT | {"description": "A name for editors."},
    alt=_TEXT | {"description": "What stands for the image where it cannot be seen. Empty when it is decoration."},
    decorative={"type": "boolean", "description": "Readers lose nothing when they cannot see it."},
    width=_PIXELS | {"description": "Of the original, as it is meant to be looked at."},
    height=_PIXELS,
    focal_point={"oneOf": [_FOCAL_POINT, {"type": "null"}]},
    dominant_colour={"type": ["string", "null"], "pattern": "^#[0-9a-f]{6}$"},
    placeholder={
        "type": ["string", "null"],
        "pattern": "^data:image/webp;base64,",
        "description": "A tiny copy, to be shown blurred while the image loads.",
    },
    credit=_TEXT,
    copyright=_TEXT,
    renditions={
        "type": "array",
        "items": _SET,
        "description": "The formats that browsers should try first come first, that of the original last.",
    },
    src=_ADDRESS | {"description": "For `<img>`: one of the last format."},
    srcset=_TEXT | {"description": "For `<img>`: all of the last format."},
    download_url=_ADDRESS | {"description": "The original."},
)

DOCUMENT_SCHEMA: Schema = _record(
    "A document that can be downloaded.",
    id=_ID,
    title=_TEXT,
    description=_TEXT,
    filename=_TEXT,
    url=_ADDRESS,
    download_url=_ADDRESS,
    size={"type": ["integer", "null"], "minimum": 0, "description": "Bytes."},
    content_type=_TEXT | {"description": "The media type, as found in the content."},
    sha256={"type": "string", "pattern": "^([0-9a-f]{64})?$", "description": "Checksum of the content."},
    language=_TEXT | {"description": "Code of the language that it is in."},
    accessible={"type": "boolean", "description": "Somebody has checked that assistive technology can read it."},
    published_on={"type": ["string", "null"], "format": "date"},
)
