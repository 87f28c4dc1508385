"""What no event asks for: a new condition is put to everybody, windows pass, who was put away is forgotten.

Each step is a short transaction of some customers, which reads first and writes at its end: whoever reads the log
waits for the writing only.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Awaitable, Callable

from sqlalchemy import select, text, update

from madang.conversations.segments.actions import membership
from madang.conversations.segments.models import Segment
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record
from madang.lib.postgres import Database, Tx

BATCH = 2_000  # customers of one step
LONGEST = 5.0  # seconds of one go; the worker comes again

NEXT = text("select id from customer where id > :after order by id limit :most")
PASSED = text("""
select segment_id, customer_id from segment_due where at <= now() order by at limit :most
""")
FORGET_DUE = text("""
delete from segment_due d using unnest(cast(:segments as bigint[]), cast(:customers as bigint[])) as g(s, c)
where d.segment_id = g.s and d.customer_id = g.c and d.at <= now()
""")
FORGET = text("""
with gone as (
  delete from segment_member where (segment_id, customer_id) in (
    select segment_id, customer_id from segment_member where segment_id = :segment order by customer_id limit :most)
  returning customer_id),
due as (
  delete from segment_due d using gone where d.segment_id = :segment and d.customer_id = gone.customer_id)
select count(*) from gone
""")


async def keep(database: Database) -> int:
    """Do some of it, for at most :data:`LONGEST` seconds; returns how many customers were looked at."""
    done, until = 0, time.monotonic() + LONGEST
    for step in (_passed, _fill, _forget):
        while time.monotonic() < until and (more := await _once(database, step)):
            done += more
    return done


async def _once(database: Database, step: Callable[[Tx], Awaitable[int]]) -> int:
    async with database.begin() as tx:
        return await step(tx)


async def _passed(tx: Tx) -> int:
    """Those for whom a window has passed. Looked at first without the lock: mostly there is nobody."""
    if not (await tx.execute(PASSED, {"most": 1})).first():
        return 0
    await membership.hold(tx)
    some: dict[int, set[int]] = defaultdict(set)
    for segment, customer in await tx.execute(PASSED, {"most": BATCH}):
        some[segment].add(customer)
    for one in await membership.kept(tx, some.keys()):
        await membership.weigh(tx, [one], some[one.id])
    pairs = [(segment, customer) for segment, customers in some.items() for customer in customers]
    given = {"segments": [one for one, _ in pairs], "customers": [one for _, one in pairs]}
    await tx.execute(FORGET_DUE, given)  # of segments that were put away; of the others it was set anew
    return len(pairs)


async def _fill(tx: Tx) -> int:
    """The next customers of the first segment that has not looked at all."""
    waits = Segment.archived_at.is_(None) & Segment.filled_to.is_not(None)
    if (await tx.execute(select(Segment.id).where(waits).limit(1))).first() is None:
        return 0
    await membership.hold(tx)
    row = (await tx.execute(select(Segment.id, Segment.filled_to).where(waits).order_by(Segment.id).limit(1))).first()
    if row is None:
        return 0
    ids = list((await tx.execute(NEXT, {"after": row.filled_to, "most": BATCH})).scalars())
    await membership.weigh(tx, await membership.kept(tx, [row.id]), ids)
    reached = update(Segment).where(Segment.id == row.id).values(filled_to=max(ids, default=None))
    members: int = (await tx.execute(reached.returning(Segment.members))).scalar_one()
    if not ids:
        await record(tx, SYSTEM, News(Kind.SEGMENT_FILLED, data={"segment": row.id, "members": members}))
    return len(ids) + 1


async def _forget(tx: Tx) -> int:
    """The members of what was put away."""
    put_away = select(Segment.id).where(Segment.archived_at.is_not(None), Segment.members > 0)
    segment = (await tx.execute(put_away.order_by(Segment.id).limit(1))).scalar_one_or_none()
    if segment is None:
        return 0
    await membership.hold(tx)
    gone: int = (await tx.execute(FORGET, {"segment": segment, "most": BATCH})).scalar_one()
    left = Segment.members - gone if gone else 0
    await tx.execute(update(Segment).where(Segment.id == segment).values(members=left))
    return gone
