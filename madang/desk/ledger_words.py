"""What the ledger says of numbers, deliveries and gaps. Filters of its templates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_skeleton, format_timedelta
from babel.numbers import format_decimal

from madang.lib.language import gettext, reader
from madang.lib.language import marked as _

DELIVERY = {
    0: ("clock", "", _("Waiting")),
    1: ("check", "ok", _("Taken in")),
    2: ("triangle-alert", "bad", _("In quarantine")),
    3: ("archive", "", _("Aside")),
}
HOW = {
    "filled": _("Came after all"),
    "gone": _("No longer at the provider"),
    "dismissed": _("Closed by a person"),
}
ANSWERS = {"sent": _("Sent"), "failed": _("Failed"), "unsure": _("Unsure")}
LATE = timedelta(minutes=2)  # what waits for longer is worth a look


def grouped(number: int) -> str:
    """A number as people write it: 12,345."""
    return str(format_decimal(number, locale=reader().language))


def since(at: datetime) -> str:
    """How long something has been so: 4 minutes."""
    return str(format_timedelta(max(reader().now - at, timedelta(seconds=1)), locale=reader().language))


def month_day(at: datetime) -> str:
    """A day without its year: 22 Nov."""
    return str(format_skeleton("MMMd", at.astimezone(reader().zone), locale=reader().language))


def late(at: datetime | None) -> bool:
    """Whether what waits since then waits too long."""
    return at is not None and reader().now - at > LATE


def delivery_icon(state: int) -> str:
    """The icon of what became of a delivery."""
    return DELIVERY[state][0]


def delivery_tone(state: int) -> str:
    """Its tone."""
    return DELIVERY[state][1]


def delivery_word(state: int) -> str:
    """Its word."""
    return gettext(DELIVERY[state][2])


def how_closed(how: str) -> str:
    """How a gap was closed."""
    return gettext(HOW.get(how, ""))


def answers_word(what: str) -> str:
    """The heading of a list of answers."""
    return gettext(ANSWERS[what])


def numbers_of(gap: Any) -> str:
    """Which numbers a gap has left: 12, 15–18."""
    parts = []
    for one in list(gap.missing)[:6]:
        low, high = one.lower, one.upper - 1
        parts.append(grouped(low) if low == high else f"{grouped(low)}–{grouped(high)}")
    return ", ".join(parts) + (" …" if len(list(gap.missing)) > 6 else "")


def how_many(gap: Any) -> int:
    """How many numbers a gap has left."""
    return sum(one.upper - one.lower for one in gap.missing)


FILTERS = {
    one.__name__: one
    for one in (
        answers_word,
        delivery_icon,
        delivery_tone,
        delivery_word,
        grouped,
        how_closed,
        how_many,
        late,
        month_day,
        numbers_of,
        since,
    )
}
