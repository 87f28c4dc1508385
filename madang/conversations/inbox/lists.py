"""A list of conversations: one of the house's views or a saved one, narrowed by a condition, in an order.

Keysets, never OFFSET: an order is one or several scans of an index, merged. The scope is in every one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_, union_all

from madang.conversations.inbox.fields import among, meant, plain
from madang.conversations.inbox.models import Follower, Mention
from madang.conversations.models import Conversation
from madang.conversations.queries import CAP, HERE, columns, rows
from madang.conversations.rows import Row
from madang.lib import paging
from madang.lib.conditions.calendar import Calendar
from madang.lib.conditions.sql import Sql
from madang.lib.conditions.tree import All, Node, Not, Test, leaves
from madang.lib.paging import Page
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

BUILT_IN = ("mine", "unassigned", "mentions", "following", "all", "snoozed", "closed")
SORTS = ("newest", "oldest", "waiting", "priority")
FURTHEST = 1_000  # of the notes that name her: the newest so many
Rules = tuple[ColumnElement[bool], ...]
ASLEEP, AWAKE = Conversation.snoozed_until.is_not(None), Conversation.snoozed_until.is_(None)
STATES = {"open": "open", "snoozed": "open", "closed": "closed"}
EVERYTHING = All(())
NOTHING = Not(EVERYTHING)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be listed: ``view`` one of :data:`BUILT_IN`, or "" for all of ``node``, a condition."""

    view: str = "mine"
    node: Node = field(default=EVERYTHING)
    sort: str = "newest"


@dataclass(frozen=True, slots=True)
class Scan:
    """One walk along an index. ``rank`` orders the scans of a list."""

    rank: int
    rules: Rules
    at: ColumnElement[Any]
    down: bool = True

    def order(self) -> tuple[ColumnElement[Any], ...]:
        """Of the walk."""
        if self.down:
            return self.at.desc(), Conversation.id.desc()
        return self.at.asc(), Conversation.id.asc()

    def after(self, rank: int, at: datetime, number: int) -> ColumnElement[bool] | None:
        """What comes after a row of the list; None when nothing of this scan does."""
        if self.rank != rank:
            return None if self.rank < rank else literal(True)
        here, there = tuple_(self.at, Conversation.id), tuple_(literal(at), literal(number))
        return here < there if self.down else here > there


NEWEST = Conversation.sort_at
NOBODY = Conversation.waiting_since.is_(None)
ORDERS: dict[str, tuple[Scan, ...]] = {
    "newest": (Scan(0, (), NEWEST.expression),),
    "oldest": (Scan(0, (), NEWEST.expression, down=False),),
    "waiting": (
        Scan(0, (Conversation.waiting_since.is_not(None),), Conversation.waiting_since.expression, down=False),
        Scan(1, (NOBODY,), NEWEST.expression),
    ),
    "priority": tuple(Scan(3 - one, (Conversation.priority == one,), NEWEST.expression) for one in (3, 2, 1, 0)),
}
KEYS: dict[str, Callable[[Row], tuple[int, datetime, int]]] = {
    "newest": lambda row: (0, row.sort_at, row.id),
    "oldest": lambda row: (0, row.sort_at, row.id),
    "waiting": lambda row: (0 if row.waiting_since else 1, row.waiting_since or row.sort_at, row.id),
    "priority": lambda row: (3 - row.priority, row.sort_at, row.id),
}


async def page(tx: Tx, viewer: Viewer, asked: Asked, *, cursor: str | None = None, limit: int = 40) -> Page[Row]:
    """A page of it. Raises BadCursor for one of another list."""
    permit(viewer, "conversation.read")
    sort = sort_of(asked)
    after = paging.decode(cursor, (int, datetime, int)) if cursor else None
    found: list[Row] = []
    for scan in ORDERS[sort]:  # one after the other: most lists are full before the last
        more = scan.after(*after) if after else None
        if after is None or more is not None:
            missing = limit + 1 - len(found)
            found += await _some(tx, viewer, asked, (*scan.rules, *([] if more is None else [more])), scan, missing)
        if len(found) > limit:
            break
    return paging.page(found, limit, KEYS[sort])


async def _some(tx: Tx, viewer: Viewer, asked: Asked, more: Rules, scan: Scan, most: int) -> list[Row]:
    """The next so many of one walk, whatever their status."""
    made = []
    for status, rules in _bases(viewer, asked):
        walked = _of(viewer, status, (*rules, *more)).order_by(*scan.order()).limit(most)
        made.append(select(walked.subquery().c.id))
    if not made:
        return []
    chosen = union_all(*made).subquery()
    query = columns(viewer).join(chosen, chosen.c.id == Conversation.id).order_by(*scan.order()).limit(most)
    return await rows(tx, query)


