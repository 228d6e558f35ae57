"""Colours of the drawings, from the top of the sky to the nearest ground."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """The colours that one picture is mixed from."""

    sky: Colour
    horizon: Colour
    far: Colour
    near: Colour
    water: Colour
    light: Colour
    ink: Colour = (11, 12, 12)


PALETTES = {
    "dawn": Palette((86, 110, 160), (250, 206, 170), (150, 140, 170), (44, 62, 66), (132, 150, 180), (255, 240, 214)),
    "day": Palette((92, 158, 214), (222, 238, 246), (140, 172, 176), (48, 96, 60), (84, 142, 176), (255, 252, 236)),
    "dusk": Palette((40, 44, 84), (238, 148, 110), (92, 80, 120), (24, 30, 44), (84, 78, 120), (255, 214, 160)),
    "winter": Palette(
        (150, 168, 186), (236, 240, 242), (182, 194, 204), (84, 100, 110), (136, 158, 174), (255, 255, 250)
    ),
    "storm": Palette((60, 70, 82), (158, 168, 172), (98, 110, 118), (36, 48, 50), (70, 88, 98), (210, 216, 214)),
    "print": Palette((255, 255, 255), (243, 242, 241), (177, 180, 182), (29, 112, 184), (0, 78, 112), (255, 221, 0)),
}


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Return a colour between two: `share` 0 is the first, 1 the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue
