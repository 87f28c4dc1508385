"""One test of one value as SQL. What is compared with what is not known is null: the caller makes that false."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Text, and_, case, cast, collate, func, literal, literal_column, not_
from sqlalchemy.sql import operators

from madang.lib.conditions.calendar import Calendar
from madang.lib.conditions.tree import Test
from madang.lib.conditions.vocabulary import Type, asked_as

Column = ColumnElement[Any]
NFC: Column = literal_column("nfc")
DATE = r"^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"  # what of a loose text is a date
_UPPER = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}
_DATE = re.compile(DATE)
COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "is": operators.eq,
    "more_than": operators.gt,
    "less_than": operators.lt,
    "at_least": operators.ge,
    "at_most": operators.le,
}


def folded(text: str) -> str:
    """How texts are compared: in NFC, A to Z as a to z. Other letters keep their case, as in PostgreSQL's C."""
    return unicodedata.normalize("NFC", text).translate(_UPPER)


def dated(text: Any) -> str | None:
    """A date as it stands in JSON, None for anything else."""
    return text if isinstance(text, str) and _DATE.match(text) and len(text) == 10 else None


def predicate(type_: Type, test: Test, calendar: Calendar, value: Column) -> Column:
    """``test`` of ``value``; its operator is none of those that say "not"."""
    wanted = asked_as(type_, test)
    if test.op == "known":
        return _known(type_, value)
    if type_ is Type.LOOSE:
        value = _loose(wanted, value)
    if wanted is Type.NUMBER:
        return _number(test, value)
    if wanted is Type.TRUTH:
        return value if test.value else not_(value)
    if wanted is Type.MOMENT:
        return _moment(test, calendar, value)
    if wanted is Type.DAY:
        return _day(test, calendar, value)
    return _text(test, value, fold=wanted is Type.TEXT)


def words_of(test: Test) -> list[str]:
    """The text or texts of a test."""
    return [str(one) for one in (test.value if isinstance(test.value, tuple) else (test.value,))]


def _known(type_: Type, value: Column) -> Column:
    if type_ is Type.LOOSE:
        return and_(func.jsonb_typeof(value) != "null", value.astext != "")
    return value != "" if type_ in (Type.TEXT, Type.CHOICE, Type.DAY) else value.is_not(None)


def _loose(wanted: Type, value: Column) -> Column:
    """JSON as what it is asked for, null when it is something else."""
    kind, said = func.jsonb_typeof(value), value.astext
    if wanted is Type.NUMBER:
        return case((kind == "number", cast(said, Numeric)))
    if wanted is Type.TRUTH:
        return case((kind == "boolean", said == "true"))
    if wanted is Type.DAY:
        return case((and_(kind == "string", said.regexp_match(DATE)), said))
    return case((kind == "string", said))


def _number(test: Test, value: Column) -> Column:
    made: Column = COMPARED[test.op](cast(value, Numeric), literal(Decimal(str(test.value)), Numeric()))
    return made


def _text(test: Test, value: Column, *, fold: bool) -> Column:
    wanted = words_of(test)
    if fold:
        value = func.lower(collate(func.normalize(cast(value, Text), NFC), "C"))
        wanted = [folded(one) for one in wanted]
    if test.op == "contains":
        return func.strpos(value, wanted[0]) > 0
    if test.op == "begins":
        return func.starts_with(value, wanted[0])
    return value.in_(wanted) if len(wanted) > 1 else value == wanted[0]


def _moment(test: Test, calendar: Calendar, value: Column) -> Column:
    if test.op == "within":
        return and_(value >= calendar.midnight(calendar.ago(_days(test))), value < calendar.tomorrow)
    day = _date(test)
    after = calendar.midnight(day + timedelta(days=1))
    if test.op == "before":
        return value < calendar.midnight(day)
    return value >= after if test.op == "after" else and_(value >= calendar.midnight(day), value < after)


def _day(test: Test, calendar: Calendar, value: Column) -> Column:
    value = collate(value, "C")
    if test.op == "within":
        return and_(value >= calendar.ago(_days(test)).isoformat(), value <= calendar.today.isoformat())
    day = _date(test).isoformat()
    if test.op == "before":
        return and_(value != "", value < day)
    return value > day if test.op == "after" else value == day


def _days(test: Test) -> int:
    if not isinstance(test.value, int):
        raise TypeError("a window is a number of days")
    return test.value


def _date(test: Test) -> date:
    if not isinstance(test.value, date):
        raise TypeError("this is compared with a date")
    return test.value