async def ids(tx: Tx, viewer: Viewer, asked: Asked, most: int) -> list[int]:
    """The numbers of all it holds, at most so many."""
    permit(viewer, "conversation.read")
    found: list[int] = []
    for status, rules in _bases(viewer, asked):
        some = _of(viewer, status, rules).order_by(NEWEST.desc(), Conversation.id.desc()).limit(most)
        found += (await tx.execute(some)).scalars()
    return found[:most]


async def numbers(tx: Tx, viewer: Viewer, asked: Asked, after: int, limit: int) -> list[int]:
    """The numbers of what it holds beyond ``after``, ascending, at most so many: a walk that no news disturbs."""
    permit(viewer, "conversation.read")
    found: set[int] = set()
    for status, rules in _bases(viewer, asked):
        some = _of(viewer, status, (*rules, Conversation.id > after)).order_by(Conversation.id).limit(limit)
        found.update((await tx.execute(some)).scalars())
    return sorted(found)[:limit]


async def counts(tx: Tx, viewer: Viewer, every: dict[str, Asked]) -> dict[str, int]:
    """How many conversations each holds, at most :data:`CAP`. Of those with closed ones, none: nobody waits there.

    Of notes that name her those count that she has not seen.
    """
    parts = []
    for name, asked in every.items():
        bases = _bases(viewer, asked)
        if asked.view == "mentions" and asked.node == EVERYTHING:
            bases = [(status, (*rules, _unseen(viewer))) for status, rules in bases]
        elif any(status == "closed" for status, _ in bases):
            continue
        each = [_of(viewer, status, rules).limit(CAP).subquery() for status, rules in bases]
        some = union_all(*(select(one.c.id) for one in each)).limit(CAP).subquery()
        parts.append(select(literal(name), select(func.count()).select_from(some).scalar_subquery()))
    return {row[0]: row[1] for row in await tx.execute(union_all(*parts))} if parts else {}


def sort_of(asked: Asked) -> str:
    """The order it has: closed ones neither wait nor hurry."""
    if asked.sort not in SORTS or (asked.sort in ("waiting", "priority") and "closed" in states(asked)):
        return "newest"
    return asked.sort


def states(asked: Asked) -> frozenset[str]:
    """Which of open, snoozed and closed it may hold. A condition that asks for the state has its way."""
    said = [leaf for leaf in leaves(asked.node) if isinstance(leaf, Test) and leaf.field == "status"]
    if not said:
        return _usual(asked.view)
    plain = [part for part in (asked.node.parts if isinstance(asked.node, All) else (asked.node,)) if part in said]
    for test in plain:
        if isinstance(test, Test) and test.op in ("is", "any_of"):
            return frozenset(test.value if isinstance(test.value, tuple) else (str(test.value),))
    return frozenset(STATES)


def _usual(view: str) -> frozenset[str]:
    if view == "mentions":
        return frozenset(STATES)
    return frozenset({view} if view in ("snoozed", "closed") else {"open"})


def _bases(viewer: Viewer, asked: Asked) -> list[tuple[str, Rules]]:
    """By status what is asked of its rows."""
    rules = (HERE, *_built_in(viewer, asked.view), *_conditions(viewer, asked.node))
    wanted = states(asked)
    made: list[tuple[str, Rules]] = []
    if wanted & {"open", "snoozed"}:
        sleep = () if {"open", "snoozed"} <= wanted else ((AWAKE,) if "open" in wanted else (ASLEEP,))
        made.append(("open", (*rules, *sleep)))
    if "closed" in wanted:
        made.append(("closed", rules))
    return made


def _built_in(viewer: Viewer, view: str) -> Rules:
    me = viewer.user_id or 0
    if view == "mine":
        return (Conversation.assignee_id == me,)
    if view == "unassigned":
        return (Conversation.assignee_id.is_(None),)
    if view == "following":
        return (among(select(Follower.conversation_id).where(Follower.user_id == me)),)
    if view == "mentions":
        some = select(Mention.conversation_id).where(Mention.user_id == me).order_by(Mention.message_id.desc())
        return (among(some.limit(FURTHEST)),)
    return ()


def _unseen(viewer: Viewer) -> ColumnElement[bool]:
    mine = (Mention.user_id == (viewer.user_id or 0), Mention.seen_at.is_(None))
    return among(select(Mention.conversation_id).where(*mine))


def _conditions(viewer: Viewer, node: Node) -> Rules:
    if node == EVERYTHING:
        return ()
    calendar = Calendar(datetime.now(UTC), viewer.timezone)
    return (Sql(plain(viewer), calendar).kept(meant(node, viewer)),)


def _of(viewer: Viewer, status: str, rules: Rules) -> Select[int]:
    return select(Conversation.id).where(Conversation.status == status, *rules, viewer.scope.where(Conversation))
