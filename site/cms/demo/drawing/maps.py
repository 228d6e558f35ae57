"""A map of a catchment: streams that join on their way to the sea."""

from __future__ import annotations

import math
from random import Random

from PIL import Image

from cms.demo.drawing.canvas import Canvas, Point, Size
from cms.demo.drawing.palettes import PALETTES, mix


def catchment(size: Size, random: Random, palette: str) -> Image.Image:
    """Land with contour shading, a river network and gauging stations."""
    colours = PALETTES[palette]
    canvas = Canvas(size, mix(colours.horizon, colours.near, 0.12))
    for ring in range(7):
        canvas.circle(0.5, -0.1, 1.0 - 0.12 * ring, mix(colours.horizon, colours.near, 0.16 + 0.05 * ring))
    canvas.polygon([(0, 0.9), (0.3, 0.93), (0.55, 0.9), (0.8, 0.95), (1, 0.91), (1, 1), (0, 1)], colours.water)
    stations: list[Point] = []
    _stream(canvas, random, (0.5, 0.92), -math.pi / 2, 0.012, stations, colours.water)
    for x, y in stations:
        canvas.circle(x, y, 0.013, colours.ink)
        canvas.circle(x, y, 0.008, colours.light)
    return canvas.finish()


def _stream(
    canvas: Canvas,
    random: Random,
    mouth: Point,
    heading: float,
    thickness: float,
    stations: list[Point],
    colour: tuple[int, int, int],
) -> None:
    course = [mouth]
    for _ in range(12):
        x, y = course[-1]
        heading += random.uniform(-0.35, 0.35)
        course.append((x + 0.022 * math.cos(heading), y + 0.022 * math.sin(heading)))
    canvas.line(course, colour, thickness)
    source = course[-1]
    if thickness < 0.004 or not (0.02 < source[0] < 0.98 and source[1] > 0.02):
        return
    stations.append(source)
    for turn in (-0.55, 0.55):
        _stream(canvas, random, source, heading + turn, thickness * 0.72, stations, colour)
