"""Decoration that means nothing."""

from __future__ import annotations

from random import Random

from PIL import Image

from cms.demo.drawing.canvas import Canvas, Size, ridge
from cms.demo.drawing.palettes import PALETTES, mix


def contours(size: Size, random: Random, palette: str) -> Image.Image:
    """Wavy lines one below the other, like those of depth on a chart."""
    colours = PALETTES[palette]
    canvas = Canvas(size, mix(colours.sky, colours.horizon, 0.7))
    base = ridge(random, 0.0, 0.09)
    drift = ridge(random, 0.0, 0.05)
    for index in range(24):
        share = index / 23
        line = [(x, share * 1.2 - 0.1 + y + share * second) for (x, y), (_, second) in zip(base, drift, strict=True)]
        canvas.line(line, mix(colours.far, colours.water, share), 0.004)
    return canvas.finish()
