"""What was there before the index, or before its tokens became others: from the newest down, a batch at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Iterable

from sqlalchemy import text

from madang.conversations.search.reactions import index, index_customers
from madang.lib.postgres import Database, Tx
from madang.lib.search.cutting import VERSION
from madang.lib.search.tokeniser import Away

log = logging.getLogger("madang.search")

BATCH = 400
LONGEST = 5.0  # seconds of one go; the worker comes again

LOCK = text("select pg_try_advisory_xact_lock(7305, hashtext(:what))")
BELOW = text("select below from search_backfill where what = :what and version = :version")
BEGIN = {
    "message": text("""
insert into search_backfill (what, version, below) select :what, :version, coalesce(max(id), 0) + 1 from message
on conflict (what) do update set version = excluded.version, below = excluded.below"""),
    "customer": text("""
insert into search_backfill (what, version, below) select :what, :version, coalesce(max(id), 0) + 1 from customer
on conflict (what) do update set version = excluded.version, below = excluded.below"""),
}
NEXT = {
    "message": text("select id from message where id < :below order by id desc limit :most"),
    "customer": text("select id from customer where id < :below order by id desc limit :most"),
}
REACHED = text("update search_backfill set below = :below where what = :what")
WORK: dict[str, Callable[[Tx, Iterable[int]], Awaitable[None]]] = {"message": index, "customer": index_customers}


async def fill(database: Database) -> int:
    """Index some of the past, for at most :data:`LONGEST` seconds; returns how many rows that was, 0 when all is."""
    done, until = 0, time.monotonic() + LONGEST
    for what in WORK:
        while time.monotonic() < until and (more := await _step(database, what)):
            done += more
    return done


async def begin_anew(tx: Tx) -> None:
    """Make the whole index anew, in the background; what is there stays and is found meanwhile."""
    for what, statement in BEGIN.items():
        await tx.execute(statement, {"what": what, "version": VERSION})


async def _step(database: Database, what: str) -> int:
    async with database.begin() as tx:
        if not (await tx.execute(LOCK, {"what": what})).scalar_one():
            return 0
        below = (await tx.execute(BELOW, {"what": what, "version": VERSION})).scalar_one_or_none()
        if below is None:
            await tx.execute(BEGIN[what], {"what": what, "version": VERSION})
            return 1
        if not below:
            return 0
        try:
            return await _batch(tx, what, below)
        except Away as error:
            log.warning("the past is not indexed yet: %s", error)
            return 0


async def _batch(tx: Tx, what: str, below: int) -> int:
    ids: list[int] = list((await tx.execute(NEXT[what], {"below": below, "most": BATCH})).scalars())
    if ids:
        await WORK[what](tx, ids)
    await tx.execute(REACHED, {"what": what, "below": min(ids, default=0)})
    return len(ids)
