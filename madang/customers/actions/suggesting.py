"""Two customers who may be one: suggested by the matching or by a conflict, decided by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import Row, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from madang.customers.actions import fields, merging
from madang.customers.actions.merging import Side, Why
from madang.customers.models import Suggestion
from madang.customers.trees import roots
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, Actor, News, record
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx

OPEN, ACCEPTED, REJECTED, NEVER = 0, 1, 2, 3
CERTAIN = 1.0  # both proved the same address
CONFLICT = "conflict"

# One that was rejected is asked again only when more speaks for it than did.
SUGGEST = text("""
insert into suggestion as s (one_id, two_id, reason, score, evidence) values (:one, :two, :reason, :score, :evidence)
on conflict (one_id, two_id) do update set score = excluded.score, evidence = excluded.evidence,
  reason = excluded.reason, state = 0, at = now()
where (s.state = 0 and s.score <> excluded.score) or (s.state = 2 and s.score + 0.01 < excluded.score)
returning id, state
""").bindparams(bindparam("evidence", type_=JSONB))


class Pair(NamedTuple):
    """Two who may be one: how sure that is (0 to 1), and what speaks for it."""

    one: int
    two: int
    score: float
    evidence: Sequence[Mapping[str, Any]] = ()


async def suggest(tx: Tx, pairs: Sequence[Pair], reason: str = "match") -> int:
    """Ask a person about each pair that is not one already; returns how many questions are new or changed."""
    made = 0
    now = await roots(tx, {number for pair in pairs for number in pair[:2]})
    for pair in pairs:
        one, two = sorted((now.get(pair.one, 0), now.get(pair.two, 0)))
        if one and one != two:
            given = {"one": one, "two": two, "reason": reason, "score": pair.score, "evidence": list(pair.evidence)}
            made += len((await tx.execute(SUGGEST, given)).all())
    return made


async def conflict(tx: Tx, one: int, two: int) -> None:
    """Both have proved the same address, and each is somebody of her own: a person decides."""
    if await suggest(tx, [Pair(one, two, CERTAIN, [{"field": "address", "level": "both proved it"}])], CONFLICT):
        await record(tx, SYSTEM, News(Kind.CUSTOMER_CONFLICT, customer=one, data={"other": two}))


async def accept(tx: Tx, actor: Actor, number: int, *, swap: bool, keep: Mapping[str, Side] | None = None) -> int:
    """They are one: merge them, the older stays unless ``swap``. Returns the merge; raises NotFound, Refused, Moved."""
    row = await _open(tx, number)
    winner, loser = (row.two_id, row.one_id) if swap else (row.one_id, row.two_id)
    why = Why(f"suggestion: {row.reason}", row.score, row.evidence)
    merge_id = await merging.merge(tx, actor, winner, loser, keep=keep, why=why)
    await _decide(tx, actor, row, ACCEPTED, merge_id)
    return merge_id


async def reject(tx: Tx, actor: Actor, number: int, state: Literal[2, 3]) -> None:
    """They are two: until more is known (2), or for ever (3). Raises NotFound, Refused."""
    await _decide(tx, actor, await _open(tx, number), state, None)


async def reopen(tx: Tx, actor: Actor, number: int) -> None:
    """Ask again what was rejected. Raises NotFound, Refused."""
    row = await _held(tx, number)
    if row.state not in (REJECTED, NEVER):
        raise Refused("This question is not one that was rejected.", "suggestion")
    await _decide(tx, actor, row, OPEN, None)


async def _open(tx: Tx, number: int) -> Row[Any]:
    row = await _held(tx, number)
    if row.state != OPEN:
        raise Refused("Somebody has decided this already.", "suggestion")
    return row


async def _held(tx: Tx, number: int) -> Row[Any]:
    query = select(*Suggestion.__table__.columns).where(Suggestion.id == number).with_for_update()
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such suggestion.")
    return row


async def _decide(tx: Tx, actor: Actor, row: Row[Any], state: int, merge_id: int | None) -> None:
    values = {"state": state, "decided_by": str(actor), "decided_at": fields.NOW, "merge_id": merge_id}
    await tx.execute(update(Suggestion).where(Suggestion.id == row.id).values(values))
    data = {"suggestion": row.id, "other": row.two_id, "state": state}
    await record(tx, actor, News(Kind.SUGGESTION_DECIDED, customer=row.one_id, data=data))
