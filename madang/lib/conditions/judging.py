"""A condition judged in Python, on one subject as it stands: the twin of ``sql.py``, held against it by a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from madang.lib.conditions.calendar import Calendar
from madang.lib.conditions.predicates import COMPARED, dated, folded, words_of
from madang.lib.conditions.reading import of_data
from madang.lib.conditions.tree import All, Either, Happened, Node, Not, Test, Window
from madang.lib.conditions.vocabulary import OPPOSITE, Gathered, Type, Vocabulary, asked_as


@dataclass(frozen=True, slots=True)
class Once:
    """Something that happened."""

    kind: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A subject as it stands: values by field, what is missing is not known; and what happened to it."""

    values: Mapping[str, Any]
    events: Sequence[Once] = ()


def judge(node: Node, vocabulary: Vocabulary, snapshot: Snapshot, calendar: Calendar) -> bool:
    """Whether the condition is true of it."""
    if isinstance(node, All):
        return all(judge(one, vocabulary, snapshot, calendar) for one in node.parts)
    if isinstance(node, Either):
        return any(judge(one, vocabulary, snapshot, calendar) for one in node.parts)
    if isinstance(node, Not):
        return not judge(node.part, vocabulary, snapshot, calendar)
    if isinstance(node, Happened):
        return _happened(node, vocabulary, snapshot, calendar)
    known = vocabulary.field(node.field)
    empty = known.sql.empty if isinstance(known.sql, Gathered) else None
    return holds(known.type, node, calendar, snapshot.values.get(node.field, empty))


def holds(type_: Type, test: Test, calendar: Calendar, value: Any) -> bool:
    """Whether one value passes one test."""
    if test.op in OPPOSITE:
        return not holds(type_, replace(test, op=OPPOSITE[test.op]), calendar, value)
    if type_ is Type.WORDS:
        return bool(value) if test.op == "known" else not set(words_of(test)).isdisjoint(value or ())
    if test.op == "known":
        return value not in (None, "")
    wanted = asked_as(type_, test)
    value = _typed(wanted, value)
    return value is not None and _passes(wanted, test, calendar, value)


def _typed(wanted: Type, value: Any) -> Any:
    """A value as what it is asked for, None when it is something else."""
    if wanted is Type.NUMBER:
        real = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        return Decimal(str(value)) if real else None
    if wanted is Type.TRUTH:
        return value if isinstance(value, bool) else None
    if wanted is Type.MOMENT:
        return value
    if wanted is Type.DAY:
        return dated(value)
    return value if isinstance(value, str) and value else None


def _passes(wanted: Type, test: Test, calendar: Calendar, value: Any) -> bool:
    if wanted is Type.NUMBER:
        return bool(COMPARED[test.op](value, Decimal(str(test.value))))
    if wanted is Type.TRUTH:
        return bool(value == test.value)
    if wanted is Type.MOMENT:
        return _moment(test, calendar, value)
    if wanted is Type.DAY:
        return _day(test, calendar, value)
    wanted_words = words_of(test)
    if wanted is Type.TEXT:
        value, wanted_words = folded(value), [folded(one) for one in wanted_words]
    if test.op == "contains":
        return wanted_words[0] in value
    return value.startswith(wanted_words[0]) if test.op == "begins" else value in wanted_words


def _moment(test: Test, calendar: Calendar, value: datetime) -> bool:
    given: Any = test.value
    window = {
        "within": lambda: Window(days=given),
        "on": lambda: Window(since=given, until=given),
    }.get(test.op)
    if window is not None:
        return _inside(value, calendar, window())
    since, before = calendar.bounds(Window(since=given, until=given))
    return value < since if test.op == "before" else value >= before  # type: ignore[operator]


def _inside(value: datetime, calendar: Calendar, window: Window) -> bool:
    since, before = calendar.bounds(window)
    return (since is None or value >= since) and (before is None or value < before)


def _day(test: Test, calendar: Calendar, value: str) -> bool:
    given: Any = test.value
    if test.op == "within":
        return calendar.ago(given).isoformat() <= value <= calendar.today.isoformat()
    day = given.isoformat()
    return bool({"on": value == day, "before": value < day, "after": value > day}[test.op])


def _happened(node: Happened, vocabulary: Vocabulary, snapshot: Snapshot, calendar: Calendar) -> bool:
    if vocabulary.events is None:
        raise LookupError("this vocabulary has no events")
    inside = of_data(vocabulary.events)
    count = sum(
        one.kind == node.kind
        and _inside(one.at, calendar, node.window)
        and judge(node.where, inside, Snapshot(one.data), calendar)
        for one in snapshot.events
    )
    return {"at_least": count >= node.n, "at_most": count <= node.n, "exactly": count == node.n}[node.many]
