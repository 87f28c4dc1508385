"""By which channels a conversation's customer can be answered now, and which one is best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, text

from madang.channels.connector import Cap, Connector, Kind, Party
from madang.channels.registry import get
from madang.lib.errors import Refused
from madang.lib.language import marked
from madang.lib.postgres import Tx

AWAY = marked("She has left the chat. She sees the answer when she comes back.")
AWAY_MAIL = marked("She has left the chat. The answer goes out by mail.")
PAUSED = marked("This channel is paused.")


@dataclass(frozen=True, slots=True)
class Way:
    """One channel that leads to the customer. ``to`` is the address as shown, ``why_not`` a msgid when unreachable."""

    channel_id: int
    connector: str
    name: str
    kind: str
    to: str
    identity_id: int | None
    can: tuple[str, ...]
    reachable: bool
    why_not: str
    default: bool
    text_limit: int
    files: bool
    subject: bool
    live: bool


# Who could be written to on each channel of the brand: whoever last wrote there, else an address that fits.
CANDIDATES = text("""
with v as (select id, customer_id, brand_id, first_id from conversation where id = :conversation),
last_in as (
  select distinct on (m.channel_id) m.channel_id, m.identity_id, m.id
  from message m join v on m.conversation_id = v.id and m.id >= v.first_id
  where m.direction = 'in' and m.identity_id is not null order by m.channel_id, m.id desc),
reach as (
  select i.id as identity_id, i.kind, i.value, i.account, p.until > now() as present, i.id as age, i.main,
    true as proven
  from identity i join v using (customer_id) left join presence p on p.identity_id = i.id
  union all
  select null, c.kind, c.value, '', null, extract(epoch from c.at)::bigint, c.main, c.proof <> ''
  from claim c join v using (customer_id))
select ch.id as channel_id, ch.connector, ch.key, ch.name, ch.paused_at is not null as paused,
       r.identity_id, r.kind, r.value, r.account, coalesce(r.present, false) as present, r.proven,
       r.identity_id is not null and r.identity_id = l.identity_id as spoke, l.id as last_in
from channel ch join v using (brand_id)
left join last_in l on l.channel_id = ch.id
left join reach r on true
where ch.retired_at is null
order by ch.id, spoke desc, present desc, r.main desc, r.proven desc, r.age desc
""")


async def ways(tx: Tx, conversation_id: int) -> list[Way]:
    """Every way to the customer, the best one marked ``default``. The caller has checked the scope."""
    found: dict[int, Way] = {}
    spoken: dict[int, int] = {}
    for row in await tx.execute(CANDIDATES, {"conversation": conversation_id}):
        if row.channel_id in found or row.kind is None:
            continue
        made = get(row.connector)
        if _fits(made, row):
            found[row.channel_id] = _way(made, row)
            spoken[row.channel_id] = row.last_in or 0
    return _with_default(list(found.values()), spoken)


def _fits(made: type[Connector], row: Row[Any]) -> bool:
    """Whether the channel can write to this address: it spoke here, is the channel's own, or is of its global kind."""
    own = bool(row.account) and row.account == f"{row.connector}:{row.key}"
    fits_kind = row.kind == made.identity and made.identity in (Kind.EMAIL, Kind.PHONE) and Cap.INITIATE in made.caps
    return bool(row.spoke) or own or fits_kind


def _way(made: type[Connector], row: Row[Any]) -> Way:
    away = made.live and not row.present
    shown = row.value if row.kind in (Kind.EMAIL, Kind.PHONE) else ""
    return Way(
        channel_id=row.channel_id,
        connector=row.connector,
        name=row.name,
        kind=row.kind,
        to=row.value if shown or row.kind in (Kind.SCOPED, Kind.ACCOUNT, Kind.COOKIE) else "",
        identity_id=row.identity_id,
        can=tuple(sorted(str(cap.name).lower() for cap in Cap if cap in made.caps)),
        reachable=not away and not row.paused,
        why_not=PAUSED if row.paused else AWAY if away else "",
        default=False,
        text_limit=made.limits.text,
        files=Cap.FILE in made.caps,
        subject=Cap.SUBJECT in made.caps,
        live=made.live,
    )


def _with_default(some: list[Way], spoken: dict[int, int]) -> list[Way]:
    """The channel she used last, when it reaches her; else the best that does; else where she will look again."""
    ranked = sorted(some, key=lambda way: (way.reachable, spoken[way.channel_id]), reverse=True)
    if not ranked:
        return []
    best = ranked[0]
    marked_ways = [replace(way, default=way.channel_id == best.channel_id) for way in some]
    if not best.live and best.kind == Kind.EMAIL:
        marked_ways = [replace(way, why_not=AWAY_MAIL) if way.why_not == AWAY else way for way in marked_ways]
    return marked_ways


async def choose(tx: Tx, conversation_id: int, channel_id: int | None) -> Way:
    """The way asked for, or the best one; raises Refused when none leads there."""
    some = await ways(tx, conversation_id)
    for way in some:
        if way.channel_id == channel_id or (channel_id is None and way.default):
            return way
    if some and channel_id is not None:
        raise Refused("This channel does not lead to the customer. Choose another one.", "channel")
    raise Refused("No channel leads to this customer any more. Ask for an address, or leave a note.", "channel")


async def others(tx: Tx, conversation_id: int, but: Sequence[int]) -> Way | None:
    """The next way in the chain: reachable, and not one of ``but``."""
    some = [way for way in await ways(tx, conversation_id) if way.reachable and way.channel_id not in but]
    return next((way for way in some if way.default), some[0] if some else None)


def party(way: Way) -> Party:
    """The way's address as a connector takes it."""
    return Party(Kind(way.kind), way.to)
