"""What is wrong now, judged from the ledger: pure, so that each rule can be read and tested by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from madang.channels.abilities import Pulls
from madang.channels.registry import UnknownConnector, get
from madang.conversations.ledger import Line
from madang.events.pulse import Reading

SHORTEST = timedelta(hours=3)  # of silence that anybody is told of
MORE = 1.5  # times its longest silence so far
LEARNT = timedelta(days=7)  # a channel younger than this has no habits yet
HOURS = 20  # with messages, before a channel has any


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From when on something is worth a mail."""

    waiting: timedelta = timedelta(minutes=10)
    quarantined: int = 1
    silence: bool = True


@dataclass(frozen=True, slots=True)
class Habit:
    """How a channel has been heard from in the last fortnight, by the hour."""

    first: datetime
    hours: int
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong. ``kind`` and ``subject`` make it the same one at the next look."""

    kind: str
    subject: str
    channel_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at the house found."""

    now: datetime
    lines: Sequence[Line]
    reactions: Sequence[Reading]
    habits: Mapping[int, Habit]
    crms: Sequence[tuple[int, str, str]] = ()  # those that do not work: number, name, problem


def troubles(seen: Seen, limits: Thresholds) -> Iterator[Trouble]:
    """Everything that is wrong, each once."""
    for line in seen.lines:
        for kind, facts in _of_channel(line, seen, limits):
            known = {"name": line.name, "brand": line.brand, **facts}
            yield Trouble(kind, f"channel:{line.channel_id}", line.channel_id, known)
    for one in seen.reactions:
        for kind, facts in _of_reaction(one, limits):
            yield Trouble(kind, f"reaction:{one.name}", None, {"name": one.name, **facts})
    for number, name, problem in seen.crms:
        yield Trouble("apart", f"crm:{number}", None, {"name": name, "problem": problem})


def _of_channel(line: Line, seen: Seen, limits: Thresholds) -> Iterator[tuple[str, dict[str, Any]]]:
    if line.paused_at or line.problem:
        yield "stopped", {"problem": line.problem}
    elif _pulled(line) and not line.connected:
        yield "disconnected", {}
    elif limits.silence and _unusual(line, seen):
        yield "silent", {"last": _written(line.last_in)}
    if _older(line.oldest_waiting, seen.now, limits.waiting):
        yield "waiting", {"count": line.waiting, "oldest": _written(line.oldest_waiting)}
    if not line.paused_at and _older(line.oldest_out, seen.now, limits.waiting):
        yield "unsent", {"count": line.outbox, "oldest": _written(line.oldest_out)}
    if line.quarantined >= limits.quarantined:
        yield "quarantined", {"count": line.quarantined}
    if line.missing:
        yield "missing", {"count": line.missing}


def _of_reaction(one: Reading, limits: Thresholds) -> Iterator[tuple[str, dict[str, Any]]]:
    if one.letters:
        yield "dead", {"count": one.letters}
    if one.lag > limits.waiting.total_seconds():
        yield "behind", {"count": int(one.lag // 60)}


def _pulled(line: Line) -> bool:
    try:
        return issubclass(get(line.connector), Pulls)
    except UnknownConnector:
        return False


def _unusual(line: Line, seen: Seen) -> bool:
    """Whether it has been silent for longer than it ever is. Nights and weekends are part of what it is used to."""
    habit = seen.habits.get(line.channel_id)
    if habit is None or line.last_in is None or habit.hours < HOURS or seen.now - habit.first < LEARNT:
        return False
    return seen.now - line.last_in > max(SHORTEST, habit.longest * MORE)


def _older(moment: datetime | None, now: datetime, than: timedelta) -> bool:
    return moment is not None and now - moment > than


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
