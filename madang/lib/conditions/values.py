"""Values in a condition, as they come in JSON: each is checked for what its operator takes."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from madang.lib.conditions.tree import Value
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.zones import zones

LONGEST, MOST, FURTHEST = 200, 100, 3_650  # characters, words of a list, days
_DATE = re.compile(r"[12]\d{3}-\d\d-\d\d")


class Wrong(Refused):
    """The condition cannot be understood. ``field`` is the place: ``all[1].value``."""


def word(given: Any, place: str) -> str:
    """A text that is not empty, in NFC."""
    if not isinstance(given, str) or not given.strip() or "\0" in given:
        raise Wrong(_("Give a text here."), place)
    if len(given) > LONGEST:
        raise Wrong(_("This text is too long. Use at most %(n)s characters.") % {"n": LONGEST}, place)
    return unicodedata.normalize("NFC", given.strip())


def words(given: Any, place: str) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(given, list) or not given or len(given) > MOST:
        raise Wrong(_("Give a list of 1 to %(n)s texts here.") % {"n": MOST}, place)
    return tuple(word(one, f"{place}[{at}]") for at, one in enumerate(given))


def number(given: Any, place: str) -> int | float:
    """A number that is one."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Wrong(_("Give a number here."), place)
    if not math.isfinite(given) or abs(given) >= 1e18:
        raise Wrong(_("Give a number here."), place)
    return given


def whole(given: Any, place: str, least: int, most: int) -> int:
    """A whole number between two others."""
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        told = {"least": least, "most": most}
        raise Wrong(_("Give a whole number from %(least)s to %(most)s here.") % told, place)
    return given


def day(given: Any, place: str) -> date:
    """A date, written 2026-03-02."""
    try:
        if isinstance(given, str) and _DATE.fullmatch(given):
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise Wrong(_("Give a date here, such as 2026-03-02."), place)


def days(given: Any, place: str) -> int:
    """How many days back."""
    return whole(given, place, 0, FURTHEST)


def truth(given: Any, place: str) -> bool:
    """Yes or no."""
    if not isinstance(given, bool):
        raise Wrong(_("Give true or false here."), place)
    return given


def zone(given: str, place: str) -> str:
    """The IANA name of a time zone there is."""
    if given not in zones():
        raise Wrong(_("There is no such time zone. Name one like Asia/Seoul."), place)
    return given


def scalar(given: Any, place: str) -> Value:
    """A text, a number or yes and no: what a loose field is compared with."""
    if isinstance(given, bool):
        return given
    return number(given, place) if isinstance(given, int | float) else word(given, place)


READERS: Mapping[str, Callable[[Any, str], Value]] = {
    "word": word,
    "list": words,
    "number": number,
    "date": day,
    "days": days,
    "truth": truth,
    "scalar": scalar,
}


def written(value: Value) -> Any:
    """A value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
