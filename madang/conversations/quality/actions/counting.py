"""Counting all customers, by the workers: batch after batch, each a short transaction that reads first and writes last.

One lock that ends with its transaction lets one worker count at a time; where it stops, the next goes on. No customer
is locked, and nothing is written while the batch is judged: whoever writes messages or reads the log waits for nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from madang.conversations.quality.judging import house
from madang.conversations.quality.measures import DAYS
from madang.conversations.quality.models import QualityCount
from madang.conversations.quality.tallying import tally
from madang.customers import defined
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record
from madang.lib import partitions
from madang.lib.postgres import Database, Tx

log = logging.getLogger("madang.quality")

LONGEST = 5.0  # seconds of one go; the worker comes again
BATCH, SMALLEST = 4_000, 250  # customers of one step; fewer after one that took too long
LOOKED_AT = 50_000  # messages of one step
LIMIT = "15s"  # of a statement
SELDOM, OFTEN = timedelta(minutes=1), 500  # between counts: a minute, and 500 times what the last one took
LATE = timedelta(days=7)  # mail comes back within so many days of being sent
KEPT = 100  # counts that are remembered

LOCK = text("select pg_try_advisory_xact_lock(7316)")
NEWEST = text("select coalesce(max(id), 0) from message")
PATIENCE = text("select set_config('statement_timeout', :ms, true)")
PLAINLY = text("set local jit = off")  # compiling costs more than a batch
STEP = text("select max(id) from (select id from message where id > :after and id <= :to order by id limit :most) m")
RETURNED = text("""
select distinct on (identity_id) identity_id, id, at from message
where id > :after and id <= :to and direction = 'out' and state = 9 and why in ('', 'invalid')
  and identity_id is not null
order by identity_id, id desc
""")
RETURN = text("""
insert into quality_bounce (identity_id, message_id, at)
select * from unnest(cast(:ids as bigint[]), cast(:messages as bigint[]), cast(:ats as timestamptz[]))
on conflict (identity_id) do update set message_id = excluded.message_id, at = excluded.at
where excluded.message_id >= quality_bounce.message_id
""")
NEXT = text("select id from customer where id > :after order by id limit :most")
MARK = text("""
insert into quality_mark (customer_id, measure, brands)
select (m ->> 0)::bigint, (m ->> 1)::smallint, array(select jsonb_array_elements_text(m -> 2)::bigint)
from jsonb_array_elements(cast(:fresh as jsonb)) m
on conflict (customer_id, measure) do update set brands = excluded.brands
""")
UNMARK = text("""
delete from quality_mark q using jsonb_array_elements(cast(:gone as jsonb)) m
where q.customer_id = (m ->> 0)::bigint and q.measure = (m ->> 1)::smallint
""")
REST = text("delete from quality_mark where customer_id > :after")
KEEP = text("""
insert into quality_snapshot (brand_id, day, at, counts)
values (:brand, cast(now() at time zone 'utc' as date), now(), cast(:counts as jsonb))
on conflict (brand_id, day) do update set at = excluded.at, counts = excluded.counts
""")
FORGET = text("delete from quality_count where id <= :last")


class Hands:
    """A worker's: how many customers a step takes is as many as a moment allows, by what the last one took."""

    moment = 0.25  # seconds

    def __init__(self, database: Database, months: int) -> None:
        self._database = database
        self._months = months
        self.most = BATCH

    async def work(self) -> int:
        """Count on, for at most :data:`LONGEST` seconds, or begin when it is time; returns how many steps were done."""
        done, until = 0, time.monotonic() + LONGEST
        while time.monotonic() < until and await self.step():
            done += 1
        return done

    async def step(self) -> bool:
        """One batch in a transaction of its own; False when there is nothing to count, or somebody else does."""
        begun = time.monotonic()
        try:
            async with self._database.begin() as tx:
                if not (await tx.execute(LOCK)).scalar_one():
                    return False
                await tx.execute(PATIENCE, {"ms": LIMIT})
                await tx.execute(PLAINLY)
                return await _step(tx, self._months, self.most)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") != "57014":
                raise
            log.warning("judging %s customers took too long; the next step takes fewer", self.most)
            return False
        finally:
            spent = max(time.monotonic() - begun, 0.01)
            self.most = max(SMALLEST, min(BATCH, int(self.most * self.moment / spent)))


