"""Pictures for the demo site, drawn by code: the same seed gives the same pixels."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PIL import Image

from cms.demo.drawing import charts, maps, patterns, portraits, scenes
from cms.demo.drawing.canvas import Size

Drawing = Callable[[Size, Random, str], Image.Image]

DRAWINGS: dict[str, Drawing] = {
    "valley": scenes.valley,
    "coast": scenes.coast,
    "harbour": scenes.harbour,
    "catchment": maps.catchment,
    "bars": charts.bars,
    "lines": charts.lines,
    "portrait": portraits.portrait,
    "contours": patterns.contours,
}


def draw(drawing: str, size: Size, seed: int, palette: str) -> Image.Image:
    """Return the picture in RGB.

    Args:
        drawing: a name from DRAWINGS.
        size: width and height in pixels.
        seed: what makes this picture differ from others of its kind.
        palette: a name from palettes.PALETTES.

    Raises:
        KeyError: there is no such drawing or palette.
    """
    return DRAWINGS[drawing](size, Random(seed), palette)  # noqa: S311 - repeatable on purpose
