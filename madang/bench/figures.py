"""One measured figure, and whether it keeps its budget."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Figure(msgspec.Struct, kw_only=True, frozen=True):
    """One line of the report. The field names are a promise to whoever reads `--json`.

    ``value`` and ``limit`` are in ``unit``, ``p50`` and ``p99`` in milliseconds, None where they mean nothing.
    ``budget`` is what DESIGN §9 asks; ``limit`` what this machine could do at most, measured in the same run.
    ``ok`` is None where there is no budget. ``note`` says how it was measured and which limit applies.
    """

    name: str
    unit: str
    value: float | None
    p50: float | None = None
    p99: float | None = None
    budget: float | None = None
    limit: float | None = None
    ok: bool | None = None
    note: str = ""


def judge(value: float | None, *, at_least: float | None = None, at_most: float | None = None) -> bool | None:
    """Whether a value keeps its budget; None where there is none, False where nothing could be measured."""
    if at_least is None and at_most is None:
        return None
    if value is None:
        return False
    return (at_least is None or value >= at_least) and (at_most is None or value <= at_most)


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that ``part`` (0 to 1) of all values do not exceed; 0 of none. Needs no order."""
    ranked = sorted(values)
    return ranked[max(0, min(len(ranked) - 1, round(part * len(ranked)) - 1))] if ranked else 0.0


def rounded(value: float | None, digits: int = 3) -> float | None:
    """To ``digits`` significant figures: what a run can mean."""
    return None if value is None else float(f"{value:.{digits}g}")
