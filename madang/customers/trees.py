"""Who somebody is now: from any customer's number to the root of her tree, and from a root to all she was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import aliased

from madang.customers.models import Customer
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx

ROOTS = text("""
with recursive up (asked, id, merged_into) as (
  select id, id, merged_into from customer where id = any(cast(:ids as bigint[]))
  union all
  select up.asked, c.id, c.merged_into from up join customer c on c.id = up.merged_into)
select asked, id from up where merged_into is null
""")
BELOW = text("""
with recursive below (id) as (
  select cast(:id as bigint) union all select c.id from below join customer c on c.merged_into = below.id)
select id from below order by id
""")
# Merges by proof, either way: what people only think of her shows her nothing.
PROVEN = text("""
with recursive joined (one, other) as (
  select winner_id, loser_id from merge where undone_at is null and why ->> 'reason' = :proof
  union all select loser_id, winner_id from merge where undone_at is null and why ->> 'reason' = :proof),
near (id) as (
  select cast(:home as bigint) union select j.other from near join joined j on j.one = near.id)
select id from near order by id
""")
LOCK = text("select id from customer where id = any(cast(:ids as bigint[])) order by id for no key update")


class Moved(Exception):
    """Somebody was merged, or a merge undone, between reading and locking: read again."""


def root_beside(number: Any, name: str) -> Any:
    """Who somebody is now, beside each row of a query: join it laterally; ``number`` is a column of that query."""
    one, more = aliased(Customer), aliased(Customer)
    up = select(one.id, one.merged_into).where(one.id == number).correlate(number.table)
    climb = up.cte("up", recursive=True, nesting=True)
    climb = climb.union_all(select(more.id, more.merged_into).join(climb, more.id == climb.c.merged_into))
    return select(climb.c.id).where(climb.c.merged_into.is_(None)).lateral(name)


async def root_of(tx: Tx, customer_id: int) -> int:
    """The person a number stands for now: her own, or whom she was merged into. Raises NotFound."""
    found = await roots(tx, [customer_id])
    if customer_id not in found:
        raise NotFound("There is no such customer.")
    return found[customer_id]


async def roots(tx: Tx, ids: Iterable[int]) -> dict[int, int]:
    """As :func:`root_of` for many; strangers are left out."""
    rows = await tx.execute(ROOTS, {"ids": sorted(set(ids))})
    return {row.asked: row.id for row in rows}


async def below(tx: Tx, customer_id: int) -> list[int]:
    """Herself and every customer merged into her, directly or through others."""
    return list((await tx.execute(BELOW, {"id": customer_id})).scalars())


async def proven_homes(tx: Tx, home_id: int, proof: str) -> list[int]:
    """The homes that are hers by proof, her own among them: what is of these she may read herself."""
    return list((await tx.execute(PROVEN, {"home": home_id, "proof": proof})).scalars())


async def hold(tx: Tx, ids: Iterable[int]) -> None:
    """Lock customers in the one order of the house."""
    await tx.execute(LOCK, {"ids": sorted(set(ids))})
