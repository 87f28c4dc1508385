"""The geometry of small charts: the server draws them as SVG, and the numbers stand beside for whoever reads those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Column:
    """One bucket: what came stands up from the line, what went hangs down from it."""

    start: datetime
    x: float
    up_y: float
    up_height: float
    down_height: float
    came: int
    went: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of columns in units of its view box; ``line`` is the height of the base line, ``top`` the largest."""

    width: float
    height: float
    column: float
    line: float
    top: int
    columns: Sequence[Column]
    came: int
    went: int


def mirror(
    starts: Sequence[datetime], came: Sequence[int], went: Sequence[int], *, width: float, height: float, gap: float
) -> Chart:
    """Columns over and under one line, both on one scale. Nothing at all leaves only the line."""
    most_up, most_down = max(came, default=0), max(went, default=0)
    scale = (height - 1) / max(1, most_up + most_down)
    line = round(most_up * scale, 2) if most_up + most_down else height / 2
    step = width / max(1, len(starts))
    columns = [
        Column(
            start,
            round(place * step, 2),
            round(line - _tall(up, scale), 2),
            _tall(up, scale),
            _tall(down, scale),
            up,
            down,
        )
        for place, (start, up, down) in enumerate(zip(starts, came, went, strict=True))
    ]
    top = max(most_up, most_down)
    return Chart(width, height, round(step - gap, 2), line, top, columns, sum(came), sum(went))


def _tall(count: int, scale: float) -> float:
    """What happened at all is seen."""
    return round(max(count * scale, 1.0), 2) if count else 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """Numbers over time as a line in units of its view box, from nought up to ``top``; ``points`` as SVG takes them.

    ``marks`` are the places of the numbers there are: (place in the series, x, y); what is not known is drawn through.
    """

    width: float
    height: float
    top: int
    points: str
    marks: Sequence[tuple[int, float, float]]


def line(values: Sequence[int | None], *, width: float, height: float) -> Line:
    """A line that stands on nought, the oldest number at its left."""
    top = max((one for one in values if one is not None), default=0)
    step, scale = width / max(1, len(values) - 1), (height - 2) / max(1, top)
    marks = [
        (place, round(place * step, 2), round(height - 1 - one * scale, 2))
        for place, one in enumerate(values)
        if one is not None
    ]
    return Line(width, height, top, " ".join(f"{x},{y}" for _, x, y in marks), marks)
