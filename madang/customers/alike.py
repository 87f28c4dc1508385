"""Who may be one person with somebody who has just changed: her keys looked up, each pair weighed in plain Python.

The same keys and weights are learned from and applied to all customers at once by ``matching``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from madang.customers.actions.suggesting import Pair
from madang.customers.matching.blocking import keys, shared_by
from madang.customers.matching.record import Known, record
from madang.customers.matching.scoring import Score, score
from madang.customers.matchmaking.people import known
from madang.customers.weighing import Weighing
from madang.lib.postgres import Tx

MOST = 200  # candidates of one customer that are weighed: the others would be asked of nobody anyway

CANDIDATES = text("""
select k.key, array(select m.customer_id from match_key m where m.key = k.key limit :most) as who
from unnest(cast(:keys as text[])) as k(key)
""")
COUNT = text("select greatest(reltuples, 0)::bigint from pg_class where oid = 'customer'::regclass")


def keys_of(one: Known) -> list[str]:
    """The keys under which she is looked up."""
    return keys(record(one).row())


async def pairs(tx: Tx, mine: Mapping[int, Known], by: Weighing) -> list[Pair]:
    """Of these customers with all others, the pairs people are asked about."""
    found: dict[int, set[int]] = await _candidates(tx, {who: keys_of(one) for who, one in mine.items()})
    others = {other for some in found.values() for other in some}
    everyone = {**await known(tx, others - mine.keys()), **mine}
    rows = {who: record(one).row() for who, one in everyone.items()}
    made: dict[tuple[int, int], Pair] = {}
    for who, some in found.items():
        for other in some & rows.keys():
            pair = (min(who, other), max(who, other))
            if pair in made:
                continue
            said = score(rows[pair[0]], rows[pair[1]], by.weights)
            if said.probability >= by.suggest:
                made[pair] = Pair(*pair, round(said.probability, 6), evidence(said))
    return list(made.values())


def evidence(said: Score) -> list[dict[str, Any]]:
    """What speaks for and against, the strongest first: as the question to a person keeps it."""
    some = sorted((one for one in said.evidence if one.bits), key=lambda one: -abs(one.bits))
    return [{"field": one.field, "level": one.level, "weight": round(one.bits, 3), "words": one.words} for one in some]


async def _candidates(tx: Tx, sought: Mapping[int, Sequence[str]]) -> dict[int, set[int]]:
    """Who shares a key with whom; a key that too many share says nothing."""
    every = sorted({key for some in sought.values() for key in some})
    if not every:
        return {}
    records = int((await tx.execute(COUNT)).scalar_one())
    limits = {key: shared_by(key, records) for key in every}
    given = {"keys": every, "most": max(limits.values()) + 1}
    rows = await tx.execute(CANDIDATES, given)
    sharers: dict[str, Sequence[int]] = {row.key: row.who for row in rows if len(row.who) <= limits[row.key]}
    found: dict[int, set[int]] = defaultdict(set)
    for who, some in sought.items():
        for key in some:
            found[who].update(other for other in sharers.get(key, ()) if other != who and len(found[who]) < MOST)
    return found
