"""Two customers who may be one: suggested by the matching or by a conflict, decided by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy import Row, select, text, update

from madang.customers.actions import fields, merging
from madang.customers.actions.merging import Side, Why
from madang.customers.models import Suggestion
from madang.customers.trees import roots
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, Actor, News, record, record_all
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx

OPEN, ACCEPTED, REJECTED, NEVER = 0, 1, 2, 3
CERTAIN = 1.0  # both proved the same address
CONFLICT = "conflict"
AUTOMATIC = "automatic"  # the reason of a merge nobody was asked about

# One that was rejected is asked again only when more speaks for it than did. What it was before says what is new.
SUGGEST = text("""
with given as (
  select * from unnest(cast(:ones as bigint[]), cast(:twos as bigint[]), cast(:scores as float8[]),
                       cast(:evidence as text[])) as g(one_id, two_id, score, evidence) order by 1, 2),
before as (select s.one_id, s.two_id, s.state from suggestion s join given using (one_id, two_id)),
written as (
  insert into suggestion as s (one_id, two_id, reason, score, evidence, at)
  select one_id, two_id, :reason, score, evidence::jsonb, clock_timestamp() from given order by 1, 2
  on conflict (one_id, two_id) do update set score = excluded.score, evidence = excluded.evidence,
    reason = excluded.reason, state = 0, at = case when s.state = 0 then s.at else excluded.at end
  where (s.state = 0 and s.score <> excluded.score and s.reason <> 'conflict')
    or (s.state in (0, 2) and s.reason <> excluded.reason and excluded.reason = 'conflict')
    or (s.state = 2 and s.score + 0.01 < excluded.score)
  returning id, one_id, two_id, score)
select w.id, w.one_id, w.two_id, w.score, b.state is distinct from 0 as new
from written w left join before b using (one_id, two_id) order by w.id
""")
# What was said of two for ever holds for whoever they have become, too.
NEVERS = text("""
select one_id, two_id from suggestion where state = 3
and (one_id = any(cast(:ids as bigint[])) or two_id = any(cast(:ids as bigint[])))
""")
EVERYBODY_OF = text("""
with recursive below (id) as (
  select unnest(cast(:ids as bigint[])) union select c.id from below join customer c on c.merged_into = below.id)
select id from below
""")


class Pair(NamedTuple):
    """Two who may be one: how sure that is (0 to 1), and what speaks for it."""

    one: int
    two: int
    score: float
    evidence: Sequence[Mapping[str, Any]] = ()


class Asked(NamedTuple):
    """A question that is new, or about which something else is known now (``new`` is false)."""

    id: int
    one: int
    two: int
    score: float
    new: bool


async def suggest(tx: Tx, pairs: Sequence[Pair], reason: str = "match") -> list[Asked]:
    """Ask a person about each pair that is not one already, and of whom nobody said that they never are.

    Returns the questions that are new or changed.
    """
    wanted = await _to_ask(tx, pairs)
    if not wanted:
        return []
    given = {
        "ones": [one for one, _ in wanted],
        "twos": [two for _, two in wanted],
        "scores": [pair.score for pair in wanted.values()],
        "evidence": [msgspec.json.encode(pair.evidence).decode() for pair in wanted.values()],
    }
    made = [Asked(*row) for row in await tx.execute(SUGGEST, given | {"reason": reason})]
    news = [
        News(Kind.SUGGESTION_MADE, customer=one.one, data={"suggestion": one.id, "other": one.two, "score": one.score})
        for one in made
        if one.new
    ]
    await record_all(tx, SYSTEM, news)
    return made


async def _to_ask(tx: Tx, pairs: Sequence[Pair]) -> dict[tuple[int, int], Pair]:
    """By the persons they are now, of each two the likeliest."""
    now = await roots(tx, {number for pair in pairs for number in pair[:2]})
    found: dict[tuple[int, int], Pair] = {}
    for pair in sorted(pairs, key=lambda one: one.score):
        one, two = sorted((now.get(pair.one, 0), now.get(pair.two, 0)))
        if one and one != two:
            found[one, two] = pair
    nevers = await _nevers(tx, {number for both in found for number in both})
    return {both: found[both] for both in sorted(found) if both not in nevers}


async def _nevers(tx: Tx, ids: set[int]) -> set[tuple[int, int]]:
    if not ids:
        return set()
    everybody = list((await tx.execute(EVERYBODY_OF, {"ids": sorted(ids)})).scalars())
    said = (await tx.execute(NEVERS, {"ids": everybody})).all()
    now = await roots(tx, {number for both in said for number in both}) if said else {}
    pairs = [sorted((now[row.one_id], now[row.two_id])) for row in said]
    return {(one, two) for one, two in pairs}


async def conflict(tx: Tx, one: int, two: int) -> None:
    """Both have proved the same address, and each is somebody of her own: a person decides."""
    if await suggest(tx, [Pair(one, two, CERTAIN, [{"field": "address", "level": "both proved it"}])], CONFLICT):
        await record(tx, SYSTEM, News(Kind.CUSTOMER_CONFLICT, customer=one, data={"other": two}))


async def accept(
    tx: Tx, actor: Actor, number: int, *, swap: bool = False, keep: Mapping[str, Side] | None = None, reason: str = ""
) -> int:
    """They are one: merge them, the older stays unless ``swap``. Returns the merge; raises NotFound, Refused, Moved.

    ``reason`` is for the journal; without one it says why somebody was asked.
    """
    row = await _open(tx, number)
    winner, loser = (row.two_id, row.one_id) if swap else (row.one_id, row.two_id)
    why = Why(reason or f"suggestion: {row.reason}", row.score, row.evidence)
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
