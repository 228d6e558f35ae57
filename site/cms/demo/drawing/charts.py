"""Charts with axes and labels."""

from __future__ import annotations

from random import Random

from PIL import Image

from cms.demo.drawing.canvas import Canvas, Point, Size
from cms.demo.drawing.palettes import PALETTES, Palette, mix

_LEFT, _RIGHT, _TOP, _BOTTOM = 0.09, 0.96, 0.1, 0.86
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def bars(size: Size, random: Random, palette: str) -> Image.Image:
    """A bar for each of eight regions."""
    colours = PALETTES[palette]
    canvas = _axes(size, colours, top_value=400)
    for index in range(8):
        left = _LEFT + (_RIGHT - _LEFT) * (index + 0.18) / 8
        right = _LEFT + (_RIGHT - _LEFT) * (index + 0.82) / 8
        top = _BOTTOM - (_BOTTOM - _TOP) * random.uniform(0.2, 0.95)
        canvas.polygon([(left, _BOTTOM), (left, top), (right, top), (right, _BOTTOM)], colours.near)
        canvas.text((left + right) / 2, _BOTTOM + 0.05, f"Area {index + 1}", colours.ink, 0.034, "mm")
    return canvas.finish()


def lines(size: Size, random: Random, palette: str) -> Image.Image:
    """Two measurements through the months of a year."""
    colours = PALETTES[palette]
    canvas = _axes(size, colours, top_value=8)
    for index, month in enumerate(_MONTHS):
        canvas.text(_column(index), _BOTTOM + 0.05, month, colours.ink, 0.034, "mm")
    for shade, start in ((colours.near, 0.65), (colours.water, 0.3)):
        level, points = start, []
        for index in range(12):
            level = min(0.95, max(0.05, level + random.uniform(-0.14, 0.14)))
            points.append((_column(index), _BOTTOM - (_BOTTOM - _TOP) * level))
        canvas.line(points, shade, 0.008)
        _dots(canvas, points, shade)
    return canvas.finish()


def _column(index: int) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (index + 0.5) / 12


def _dots(canvas: Canvas, points: list[Point], shade: tuple[int, int, int]) -> None:
    for x, y in points:
        canvas.circle(x, y, 0.012, shade)


def _axes(size: Size, colours: Palette, top_value: int) -> Canvas:
    canvas = Canvas(size, colours.sky)
    for step in range(5):
        y = _BOTTOM - (_BOTTOM - _TOP) * step / 4
        canvas.line([(_LEFT, y), (_RIGHT, y)], mix(colours.far, colours.sky, 0.4), 0.002)
        canvas.text(_LEFT - 0.015, y, str(top_value * step // 4), colours.ink, 0.034, "rm")
    canvas.line([(_LEFT, _TOP), (_LEFT, _BOTTOM), (_RIGHT, _BOTTOM)], colours.ink, 0.003)
    return canvas
