"""Landscapes: a river valley, a coast, a harbour."""

from __future__ import annotations

import math
from random import Random

from PIL import Image

from cms.demo.drawing.canvas import Canvas, Point, Size, ground, ridge
from cms.demo.drawing.palettes import PALETTES, Colour, Palette, mix


def valley(size: Size, random: Random, palette: str) -> Image.Image:
    """Hills behind hills, and a river that winds towards the viewer."""
    colours = PALETTES[palette]
    canvas = Canvas(size, colours.sky)
    _sky(canvas, random, colours, horizon=0.55)
    layers = 5
    for layer in range(layers):
        depth = layer / (layers - 1)
        line = ridge(random, 0.42 + 0.17 * depth, 0.12 - 0.06 * depth)
        canvas.polygon(ground(line), mix(colours.far, colours.near, depth**1.3 * 0.75))
    canvas.gradient(0.74, 1.0, mix(colours.far, colours.near, 0.78), colours.near)
    _river(canvas, random, colours)
    return canvas.finish()


def coast(size: Size, random: Random, palette: str) -> Image.Image:
    """The sea from the beach, with cliffs on one side and a lighthouse on them."""
    colours = PALETTES[palette]
    canvas = Canvas(size, colours.sky)
    _sky(canvas, random, colours, horizon=0.5)
    _sea(canvas, random, colours, top=0.5)
    cliff = [(0.38 + random.uniform(0.0, 0.1), 0.56)]
    while cliff[-1][0] < 1.0:
        x, y = cliff[-1]
        cliff.append((x + random.uniform(0.03, 0.08), max(0.26, y - random.uniform(0.005, 0.06))))
    top = cliff[len(cliff) // 2]
    canvas.polygon([*cliff, (1.0, 0.74), (0.7, 0.64)], mix(colours.far, colours.near, 0.45))
    canvas.polygon([(x, y + 0.1) for x, y in cliff] + [(1.0, 0.78), (0.75, 0.66)], mix(colours.far, colours.near, 0.65))
    _lighthouse(canvas, colours, top)
    canvas.polygon(ground(ridge(random, 0.9, 0.05)), mix(colours.light, colours.near, 0.35))
    return canvas.finish()


def harbour(size: Size, random: Random, palette: str) -> Image.Image:
    """Boats at their moorings in front of a row of houses."""
    colours = PALETTES[palette]
    canvas = Canvas(size, colours.sky)
    _sky(canvas, random, colours, horizon=0.55)
    canvas.polygon(ground(ridge(random, 0.42, 0.08)), colours.far)
    x = -0.02
    while x < 1.0:
        width, height = random.uniform(0.05, 0.1), random.uniform(0.1, 0.2)
        _house(canvas, colours, x, width, height, mix(colours.light, colours.near, random.uniform(0.15, 0.7)))
        x += width
    _sea(canvas, random, colours, top=0.6)
    for index in range(5):
        _boat(canvas, colours, 0.1 + 0.18 * index + random.uniform(-0.04, 0.04), 0.68 + random.uniform(0.0, 0.18))
    return canvas.finish()


def _sky(canvas: Canvas, random: Random, colours: Palette, horizon: float) -> None:
    canvas.gradient(0.0, horizon, colours.sky, colours.horizon)
    sun_x, sun_y = random.uniform(0.2, 0.8), random.uniform(0.16, 0.34)
    for ring in range(8, 0, -1):
        behind = mix(colours.sky, colours.horizon, sun_y / horizon)
        canvas.circle(sun_x, sun_y, 0.05 + 0.012 * ring, mix(colours.light, behind, 0.45 + 0.065 * ring))
    canvas.circle(sun_x, sun_y, 0.05, colours.light)


def _river(canvas: Canvas, random: Random, colours: Palette) -> None:
    phase, side = random.uniform(0, 2 * math.pi), random.uniform(-0.1, 0.1)
    left: list[Point] = []
    right: list[Point] = []
    for step in range(60):
        share = step / 59
        y = 0.66 + 0.36 * share**1.6
        middle = 0.5 + side + 0.16 * math.sin(phase + share * 5.2) * (0.35 + share)
        half = 0.006 + 0.17 * share**2.2
        left.append((middle - half, y))
        right.append((middle + half, y))
    canvas.polygon([*left, *reversed(right)], mix(colours.water, colours.light, 0.25))
    for step in range(8, 58, 4):
        (x1, y), (x2, _) = left[step], right[step]
        inset = (x2 - x1) * random.uniform(0.15, 0.4)
        canvas.line([(x1 + inset, y), (x2 - inset, y)], mix(colours.water, colours.light, 0.6), 0.0016)


def _sea(canvas: Canvas, random: Random, colours: Palette, top: float) -> None:
    canvas.gradient(top, 1.0, mix(colours.water, colours.horizon, 0.4), mix(colours.water, colours.near, 0.35))
    for _ in range(90):
        y = top + (1.0 - top) * random.random() ** 1.5
        x, length = random.random(), random.uniform(0.02, 0.12) * (0.3 + y)
        shade = mix(colours.water, colours.light, random.uniform(0.1, 0.5))
        canvas.line([(x, y), (x + length, y)], shade, 0.002)


def _lighthouse(canvas: Canvas, colours: Palette, foot: Point) -> None:
    x, y = foot
    y += 0.02
    white = mix(colours.light, colours.far, 0.1)
    canvas.polygon([(x - 0.014, y), (x + 0.014, y), (x + 0.009, y - 0.17), (x - 0.009, y - 0.17)], white)
    for band in (0.04, 0.1):
        stripe = [
            (x - 0.0125, y - band),
            (x + 0.0125, y - band),
            (x + 0.011, y - band - 0.03),
            (x - 0.011, y - band - 0.03),
        ]
        canvas.polygon(stripe, (178, 58, 46))
    canvas.polygon([(x - 0.011, y - 0.17), (x + 0.011, y - 0.17), (x, y - 0.215)], colours.near)
    canvas.circle(x, y - 0.18, 0.009, colours.light)


def _house(canvas: Canvas, colours: Palette, x: float, width: float, height: float, wall: Colour) -> None:
    foot, top = 0.61, 0.61 - height
    canvas.polygon([(x, foot), (x + width, foot), (x + width, top), (x, top)], wall)
    roof = [(x - 0.004, top), (x + width + 0.004, top), (x + width / 2, top - 0.06)]
    canvas.polygon(roof, mix(colours.near, colours.far, 0.3))
    for column in (0.22, 0.62):
        for row in (0.25, 0.6):
            left, upper = x + width * column, top + height * row
            pane = [
                (left, upper),
                (left + width * 0.16, upper),
                (left + width * 0.16, upper + 0.03),
                (left, upper + 0.03),
            ]
            canvas.polygon(pane, mix(colours.ink, colours.water, 0.4))


def _boat(canvas: Canvas, colours: Palette, x: float, y: float) -> None:
    scale = 0.5 + (y - 0.6) * 2.2
    half, deep = 0.06 * scale, 0.045 * scale
    canvas.line([(x, y), (x, y - 0.22 * scale)], colours.ink, 0.004)
    canvas.polygon([(x + 0.005, y - 0.21 * scale), (x + 0.005, y - 0.02), (x + half * 0.9, y - 0.02)], colours.light)
    hull = [(x - half, y), (x + half, y), (x + half * 0.7, y + deep), (x - half * 0.7, y + deep)]
    canvas.polygon(hull, mix(colours.near, (178, 58, 46), 0.5))
    canvas.line([(x - half, y), (x + half, y)], colours.light, 0.004)
