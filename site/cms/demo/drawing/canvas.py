"""What all drawings share: a canvas with smooth edges, gradients, ridges and type."""

from __future__ import annotations

import math
from functools import cache
from random import Random

import font_source_sans_pro
from PIL import Image, ImageDraw, ImageFont

from cms.demo.drawing.palettes import Colour

Size = tuple[int, int]
Point = tuple[float, float]

# Shapes are drawn twice as large and scaled down: Pillow does not smooth the edges of polygons itself.
SMOOTHING = 2


class Canvas:
    """A picture under construction. Coordinates run from 0 to 1, from the top left corner."""

    def __init__(self, size: Size, colour: Colour) -> None:
        self.size = size
        self.width, self.height = size[0] * SMOOTHING, size[1] * SMOOTHING
        self.image = Image.new("RGB", (self.width, self.height), colour)
        self.pen = ImageDraw.Draw(self.image)

    def at(self, x: float, y: float) -> Point:
        """Return the pixel of a point."""
        return x * self.width, y * self.height

    def gradient(self, top: float, bottom: float, first: Colour, second: Colour) -> None:
        """Fill a band across the picture, from one colour at its top to another at its bottom."""
        upper, lower = round(top * self.height), round(bottom * self.height)
        if lower <= upper:
            return
        band = (self.width, lower - upper)
        mask = Image.linear_gradient("L").resize(band)
        self.image.paste(
            Image.composite(Image.new("RGB", band, second), Image.new("RGB", band, first), mask), (0, upper)
        )

    def polygon(self, points: list[Point], colour: Colour) -> None:
        """Fill a polygon."""
        self.pen.polygon([self.at(x, y) for x, y in points], fill=colour)

    def line(self, points: list[Point], colour: Colour, thickness: float) -> None:
        """Draw a line; its thickness is a share of the shorter side."""
        width = max(1, round(thickness * min(self.width, self.height)))
        self.pen.line([self.at(x, y) for x, y in points], fill=colour, width=width, joint="curve")

    def circle(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Fill a circle; its radius is a share of the shorter side."""
        centre_x, centre_y = self.at(x, y)
        pixels = radius * min(self.width, self.height)
        self.pen.ellipse((centre_x - pixels, centre_y - pixels, centre_x + pixels, centre_y + pixels), fill=colour)

    def text(self, x: float, y: float, words: str, colour: Colour, height: float, anchor: str = "lm") -> None:
        """Write words; `height` is a share of the shorter side, `anchor` is Pillow's."""
        font = typeface(round(height * min(self.width, self.height)))
        self.pen.text(self.at(x, y), words, fill=colour, font=font, anchor=anchor)

    def finish(self) -> Image.Image:
        """Return the picture at its real size."""
        return self.image.resize(self.size, Image.Resampling.BOX)


@cache
def typeface(pixels: int) -> ImageFont.FreeTypeFont:
    """Return the demo site's typeface, which has the letters of Welsh."""
    return ImageFont.truetype(font_source_sans_pro.font_files_ttf["SourceSansPro"], pixels)


def ridge(random: Random, height: float, swing: float, steps: int = 120) -> list[Point]:
    """Return a line from left to right like that of hills, around `height` and about `swing` up and down."""
    waves = [(random.uniform(0.6, 7.0), random.uniform(0, 2 * math.pi), random.uniform(0.3, 1.0)) for _ in range(5)]
    total = sum(share / (1 + frequency) for frequency, _, share in waves)
    points = []
    for step in range(steps + 1):
        x = step / steps
        rise = sum(
            share / (1 + frequency) * math.sin(2 * math.pi * frequency * x + phase) for frequency, phase, share in waves
        )
        points.append((x, height + swing * rise / total))
    return points


def ground(line: list[Point]) -> list[Point]:
    """Return the polygon below a line."""
    return [*line, (1.0, 1.0), (0.0, 1.0)]
