"""A brand's one colour. Lightness is ours, hue and strength are the brand's: so every brand can be read.

The strength is kept within what every screen can show (sRGB): what browsers cut off would shift the lightness, and
with it the contrast.
"""

from __future__ import annotations

from math import cos, radians, sin

HUE = (0.0, 360.0)  # degrees, oklch
CHROMA = (0.0, 0.2)

# Where tokens.css uses the accent: lightness, and how much of the strength.
_USED = ((0.46, 1.0), (0.54, 1.0), (0.76, 0.82))

Rgb = tuple[float, float, float]


def strongest(hue: float) -> float:
    """The greatest strength of a hue that every screen can show wherever the accent is used."""
    low, high = CHROMA
    for _step in range(12):
        middle = (low + high) / 2
        if all(_shows(linear_rgb(lightness, middle * share, hue)) for lightness, share in _USED):
            low = middle
        else:
            high = middle
    return int(low * 1000) / 1000


def linear_rgb(lightness: float, chroma: float, hue: float) -> Rgb:
    """oklch to linear sRGB, not cut off (Björn Ottosson's oklab)."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _shows(linear: Rgb) -> bool:
    return all(0 <= part <= 1 for part in linear)
