"""What is noted of a picture when it arrives, to stand in for it while it loads: its colour, and a tiny copy."""

from __future__ import annotations

import base64
import io
from collections import defaultdict
from dataclasses import dataclass
from typing import IO, cast

from PIL import Image, ImageOps

_SAMPLE_SIDE = 64
_PLACEHOLDER_SIDE = 16
_COARSE_BITS = 5
_HALF = 127


@dataclass(frozen=True)
class Appearance:
    """`dominant_colour` is `#rrggbb`, `placeholder` a data URL; both are empty for what cannot be drawn."""

    dominant_colour: str = ""
    placeholder: str = ""
    frame_count: int = 1


def look_at(stream: IO[bytes]) -> Appearance:
    """How the picture looks. Leaves the stream rewound."""
    stream.seek(0)
    try:
        picture = Image.open(stream)
        frames = int(getattr(picture, "n_frames", 1))
        picture.draft("RGB", (_SAMPLE_SIDE, _SAMPLE_SIDE))
        sample = upright(picture).convert("RGBA")
        sample.thumbnail((_SAMPLE_SIDE, _SAMPLE_SIDE))
        return Appearance(_dominant_colour(sample), _placeholder(sample), frames)
    except Exception:  # Pillow's decoders raise whatever broken input makes them stumble over
        return Appearance()
    finally:
        stream.seek(0)


def upright(picture: Image.Image) -> Image.Image:
    """The picture as it is meant to be looked at, however the camera was held."""
    return ImageOps.exif_transpose(picture) or picture


def _dominant_colour(sample: Image.Image) -> str:
    """The mean of the commonest shades, leaving out what is transparent. Shades are alike when their top bits are."""
    alike: dict[tuple[int, ...], list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    colours = cast("list[tuple[int, tuple[int, ...]]]", sample.getcolors(_SAMPLE_SIDE**2) or [])
    for count, (*shade, alpha) in colours:
        if alpha > _HALF:
            alike[tuple(part >> _COARSE_BITS for part in shade)].append((count, tuple(shade)))
    if not alike:
        return ""
    commonest = max(alike.values(), key=lambda members: sum(count for count, _ in members))
    total = sum(count for count, _ in commonest)
    mean = (round(sum(count * shade[part] for count, shade in commonest) / total) for part in range(3))
    return "#" + "".join(f"{part:02x}" for part in mean)


def _placeholder(sample: Image.Image) -> str:
    """The picture in some sixteen pixels, blurred by whoever shows it."""
    tiny = sample.copy()
    tiny.thumbnail((_PLACEHOLDER_SIDE, _PLACEHOLDER_SIDE))
    buffer = io.BytesIO()
    tiny.save(buffer, "WEBP", quality=30, method=6)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()
