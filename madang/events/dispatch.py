"""Slow reactions: each reads the log at its own position, at least once, in order; one that fails holds up nobody."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, Row, bindparam, select, text

from madang.events import log as events
from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.events.models import DeadLetter
from madang.lib.partitions import BITS
from madang.lib.postgres import Database, Tx, passing
from madang.lib.single import Single

log = logging.getLogger("madang.dispatch")

BATCH = 200
TRIES = 5  # of a batch; then event by event, and what still fails becomes a dead letter


@dataclass(frozen=True, slots=True)
class Reaction:
    """A function that answers a batch of events of some kinds. It runs in the transaction that moves its position.

    What it writes to the database happens exactly once; what it does elsewhere at least once. ``can_wait``: while much
    comes in it is done a little at a time, and makes up for it afterwards.
    """

    name: str
    kinds: frozenset[Kind]
    run: Callable[[Tx, Sequence[Happened]], Awaitable[None]]
    can_wait: bool = False


SEED = text("""
insert into reaction_position (reaction, tx, id) values (:name, pg_snapshot_xmin(pg_current_snapshot()), 0)
on conflict do nothing
""")
# No row lock: it would give the transaction a number, and nobody could read the log beyond one that thinks for long.
# The lock is a statement of its own: in one with the position, that could be the one from before the lock was free.
LOCK = text("select pg_try_advisory_xact_lock(7304, hashtext(:name))")
TAKE = text("""
select tx, id, failures from reaction_position where reaction = :name and (retry_at is null or retry_at <= now())
""")
MOVE = text("""
update reaction_position set tx = cast(:tx as xid8), id = :id, failures = 0, retry_at = null where reaction = :name
""")
FAIL = text("""
update reaction_position set failures = failures + 1, retry_at = now() + cast(:pause as interval) where reaction = :name
""")
# One look for all of them: each by itself would be five statements, fourteen times a second, to find nothing.
LATE = Single(
    text("""
select p.reaction from reaction_position p where (p.retry_at is null or p.retry_at <= now()) and exists (
  select from event e where (e.tx, e.id) > (p.tx, p.id) and e.tx < pg_snapshot_xmin(pg_current_snapshot())
  and e.id >= ((p.id >> :bits) - 1) << :bits)
""").bindparams(bindparam("bits", type_=Integer))
)
BURY = text("insert into dead_letter (reaction, event_id, error) values (:name, :event, :error)")


async def seed(database: Database, reactions: Sequence[Reaction]) -> None:
    """A reaction that is new begins with what happens from now on."""
    async with database.begin() as tx:
        for one in reactions:
            await tx.execute(SEED, {"name": one.name})


async def late(database: Database) -> set[str]:
    """The reactions that have something to read and may read it now, also those no worker of this version runs."""
    return {row["reaction"] for row in await database.single(LATE, bits=BITS)}


async def advance(database: Database, one: Reaction) -> int:
    """Let a reaction read one batch; returns how many events it held, 0 too when another worker has it."""
    try:
        async with database.begin() as tx:
            return await _advance(tx, one)
    except asyncio.CancelledError:
        raise
    except Exception as error:
        if passing(error):  # it says nothing about the events: they are read again as soon as the database is well
            log.warning("reaction %s waits for the database: %s", one.name, error)
            return 0
        log.exception("reaction %s failed on a batch", one.name)
        pause = timedelta(seconds=random.uniform(1, 4))  # noqa: S311 - jitter, not a secret
        async with database.begin() as tx:
            await tx.execute(FAIL, {"name": one.name, "pause": pause})
        return 0


async def _advance(tx: Tx, one: Reaction) -> int:
    if not (await tx.execute(LOCK, {"name": one.name})).scalar_one():
        return 0
    taken = (await tx.execute(TAKE, {"name": one.name})).one_or_none()
    if taken is None:
        return 0
    held = await events.behind(tx, (taken.tx, taken.id), one.kinds, BATCH)
    if not held.count:
        return 0
    mine = held.events
    if mine and taken.failures < TRIES:
        await one.run(tx, mine)
    elif mine:
        await _each(tx, one, mine)
    await tx.execute(MOVE, {"name": one.name, "tx": held.last[0], "id": held.last[1]})
    return held.count


async def _each(tx: Tx, one: Reaction, batch: Sequence[Happened]) -> None:
    """After :data:`TRIES` the poisonous event is found and put aside, where a person can see and replay it."""
    for event in batch:
        try:
            async with tx.begin_nested():
                await one.run(tx, [event])
        except Exception as error:
            if passing(error):
                raise
            log.exception("reaction %s cannot take event %s: a dead letter", one.name, event.id)
            given = {"name": one.name, "event": event.id, "error": f"{type(error).__name__}: {error}"[:2000]}
            await tx.execute(BURY, given)


async def letters(tx: Tx, most: int = 1_000) -> Sequence[Row[int, str, int, str, datetime]]:
    """The dead letters nobody has replayed or put aside, oldest first."""
    columns = (DeadLetter.id, DeadLetter.reaction, DeadLetter.event_id, DeadLetter.error, DeadLetter.at)
    waits = DeadLetter.replayed_at.is_(None) & DeadLetter.dismissed_at.is_(None)
    query = select(*columns).where(waits).order_by(DeadLetter.id).limit(most)
    return (await tx.execute(query)).all()
