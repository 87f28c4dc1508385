"""When time alone may change a verdict: the next midnight at which something comes into a window or leaves it.

It may be early, never late: who looks again then finds the next one. Fixed days never change anything by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Interval,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
)

from madang.lib.conditions.calendar import Calendar
from madang.lib.conditions.predicates import DATE
from madang.lib.conditions.sql import during, such
from madang.lib.conditions.tree import Happened, Node, Test, leaves
from madang.lib.conditions.vocabulary import Events, Gathered, Type, Vocabulary

Moment = ColumnElement[Any]


def turning(node: Node, vocabulary: Vocabulary, calendar: Calendar) -> Moment:
    """The moment for a statement that names its subjects; null when time changes nothing."""
    turns = [turn for leaf in leaves(node) for turn in _turns(leaf, vocabulary, calendar)]
    return func.least(*turns) if turns else null()


def _turns(leaf: Test | Happened, vocabulary: Vocabulary, calendar: Calendar) -> Iterator[Moment]:
    if isinstance(leaf, Happened):
        if leaf.window.days is not None and vocabulary.events is not None:
            yield from _of_events(leaf, vocabulary, vocabulary.events, calendar)
    elif leaf.op in ("within", "not_within") and isinstance(leaf.value, int):
        yield _of_value(_moment(leaf, vocabulary, calendar), leaf.value, calendar)


def _of_events(leaf: Happened, vocabulary: Vocabulary, events: Events, calendar: Calendar) -> Iterator[Moment]:
    """When the event leaves on which it hangs; and when the next one that is dated later comes in."""
    mine = events.owner == vocabulary.subject
    within = select(events.at).where(mine, during(events, leaf, calendar))
    if leaf.many == "exactly":
        hangs = within.order_by(events.at).limit(1)
    else:
        hangs = within.order_by(events.at.desc()).offset(leaf.n - (leaf.many == "at_least")).limit(1)
    yield _midnight(hangs.scalar_subquery(), (leaf.window.days or 0) + 1, calendar)
    later = select(func.min(events.at)).where(mine, such(events, leaf, calendar), events.at >= calendar.tomorrow)
    yield _midnight(later.scalar_subquery(), 0, calendar)


def _of_value(value: Moment, days: int, calendar: Calendar) -> Moment:
    since = calendar.midnight(calendar.ago(days))
    return case(
        (value >= calendar.tomorrow, _midnight(value, 0, calendar)),
        (value >= since, _midnight(value, days + 1, calendar)),
    )


def _moment(test: Test, vocabulary: Vocabulary, calendar: Calendar) -> Moment:
    field = vocabulary.field(test.field)
    if isinstance(field.sql, Gathered):
        mine = select(field.sql.value).where(field.sql.owner == vocabulary.subject, field.sql.where)
        return mine.scalar_subquery()
    if field.type is Type.MOMENT or not isinstance(field.sql, ColumnElement):
        return field.sql  # type: ignore[return-value]
    said: Any = (
        field.sql if field.type is Type.DAY else case((func.jsonb_typeof(field.sql) == "string", field.sql.astext))
    )
    return _noon(said, calendar)


def _noon(said: Moment, calendar: Calendar) -> Moment:
    """Of a day as text: 31 February is some day in March, and does no harm."""
    month = func.to_date(func.substr(said, 1, 7), literal_column("'YYYY-MM'"))
    day = cast(cast(func.substr(said, 9, 2), Integer) * literal(timedelta(days=1), Interval()), Interval)
    hours = literal(timedelta(hours=12), Interval())
    at = func.timezone(calendar.zone, month + day - literal(timedelta(days=1), Interval()) + hours)
    return case((and_(said.is_not(None), cast(said, Text).regexp_match(DATE)), at))


def _midnight(at: Moment, days: int, calendar: Calendar) -> Moment:
    """When the day of a moment begins in the zone, and so many days later."""
    begins = func.date_trunc("day", func.timezone(calendar.zone, at))
    return func.timezone(calendar.zone, begins + literal(timedelta(days=days), Interval()))
