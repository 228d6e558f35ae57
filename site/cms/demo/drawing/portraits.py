"""Stand-ins for portraits: a head and shoulders of nobody."""

from __future__ import annotations

import math
from random import Random

from PIL import Image

from cms.demo.drawing.canvas import Canvas, Point, Size
from cms.demo.drawing.palettes import PALETTES, Colour, mix

_SKIN: tuple[Colour, ...] = ((244, 208, 177), (224, 172, 135), (176, 122, 86), (118, 78, 54), (250, 222, 200))
_HAIR: tuple[Colour, ...] = ((52, 40, 34), (112, 74, 44), (178, 176, 172), (34, 30, 32), (150, 104, 58))


def portrait(size: Size, random: Random, palette: str) -> Image.Image:
    """A person against a plain wall. The face is at about 50% across and 40% down."""
    colours = PALETTES[palette]
    skin, hair = _SKIN[int(random.random() * len(_SKIN))], _HAIR[int(random.random() * len(_HAIR))]
    canvas = Canvas(size, colours.horizon)
    canvas.gradient(0.0, 1.0, mix(colours.horizon, colours.sky, 0.35), mix(colours.horizon, colours.far, 0.5))
    jacket = mix(colours.near, colours.ink, random.uniform(0.0, 0.6))
    long_hair = random.random() < 0.5
    if long_hair:
        canvas.polygon(_oval(canvas, 0.5, 0.47, 0.25, 0.31), hair)
    canvas.polygon([(0.06, 1.0), (0.12, 0.8), (0.36, 0.7), (0.64, 0.7), (0.88, 0.8), (0.94, 1.0)], jacket)
    canvas.polygon([(0.41, 0.72), (0.59, 0.72), (0.5, 0.88)], mix(colours.light, colours.far, 0.1))
    canvas.polygon([(0.43, 0.56), (0.57, 0.56), (0.57, 0.72), (0.5, 0.79), (0.43, 0.72)], mix(skin, colours.ink, 0.12))
    canvas.polygon(_oval(canvas, 0.5, 0.36, 0.225, 0.235), hair)
    canvas.polygon(_oval(canvas, 0.5, 0.42, 0.19, 0.225), skin)
    for eye in (0.43, 0.57):
        canvas.circle(eye, 0.4, 0.016, colours.ink)
    smile = [(0.44 + 0.12 * step / 12, 0.51 + 0.018 * math.sin(math.pi * step / 12)) for step in range(13)]
    canvas.line(smile, mix(skin, (150, 40, 40), 0.6), 0.01)
    return canvas.finish()


def _oval(canvas: Canvas, x: float, y: float, wide: float, high: float) -> list[Point]:
    # Shares of the shorter side, so that heads are no wider in wide pictures.
    side = min(canvas.width, canvas.height)
    return [
        (
            x + wide * side / canvas.width * math.cos(2 * math.pi * step / 72),
            y + high * side / canvas.height * math.sin(2 * math.pi * step / 72),
        )
        for step in range(72)
    ]
