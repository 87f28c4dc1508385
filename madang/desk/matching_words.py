"""What the desk says of the matching: chances, steps of a run. Filters of its templates."""

from __future__ import annotations

import math

from madang.lib.language import gettext
from madang.lib.language import marked as _

STEPS = {
    "reading": _("Reading all customers"),
    "blocking": _("Finding who has something in common"),
    "learning": _("Learning from them"),
    "comparing": _("Comparing"),
    "suggesting": _("Writing down who may be one"),
}


def percents(chance: float) -> str:
    """A chance in percent, as short as it is exact: 90, 99.5."""
    return f"{chance * 100:.4f}".rstrip("0").rstrip(".")


def cautious(share: float) -> str:
    """A share in percent, rounded down: what is only nearly reached is not reached."""
    return f"{math.floor(share * 1000) / 10:.1f}"


def step_word(step: str) -> str:
    """What a run is doing."""
    return gettext(STEPS[step]) if step in STEPS else step


FILTERS = {one.__name__: one for one in (cautious, percents, step_word)}
