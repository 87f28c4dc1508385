"""What she says of a door beside words: a session begins or ends, she bars it or opens it again. Part of intake."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import text

from madang.conversations.arrivals import Arrival
from madang.conversations.placed import Filed
from madang.conversations.senders import Senders
from madang.events.kinds import Kind
from madang.events.record import Actor, News
from madang.lib.postgres import Tx

Door = tuple[int, int]  # channel, identity

KNOWN = text("""
select r.channel_id, r.identity_id, r.closed_at, r.blocked_at
from unnest(cast(:channels as bigint[]), cast(:identities as bigint[])) as n(channel, identity)
join reach r on r.channel_id = n.channel and r.identity_id = n.identity
""")
SET = text("""
insert into reach (channel_id, identity_id, closed_at, blocked_at)
select * from unnest(cast(:channels as bigint[]), cast(:identities as bigint[]), cast(:closed as timestamptz[]),
  cast(:blocked as timestamptz[]))
on conflict (channel_id, identity_id)
do update set closed_at = excluded.closed_at, blocked_at = excluded.blocked_at
""")
HEARD = text("""
insert into reach as r (channel_id, identity_id, heard_at)
select * from unnest(cast(:channels as bigint[]), cast(:identities as bigint[]), cast(:ats as timestamptz[]))
on conflict (channel_id, identity_id)
do update set closed_at = null, blocked_at = null, heard_at = greatest(r.heard_at, excluded.heard_at)
""")
SPOKEN = text("""
delete from reach r using unnest(cast(:channels as bigint[]), cast(:identities as bigint[])) as n(channel, identity)
where r.channel_id = n.channel and r.identity_id = n.identity
""")

NEWEST = text("""
select id from conversation
where customer_id = :customer and cast(:channel as bigint) = any(channel_ids) and merged_into_id is null
order by last_at desc, id desc limit 1
""")


async def take_in(tx: Tx, arrivals: Sequence[Arrival], senders: Senders) -> list[News]:
    """Apply the facts of a batch that say how a door stands; the last of each kind counts."""
    told = [(place, one) for place, one in enumerate(arrivals) if one.inbound.reach and place in senders.who]
    if not told:
        return []
    doors = {(one.bound.row.id, senders.who[place].identity_id) for place, one in told}
    standing: dict[Door, list[datetime | None]] = {door: [None, None] for door in doors}
    for row in await tx.execute(KNOWN, _columns(doors)):
        standing[row.channel_id, row.identity_id] = [row.closed_at, row.blocked_at]
    news: list[News] = []
    for place, one in told:
        door = (one.bound.row.id, senders.who[place].identity_id)
        news += _apply(standing[door], one, senders.who[place].customer_id)
    given = _columns(standing) | {
        "closed": [closed for closed, _ in standing.values()],
        "blocked": [blocked for _, blocked in standing.values()],
    }
    await tx.execute(SET, given)
    return await _placed(tx, news)


async def _placed(tx: Tx, news: list[News]) -> list[News]:
    """Each in the newest matter of hers in which that channel was used: there it has its line. Few ever bar a door."""
    made: list[News] = []
    for one in news:
        where = (await tx.execute(NEWEST, {"customer": one.customer, "channel": one.data["channel"]})).scalar()
        made.append(replace(one, conversation=where))
    return made


def _apply(stands: list[datetime | None], one: Arrival, customer_id: int) -> list[News]:
    said = one.inbound.reach
    barred = stands[1] is not None
    if said in ("open", "closed"):
        stands[0] = one.inbound.at if said == "closed" else None
        return []
    stands[1] = one.inbound.at if said == "blocked" else None
    if barred == (said == "blocked"):
        return []
    kind = Kind.DOOR_BARRED if said == "blocked" else Kind.DOOR_OPENED
    data = {"channel": one.bound.row.id}
    return [News(kind, customer=customer_id, data=data, actor=Actor("customer", customer_id))]


async def spoken(tx: Tx, filed: Sequence[Filed]) -> None:
    """She wrote: the door is open, and its window, where it has one, counts from now."""
    heard: dict[Door, datetime] = {}
    others: set[Door] = set()
    for one in filed:
        if one.arrival.inbound.type == "echo":
            continue
        bound, at = one.arrival.bound, one.arrival.inbound.at
        door = (bound.row.id, one.identity_id)
        if bound.connector.limits.window is None:
            others |= {door} if bound.connector.bars else set()
        else:
            heard[door] = max(at, heard.get(door, at))
    if others:
        await tx.execute(SPOKEN, _columns(others))
    if heard:
        await tx.execute(HEARD, _columns(heard) | {"ats": list(heard.values())})


def _columns(doors: Collection[Door]) -> dict[str, Any]:
    return {"channels": [channel for channel, _ in doors], "identities": [identity for _, identity in doors]}
