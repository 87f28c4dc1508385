"""Columns that hold a moment to come, and what is done to them when the clock has jumped.

A clock that went back would keep what waits for a time that has been. So a column that something waits for says so
where it is declared (:func:`waits`), and so does one that says until when something is in a worker's hands
(:func:`lease`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, MetaData, TextClause, Update, func, true, update

Where = ColumnElement[bool] | TextClause
ALWAYS = true()
EARLY = timedelta(seconds=10)  # what comes sooner is not worth the write


def waits(where: Where = ALWAYS, *, slack: timedelta = EARLY, spread: timedelta = timedelta()) -> dict[str, Any]:
    """``info`` of a column: after a jump back it is never further than ``slack`` from now, in rows that are ``where``.

    It becomes now, or a moment within ``spread`` from now: a try that comes early does no harm.
    """
    return {"waits": (where, slack, spread)}


def lease(lasts: timedelta) -> dict[str, Any]:
    """``info`` of a column: after any jump, what is in hand stays there for as long as at the beginning."""
    return {"lease": lasts}


def hurries(metadata: MetaData) -> tuple[Update, ...]:
    """The statements that let nothing wait for a time that has been."""
    return tuple(_hurry(column, *column.info["waits"]) for column in _marked(metadata, "waits"))


def holds(metadata: MetaData) -> tuple[Update, ...]:
    """The statements that take nothing out of the hands of the living."""
    return tuple(
        update(column.table).values({column.name: func.now() + column.info["lease"]}).where(column.is_not(None))
        for column in _marked(metadata, "lease")
    )


def _hurry(column: Column[Any], where: Where, slack: timedelta, spread: timedelta) -> Update:
    soon = func.now() + func.random() * spread if spread else func.now()
    late = column > func.now() + slack
    return update(column.table).values({column.name: soon}).where(late, where)


def _marked(metadata: MetaData, mark: str) -> Iterator[Column[Any]]:
    return (column for table in metadata.sorted_tables for column in table.columns if mark in column.info)
