"""What others may read of codes that were asked for. Scope is asked one floor up; the code itself is nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, select

from madang.channels.connector import Cap
from madang.channels.queries import channels
from madang.channels.registry import get
from madang.customers.proving.models import TRIES, Challenge
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx

State = Literal["asked", "sent", "expired", "tries", "failed", "proven", "replaced", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A code that was asked for: ``customer_id`` is the root, ``home_id`` for whom; ``left`` tries are left."""

    id: int
    customer_id: int
    home_id: int
    kind: str
    value: str
    by: str
    at: datetime
    sent_at: datetime | None
    expires_at: datetime
    state: State
    problem: str
    left: int


_ONE = Challenge
_COLUMNS = (
    _ONE.id,
    _ONE.customer_id,
    func.coalesce(_ONE.home_id, _ONE.customer_id),
    _ONE.kind,
    _ONE.value,
    _ONE.by,
    _ONE.at,
    _ONE.sent_at,
    _ONE.expires_at,
    _ONE.outcome,
    (_ONE.expires_at <= func.now()).label("late"),
    _ONE.problem,
    _ONE.tries,
)


async def one(tx: Tx, challenge_id: int) -> Asked:
    """One of them; raises NotFound."""
    found = await _asked(tx, _ONE.id == challenge_id)
    if not found:
        raise NotFound("There is no such code.")
    return found[0]


async def of_customer(tx: Tx, customer_id: int) -> dict[tuple[str, str], Asked]:
    """The newest of each address of hers, of the last 20."""
    made: dict[tuple[str, str], Asked] = {}
    for each in await _asked(tx, _ONE.customer_id == customer_id):
        made.setdefault((each.kind, each.value), each)
    return made


async def of_homes(tx: Tx, homes: Sequence[int]) -> Asked | None:
    """The newest that was asked for one of these homes; None without one."""
    found = await _asked(tx, func.coalesce(_ONE.home_id, _ONE.customer_id).in_(homes), most=1)
    return found[0] if found else None


async def carriers(tx: Tx, brands: Sequence[int] | None) -> dict[str, int]:
    """By kind of address the channel that carries a code there, of the first of these brands (or any) that has one.

    Any will do that says of itself that it can (``Cap.VERIFY``), and writes to this kind of address.
    """
    some = [row for row in await channels(tx) if row.paused_at is None and Cap.VERIFY in get(row.connector).caps]
    if brands is not None:
        some = [row for brand in brands for row in some if row.brand_id == brand]
    made: dict[str, int] = {}
    for row in some:
        made.setdefault(str(get(row.connector).identity), row.id)
    return made


async def _asked(tx: Tx, rule: ColumnElement[bool], most: int = 20) -> list[Asked]:
    rows = await tx.execute(select(*_COLUMNS).where(rule).order_by(_ONE.id.desc()).limit(most))
    return [_row(*row) for row in rows]


def _row(*row: Any) -> Asked:
    *first, outcome, late, problem, tries = row
    sent = first[7] is not None
    state = outcome or ("expired" if late and sent else "failed" if late else "sent" if sent else "asked")
    made: tuple[Any, ...] = (*first, state, problem, max(0, TRIES - tries))
    return Asked(*made)
