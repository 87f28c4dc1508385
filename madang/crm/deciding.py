"""Of one customer and one contact: what comes in, what goes out, who wins. Pure.

By what both had when they last agreed it is seen which side has changed. What we have written ourselves is therefore no
change when it comes back, however the CRM has tidied it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from madang.crm.pairs import PHONE, Pair
from madang.crm.translating import Terms, Unfit, give, same, take


@dataclass(frozen=True, slots=True)
class Side:
    """One side now. ``at``: when it was changed last; here by field, there as a whole."""

    values: Mapping[str, Any]
    at: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both have changed: what each has, and what stays."""

    field: str
    here: Any
    there: Any
    kept: str  # here or there


@dataclass(slots=True)
class Decision:
    """``take`` by field, ``send`` by property; ``known`` as it is once ``take`` is done. ``problems``: (field, why)."""

    known: dict[str, list[Any]]
    take: dict[str, Any] = field(default_factory=dict)
    send: dict[str, str] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)  # by field, what ``send`` was made of
    conflicts: list[Conflict] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def decide(
    terms: Terms, pairs: Sequence[Pair], known: Mapping[str, Sequence[Any]], here: Side, there: Side, *, main: bool
) -> Decision:
    """``main`` False: a contact of somebody who was merged; it may say something, but nothing is written to it."""
    made = Decision({name: list(values) for name, values in known.items()})
    for pair in pairs:
        if pair.field != PHONE:
            try:
                _pair(made, terms, pair, here, there, main)
            except Unfit as error:
                made.problems.append((pair.field, str(error)))
    return made


def _pair(made: Decision, terms: Terms, pair: Pair, here: Side, there: Side, main: bool) -> None:
    mine, hers = here.values.get(pair.field), str(there.values.get(pair.theirs, ""))
    base = made.known.get(pair.field)
    ours_new = mine != base[0] if base else mine is not None
    hers_new = not same(hers, base[-1] if not main else base[1]) if base else bool(hers)
    if not ours_new and not hers_new:
        if base is None:
            made.known[pair.field] = [mine, hers]
        return
    if not (pair.comes and hers_new) and not (pair.goes and ours_new and main):
        return  # changed only on the side that has no say
    if _agree(terms, pair, mine, hers):
        made.known[pair.field] = [mine, hers]
        return
    if _goes(made, terms, pair, here, there, ours_new and main, hers_new):
        made.send[pair.theirs] = give(terms, pair.field, pair.theirs, mine)
        made.sent[pair.field] = mine
    else:
        taken = take(terms, pair.field, pair.theirs, hers)
        made.take[pair.field] = taken
        made.known[pair.field] = [taken, hers] if main or base is None else [base[0], base[1], hers]


def _agree(terms: Terms, pair: Pair, mine: Any, hers: str) -> bool:
    """Whether both say the same already, each in its own spelling."""
    try:
        if same(give(terms, pair.field, pair.theirs, mine), hers):
            return True
    except Unfit:
        pass
    try:
        return bool(take(terms, pair.field, pair.theirs, hers) == mine)
    except Unfit:
        return False


def _goes(made: Decision, terms: Terms, pair: Pair, here: Side, there: Side, ours_new: bool, hers_new: bool) -> bool:
    """Whether ours is written there; else theirs is taken."""
    if not pair.comes or not hers_new:
        return True
    if not pair.goes or not ours_new:
        return False
    mine, hers = here.values.get(pair.field), str(there.values.get(pair.theirs, ""))
    if not made.known.get(pair.field) and (mine is None or not hers):
        return mine is not None  # they meet for the first time: whoever has something
    wins = pair.wins
    if wins == "later":
        ours_at, hers_at = here.at.get(pair.field), there.at.get("")
        wins = "here" if ours_at and (not hers_at or ours_at > hers_at) else "there"
    made.conflicts.append(Conflict(pair.field, mine, _readable(terms, pair, hers), wins))
    return wins == "here"


def _readable(terms: Terms, pair: Pair, hers: str) -> Any:
    try:
        return take(terms, pair.field, pair.theirs, hers)
    except Unfit:
        return hers
