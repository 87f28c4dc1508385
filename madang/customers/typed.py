"""What the fields of the company's own may hold, by kind. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from madang.lib.errors import Refused

SEEN_BY = ("everyone", "leads")
KINDS = ("text", "number", "date", "choice", "bool", "url")
YES, NO = ("true", "on", "yes", "1"), ("false", "off", "no", "0")
About = Literal["customer", "conversation"]
Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Defined:
    """A field as it is defined. ``seen_by``: everyone, or leads, which is them and administrators."""

    id: int
    name: str
    label: str
    kind: str
    choices: Sequence[str] = ()
    place: int = 0
    retired: bool = False
    seen_by: str = "everyone"
    about: About = "customer"  # or conversation: whose values they are


def value(field: Defined, given: str) -> Value:
    """What is kept of what was typed, None for nothing; raises Refused saying what fits."""
    clean = " ".join(given.replace("\0", "").split())
    if not clean:
        return None
    match field.kind:
        case "number":
            return _number(field.name, clean)
        case "date":
            return _date(field.name, clean)
        case "bool":
            return _bool(field.name, clean)
        case "choice":
            if clean not in field.choices:
                raise Refused("This is not a possible answer. Choose one of those offered.", field.name)
            return clean
        case "url":
            if len(clean) > 2_000 or not clean.lower().startswith(("https://", "http://")) or " " in clean:
                raise Refused("This is no address of a page. It begins with https://.", field.name)
            return clean
    if len(clean) > 1_000:
        raise Refused("This is too long. Make it shorter.", field.name)
    return clean


def _number(name: str, given: str) -> int | float:
    try:
        number = float(given.replace(",", ""))
    except ValueError:
        raise Refused("This is no number. Write it in digits, such as 1200 or 3.5.", name) from None
    if not math.isfinite(number) or abs(number) > 1e15:
        raise Refused("This number is too large.", name)
    return int(number) if number.is_integer() else number


def _date(name: str, given: str) -> str:
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        raise Refused("This is no day. Write it as 2026-11-22.", name) from None


def _bool(name: str, given: str) -> bool:
    if given.lower() not in YES + NO:
        raise Refused("This is not a possible answer. Choose one of those offered.", name)
    return given.lower() in YES
