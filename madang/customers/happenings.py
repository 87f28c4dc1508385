"""What a shop, an app or a page may tell of a customer, and what is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from madang.lib.errors import Refused

KINDS = ("page", "visit", "order", "call", "survey", "campaign")
MOST = 1_000  # of one batch
SHOWN = 20  # problems said of one batch: who reads them mends the first and sees that the rest are alike
LARGEST = 10**15  # minor units
DATA = 2_000  # bytes of one event's data
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)  # a shop's clock may be wrong, but not by more

_CUSTOM = re.compile(r"custom\.[a-z0-9_]{1,40}")
_SOURCE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing a customer did. ``key`` is the sender's own; ``amount`` in minor units, negative when it went back."""

    key: str
    kind: str
    at: datetime
    title: str = ""
    url: str = ""
    amount: int | None = None
    currency: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


class Unfit(Refused):
    """A batch of which nothing was kept: ``problems`` says of each bad item (field, what is wrong)."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = list(problems)[:SHOWN]
        super().__init__(f"Nothing was kept, because {_counted(len(problems))} not fit. {self.problems[0][1]}", "")


def _counted(many: int) -> str:
    return "one thing does" if many == 1 else f"{many} things do"


def check(source: str, some: Sequence[Happening], now: datetime) -> list[Happening]:
    """The batch in its one spelling; raises Refused, and :class:`Unfit` naming what is wrong with which item."""
    if not _SOURCE.fullmatch(source):
        raise Refused("Say who tells it: lower-case letters, digits, . _ and -, at most 40, such as shop.", "source")
    if not 0 < len(some) <= MOST:
        raise Refused("Send 1 to 1,000 events at once.", "events")
    problems = [
        (f"events[{place}].{name}", text) for place, one in enumerate(some) for name, text in _problems(one, now)
    ]
    if problems:
        raise Unfit(problems)
    return [_clean(one) for one in some]


def _problems(one: Happening, now: datetime) -> Iterator[tuple[str, str]]:
    if not 0 < len(one.key) <= 200 or one.key != one.key.strip() or _CONTROL.search(one.key):
        yield "key", "Give each event a key of your own, 1 to 200 characters, always the same for the same event."
    if one.kind not in KINDS and not _CUSTOM.fullmatch(one.kind):
        yield "kind", f"This is no kind. There are {', '.join(KINDS)}, and your own as custom.name."
    if one.at.tzinfo is None:
        yield "at", "Say the time with its zone, such as 2026-11-22T09:30:00+09:00."
    elif not EARLIEST <= one.at <= now + AHEAD:
        yield "at", "This time is before 1990 or to come. Tell what has happened."
    if len(one.title) > 300:
        yield "title", "A title has at most 300 characters."
    if one.url and (len(one.url) > 2_000 or not one.url.lower().startswith(("https://", "http://"))):
        yield "url", "An address begins with https:// or http:// and has at most 2,000 characters."
    yield from _money(one)
    yield from _more(one)


def _money(one: Happening) -> Iterator[tuple[str, str]]:
    if one.amount is not None and not -LARGEST <= one.amount <= LARGEST:
        yield "amount", "This amount is too large. Give it in minor units, such as cents."
    if one.amount is not None and not _CURRENCY.fullmatch(one.currency):
        yield "currency", "Name the currency of the amount by its three letters, such as KRW."
    if one.amount is None and one.currency:
        yield "amount", "A currency without an amount says nothing. Give both or none."


def _more(one: Happening) -> Iterator[tuple[str, str]]:
    data = msgspec.json.encode(one.data)
    if len(data) > DATA:
        yield "data", f"This is {len(data):,} bytes; at most {DATA:,} are kept with an event."
    elif _holds_nul(one.data):
        yield "data", "There is a NUL character in it, which cannot be kept."


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, Mapping):
        return any(_holds_nul(one) for pair in value.items() for one in pair)
    return isinstance(value, list) and any(_holds_nul(one) for one in value)


def _clean(one: Happening) -> Happening:
    title = " ".join(_CONTROL.sub(" ", one.title).split())
    return replace(one, title=title, url=_CONTROL.sub("", one.url), at=one.at.astimezone(UTC))
