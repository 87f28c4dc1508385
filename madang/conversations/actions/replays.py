"""A range of a channel's deliveries given in again: started and stopped by people, carried on by the workers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Row, text

from madang.conversations.actions.envelopes import WAKE, sighted
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record
from madang.lib.errors import NotFound, Refused
from madang.lib.language import marked as _
from madang.lib.postgres import Database, Tx
from madang.staff.attempts import Limit, Try, allow
from madang.staff.permissions import Viewer, permit

LOOKED = 200_000  # envelopes looked through for an exact number; beyond that it is "at least"
WINDOW = 500  # envelopes looked at in one transaction
STARTS = Limit("replay", 60, timedelta(hours=1))  # of one channel
BUSY = 1_000  # so many that wait already: what is new goes first

SCOPED = text("""
select id from channel where id = :channel and (:everything or brand_id = any(cast(:brands as bigint[])))
""")
COUNT = text("""
select count(*) as looked, count(*) filter (where channel_id = :channel and state in (1, 2)) as wanted
from (select channel_id, state from envelope where id between :first and :last order by id limit :most) e
""")
ENDS = text("select coalesce(min(id), 0) as low, coalesce(max(id), 0) as high from envelope")
NEXT_AT = text("select id, at from envelope where id >= :id order by id limit 1")
START = text("""
insert into replay (channel_id, first_id, last_id, position, wanted, actor)
values (:channel, cast(:first as bigint), :last, cast(:first as bigint) - 1, :wanted, :actor) returning id
""")
STOP = text("""
update replay r set ended_at = now(), stopped = true from channel c
where r.id = :id and r.ended_at is null and c.id = r.channel_id
  and (:everything or c.brand_id = any(cast(:brands as bigint[]))) returning r.id, r.channel_id, r.done
""")
OPEN = text("""
select id, channel_id, last_id, position from replay where ended_at is null order by id limit 1 for update skip locked
""")
WAITING = text("select count(*) from (select from envelope where state = 0 limit :most) e")
PIECE = text("""
select max(id) as upto, count(*) as n from (
  select id from envelope where id > :position and id <= :last order by id limit :window) e
""")
FREE = text("""
with chosen as materialized (
  select id, state from envelope
  where id > :position and id <= :upto and channel_id = :channel and state in (1, 2) order by id for update),
freed as (
  update envelope e set state = 0, reason = '', again = e.again or chosen.state = 1 from chosen
  where e.id = chosen.id and e.id > :position and e.id <= :upto),
counted as (
  insert into tally (channel_id, what, gone)
  select cast(:channel as bigint), state + 2, count(*) from chosen group by state)
select count(*) from chosen
""")
MOVE = text("""
update replay set position = :upto, done = done + :done, ended_at = case when :ended then now() end
where id = :id returning done
""")


async def count(tx: Tx, viewer: Viewer, channel_id: int, first: int, last: int) -> tuple[int, bool]:
    """How many deliveries a replay of these envelope numbers would give in again, and whether that is all of them."""
    await _channel(tx, viewer, channel_id)
    given = {"channel": channel_id, "first": first, "last": last, "most": LOOKED}
    row = (await tx.execute(COUNT, given)).one()
    return row.wanted, row.looked < LOOKED


async def between(tx: Tx, since: datetime, until: datetime) -> tuple[int, int]:
    """The envelope numbers of what came from ``since`` up to, not including, ``until``."""
    return await _first_at(tx, since), await _first_at(tx, until) - 1


async def start(tx: Tx, viewer: Viewer, channel_id: int, first: int, last: int) -> int:
    """Give a channel's deliveries from ``first`` to ``last`` in again, in the background; returns the replay's number.

    Those taken in add only what is missing; those in quarantine are tried again; those put aside stay there.
    Raises TooMany.
    """
    permit(viewer, "ledger.mend")
    wanted, _all = await count(tx, viewer, channel_id, first, last)
    await allow(tx, Try(STARTS, str(channel_id)))
    if not wanted:
        raise Refused(_("There is no delivery of this channel in that range."), "from")
    given = {"channel": channel_id, "first": first, "last": last, "wanted": wanted, "actor": str(viewer.actor)}
    number: int = (await tx.execute(START, given)).scalar_one()
    data = {"replay": number, "channel": channel_id, "first": first, "last": last}
    await record(tx, viewer.actor, News(Kind.REPLAY_STARTED, data=data))
    return number


async def stop(tx: Tx, viewer: Viewer, replay_id: int) -> None:
    """Give in no more of it. What was given in stays in."""
    permit(viewer, "ledger.mend")
    row = (await tx.execute(STOP, {"id": replay_id, **sighted(viewer)})).one_or_none()
    if row is None:
        raise NotFound(_("There is no such replay under way."))
    data = {"replay": row.id, "channel": row.channel_id, "done": row.done}
    await record(tx, viewer.actor, News(Kind.REPLAY_STOPPED, data=data))


async def carry_on(database: Database, pieces: int = 5) -> int:
    """Give in the next pieces of the oldest replay, as long as little waits; returns how many envelopes that were."""
    done = 0
    for _piece in range(pieces):
        async with database.begin() as tx:
            one = (await tx.execute(OPEN)).one_or_none()
            if one is None or (await tx.execute(WAITING, {"most": BUSY})).scalar_one() >= BUSY:
                break
            done += await _piece_of(tx, one)
    return done


async def _piece_of(tx: Tx, one: Row[tuple[int, int, int, int]]) -> int:
    given = {"position": one.position, "last": one.last_id, "window": WINDOW}
    piece = (await tx.execute(PIECE, given)).one()
    ended = piece.n < WINDOW
    upto = one.last_id if ended else piece.upto
    free = {"position": one.position, "upto": upto, "channel": one.channel_id}
    done: int = (await tx.execute(FREE, free)).scalar_one()
    total = (await tx.execute(MOVE, {"id": one.id, "upto": upto, "done": done, "ended": ended})).scalar_one()
    if done:
        await tx.execute(WAKE)
    if ended:
        data = {"replay": one.id, "channel": one.channel_id, "done": total}
        await record(tx, SYSTEM, News(Kind.REPLAY_ENDED, data=data))
    return done


async def _channel(tx: Tx, viewer: Viewer, channel_id: int) -> None:
    permit(viewer, "ledger.read")
    if (await tx.execute(SCOPED, {"channel": channel_id, **sighted(viewer)})).first() is None:
        raise NotFound(_("There is no such channel."))


async def _first_at(tx: Tx, moment: datetime) -> int:
    """The first envelope that came at ``moment`` or later, one past the last when there is none: numbers and times
    grow together, so halving finds it."""
    ends = (await tx.execute(ENDS)).one()
    low, high = ends.low, ends.high + 1
    while low < high:
        middle = (low + high) // 2
        row = (await tx.execute(NEXT_AT, {"id": middle})).one_or_none()
        if row is None or row.at >= moment:
            high = middle
        else:
            low = row.id + 1
    found = (await tx.execute(NEXT_AT, {"id": low})).one_or_none()
    return int(found.id) if found else int(ends.high) + 1
