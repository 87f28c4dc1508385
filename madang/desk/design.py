"""The look, read out of the stylesheet itself: tokens, and the contrast of every pair of colours that meet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from madang.brands.accent import linear_rgb
from madang.desk.assets import FOLDER
from madang.lib.language import marked as _

THEMES = ("light", "dark")
TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2 AA: text (1.4.3), and what is not text (1.4.11)
BEST = 7.0  # AAA (1.4.6)
HUE, CHROMA = 274.0, 0.125  # the house's own dye

_TOKEN = re.compile(r"--([\w-]+): ([^;]+);")
_OKLCH = re.compile(r"oklch\(([\d.]+)% (\S+|calc\([^()]*\([^()]*\)[^()]*\)) (\S+?)(?: / ([\d.]+))?\)")
_SHARE = re.compile(r"\* ([\d.]+)\)$")

# What is read on what; a test reads the style sheets and finds what is missing here. Colours that only separate
# (--line, --line-2) carry no meaning: something is read on them while it is pointed at.
_GROUNDS = ("canvas", "surface", "raised", "sunk", "bubble", "hover")
_TONES = ("ok", "warn", "bad", "info")
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3") for ground in _GROUNDS),
    *((ink, ground, TEXT) for ink in ("ink-2", "ink-3") for ground in ("accent-soft", "accent-softer", "note")),
    *(("accent", ground, TEXT) for ground in (*_GROUNDS, "accent-soft", "accent-softer", "note")),
    ("on-accent", "accent-fill", TEXT),
    *((tone, ground, TEXT) for tone in _TONES for ground in (f"{tone}-soft", "canvas", "surface", "raised")),
    ("ink-2", "info-soft", TEXT),
    *(
        ("ink", ground, TEXT)
        for ground in ("note", "mark", "line", "line-2", "accent-soft", *(f"{tone}-soft" for tone in _TONES))
    ),
    *(("field", ground, SHAPE) for ground in ("canvas", "surface", "raised")),
    *((shape, ground, SHAPE) for shape in ("online", "accent-fill") for ground in ("canvas", "surface", "raised")),
)

KINDS = (
    (_("Surfaces"), ("canvas", "surface", "raised", "sunk", "bubble", "hover", "note", "mark")),
    (_("Lines"), ("line", "line-2", "field", "note-line")),
    (_("Ink"), ("ink", "ink-2", "ink-3")),
    (_("Accent"), ("accent", "accent-fill", "accent-soft", "accent-softer", "on-accent")),
    (_("Meaning"), (*(one for tone in _TONES for one in (tone, f"{tone}-soft")), "online")),
)


@dataclass(frozen=True, slots=True)
class Oklch:
    """``lightness`` 0-1, ``chroma``, ``hue`` in degrees."""

    lightness: float
    chroma: float
    hue: float

    @property
    def luminance(self) -> float:
        """Relative luminance 0-1 (WCAG), cut to what a screen can show."""
        red, green, blue = (min(1.0, max(0.0, part)) for part in linear_rgb(self.lightness, self.chroma, self.hue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True, slots=True)
class Pair:
    """One colour on another, and how far apart they are in light and dark: 1-21."""

    colour: str
    ground: str
    needs: float
    light: float
    dark: float

    def level(self, theme: str) -> str:
        """AAA, AA, or '' where it is too little."""
        ratio = self.light if theme == "light" else self.dark
        return "" if ratio < self.needs else "AAA" if ratio >= BEST else "AA"


@cache
def tokens() -> dict[str, str]:
    """Every custom property of tokens.css by its name, as it is written; the first of a name is the common one."""
    found: dict[str, str] = {}
    for name, value in _TOKEN.findall((FOLDER / "css" / "tokens.css").read_text("utf-8")):
        found.setdefault(name, " ".join(value.split()))
    return found


def scale(prefix: str) -> dict[str, str]:
    """The tokens of one scale: 'f' the type, 's' the space, 'r' the corners."""
    return {name: value for name, value in tokens().items() if re.fullmatch(rf"{prefix}-[\w]+", name)}


def colour(name: str, theme: str, hue: float = HUE, chroma: float = CHROMA) -> Oklch:
    """A colour token in one theme, for a brand. Raises ValueError for what is no colour of ours."""
    shades = _OKLCH.findall(tokens()[name])
    if not shades:
        raise ValueError(f"--{name} is no colour")
    lightness, strength, turn, _alpha = shades[-1 if theme == "dark" else 0]
    return Oklch(float(lightness) / 100, _strength(strength, chroma), hue if "brand" in turn else float(turn))


def _strength(written: str, chroma: float) -> float:
    if "--brand-c" not in written:
        return float(written)
    share = _SHARE.search(written)
    return chroma * float(share[1]) if share else chroma


def contrast(one: Oklch, other: Oklch) -> float:
    """How far two colours are apart (WCAG 2): 1 the same, 21 black on white."""
    bright, dim = sorted((one.luminance, other.luminance), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def pairs(hue: float = HUE, chroma: float = CHROMA) -> list[Pair]:
    """All that is read on something, measured for a brand."""
    return [Pair(front, ground, needs, *_measured(front, ground, hue, chroma)) for front, ground, needs in PAIRS]


def _measured(front: str, ground: str, hue: float, chroma: float) -> tuple[float, float]:
    light, dark = (contrast(colour(front, theme, hue, chroma), colour(ground, theme, hue, chroma)) for theme in THEMES)
    return light, dark
