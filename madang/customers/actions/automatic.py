"""Merging without asking anybody: only where an administrator set it, and never against what a person has said."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from madang.customers.actions import suggesting
from madang.customers.actions.suggesting import AUTOMATIC, Asked
from madang.customers.trees import Moved, hold, roots
from madang.events.record import SYSTEM
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx

MOST_TOGETHER = 5  # customers in one person: where more come together, what they share is not one person's

# Everybody both were found to be; whether somebody blocked one of them, said that two of these are two, or took a
# merge between them apart.
AGAINST = text("""
with recursive one (id) as (
  select cast(:one as bigint) union all select c.id from one join customer c on c.merged_into = one.id),
two (id) as (
  select cast(:two as bigint) union all select c.id from two join customer c on c.merged_into = two.id)
select exists (select from customer where id in (:one, :two) and blocked_at is not null)
  or (select count(*) from one) + (select count(*) from two) > :most
  or exists (select from suggestion
    where (state in (2, 3) or (state = 0 and (reason <> 'match' or decided_by <> ''))) and (
    (one_id in (select id from one) and two_id in (select id from two)) or
    (one_id in (select id from two) and two_id in (select id from one))))
  or exists (select from merge where undone_at is not null and (
    (winner_id in (select id from one) and loser_id in (select id from two)) or
    (winner_id in (select id from two) and loser_id in (select id from one))))
""")


async def merge_sure(tx: Tx, asked: Sequence[Asked], from_chance: float | None) -> int:
    """Of questions just asked merge those at least so sure (None: none of them); returns how many merges that made.

    Whoever is blocked, in conflict, or was said to be somebody else stays a question; so does who is being merged by
    somebody else just now.
    """
    if from_chance is None:
        return 0
    sure = sorted((one for one in asked if one.score >= from_chance), key=lambda one: (-one.score, one.id))
    if not sure:
        return 0
    found = await roots(tx, [number for one in sure for number in (one.one, one.two)])
    await hold(tx, found.values())  # all at once, in the one order: whom a merge makes root is among them
    if await roots(tx, found) != found:
        return 0
    return sum([await _merge(tx, one) for one in sure])


async def _merge(tx: Tx, one: Asked) -> bool:
    both = sorted(set((await roots(tx, [one.one, one.two])).values()))
    if len(both) < 2:
        return False
    against = await tx.execute(AGAINST, {"one": both[0], "two": both[1], "most": MOST_TOGETHER})
    if against.scalar_one():
        return False
    try:
        await suggesting.accept(tx, SYSTEM, one.id, reason=AUTOMATIC)
    except (Refused, NotFound, Moved):  # decided or merged by somebody meanwhile
        return False
    return True
