"""What a screen makes of a colour, and how well one reads on another."""

from __future__ import annotations

from madang.brands.accent import Rgb, linear_rgb


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """WCAG's relative luminance of an oklch colour; what a screen cannot show is cut off, as browsers do."""
    red, green, blue = (min(max(part, 0.0), 1.0) for part in linear_rgb(lightness, chroma, hue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG 2.2 contrast of two oklch colours, 1-21."""
    darker, lighter = sorted((luminance(*one), luminance(*other)))
    return (lighter + 0.05) / (darker + 0.05)