async def _step(tx: Tx, months: int, most: int) -> bool:
    columns = QualityCount.__table__.columns
    running = (await tx.execute(select(*columns).where(QualityCount.finished_at.is_(None)))).one_or_none()
    if running is None:
        return await _begin_if_due(tx)
    if not running.months:
        await _prepare(tx, running.id, months)
    elif running.message_id < running.newest_message_id:
        await _look_at_messages(tx, running)
    else:
        await _count(tx, running, most)
    return True


async def _begin_if_due(tx: Tx) -> bool:
    """Each day (UTC) one, and on the same day another when the last one is old for what it took."""
    columns = (QualityCount.began_at, QualityCount.finished_at, func.now().label("now"))
    last = (await tx.execute(select(*columns).order_by(QualityCount.id.desc()).limit(1))).one_or_none()
    if last is not None:
        began, finished, now = last.began_at, last.finished_at or last.began_at, last.now
        pause = max(SELDOM, OFTEN * (finished - began))
        # One that ended in the future was counted before a clock jumped back.
        if finished <= now < finished + pause and now.astimezone(UTC).date() <= finished.astimezone(UTC).date():
            return False
    begun = insert(QualityCount).values(by=str(SYSTEM)).on_conflict_do_nothing()  # somebody may just ask for one
    await tx.execute(begun)
    return True


async def _prepare(tx: Tx, number: int, months: int) -> None:
    """What messages have to be looked at: those since the count before, and as many as may have come back since."""
    newest: int = (await tx.execute(NEWEST)).scalar_one()
    before = select(QualityCount.newest_message_id, QualityCount.began_at).where(QualityCount.finished_at.is_not(None))
    settled = before.where(QualityCount.began_at < func.now() - LATE).order_by(QualityCount.id.desc())
    known = (await tx.execute(settled.limit(1))).one_or_none()
    oldest = partitions.first_of(partitions.month_of(datetime.now(UTC)) - months - 1) - 1
    after = min(newest, max(oldest, 0, known.newest_message_id if known else 0))
    values = {"months": months, "message_id": after, "newest_message_id": newest, "began_at": func.now()}
    await tx.execute(update(QualityCount).where(QualityCount.id == number).values(values))


async def _look_at_messages(tx: Tx, running: Row[Any]) -> None:
    given = {"after": running.message_id, "to": running.newest_message_id, "most": LOOKED_AT}
    to = (await tx.execute(STEP, given)).scalar_one() or running.newest_message_id
    found = (await tx.execute(RETURNED, {"after": running.message_id, "to": to})).all()
    if found:
        ids, messages, ats = (list(column) for column in zip(*found, strict=True))
        await tx.execute(RETURN, {"ids": ids, "messages": messages, "ats": ats})
    await _reached(tx, running, message_id=to)


async def _count(tx: Tx, running: Row[Any], most: int) -> None:
    ids = list((await tx.execute(NEXT, {"after": running.customer_id, "most": most})).scalars())
    if not ids:
        await _finish(tx, running)
        return
    fields = [one.name for one in await defined.fields(tx)]
    found = await tally(tx, ids, running.customer_id, await house(tx, running.months), DAYS, fields)
    if found.gone:
        await tx.execute(UNMARK, {"gone": found.gone})
    if found.fresh:
        await tx.execute(MARK, {"fresh": found.fresh})
    await _reached(tx, running, customer_id=ids[-1], sums=added(running.sums, found.sums))


async def _reached(tx: Tx, running: Row[Any], **values: Any) -> None:
    await tx.execute(update(QualityCount).where(QualityCount.id == running.id).values(values))


def added(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two sums of the same shape, number by number."""
    made: dict[str, Any] = dict(one)
    for key, value in other.items():
        made[key] = added(one.get(key, {}), value) if isinstance(value, Mapping) else one.get(key, 0) + value
    return made


async def _finish(tx: Tx, running: Row[Any]) -> None:
    """Every brand that is somebody's has a snapshot, and everybody."""
    await tx.execute(REST, {"after": running.customer_id})
    for brand, counts in {"0": {}, **running.sums}.items():
        kept = msgspec.json.encode({**counts, "months": running.months}).decode()
        await tx.execute(KEEP, {"brand": int(brand), "counts": kept})
    done = update(QualityCount).where(QualityCount.id == running.id)
    await tx.execute(done.values(finished_at=func.now(), sums={}))
    await tx.execute(FORGET, {"last": running.id - KEPT})
    everybody = running.sums.get("0", {}).get("customers", 0)
    await record(tx, SYSTEM, News(Kind.QUALITY_COUNTED, data={"count": running.id, "customers": everybody}))
