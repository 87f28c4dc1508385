"""The only writers of web push: a browser wants to be told, does not any more, and what it is to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from madang.events.kinds import Kind
from madang.events.record import SYSTEM, Actor, News, record
from madang.lib import web_push
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.push.models import Notice, Subscription

MOST = 10  # browsers of one visitor; the oldest goes when there is one more
TRIES = 6
LASTS = timedelta(hours=24)
PAUSE = timedelta(minutes=1)  # longer than a try
SETTLE = timedelta(seconds=3)  # whoever looks is given time to say that she has it


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser says of itself (``PushSubscription.toJSON()``), and whose it is."""

    channel_id: int
    kind: str
    value: str
    endpoint: str
    p256dh: str = ""
    auth: str = ""
    language: str = ""
    page: str = ""


async def allow(tx: Tx, one: Browser) -> None:
    """She wants to be told in this browser; twice is once. Raises Refused."""
    if wrong := web_push.Browser(one.endpoint, one.p256dh, one.auth).wrong():
        raise Refused(wrong)
    page = one.page if one.page.startswith(("https://", "http://")) else ""
    values = {name: getattr(one, name) for name in one.__slots__} | {"page": page[:500], "language": one.language[:35]}
    mine = {"channel_id": one.channel_id, "kind": one.kind, "value": one.value}
    known = (await tx.execute(select(Subscription.id).where(Subscription.endpoint == one.endpoint))).scalar()
    await tx.execute(
        insert(Subscription).values(values).on_conflict_do_update(index_elements=[Subscription.endpoint], set_=values)
    )
    newest = select(Subscription.id).filter_by(**mine).order_by(Subscription.id.desc()).limit(MOST)
    await tx.execute(
        delete(Subscription).where(
            *(getattr(Subscription, name) == value for name, value in mine.items()), Subscription.id.not_in(newest)
        )
    )
    if known is None:
        await record(tx, Actor("customer"), News(Kind.PUSH_ALLOWED, data={"channel": one.channel_id}))


async def end(tx: Tx, one: Browser) -> None:
    """She does not any more; only she says so of her own browser. Twice is once."""
    mine = delete(Subscription).where(
        Subscription.endpoint == one.endpoint,
        Subscription.channel_id == one.channel_id,
        Subscription.kind == one.kind,
        Subscription.value == one.value,
    )
    if (await tx.execute(mine)).rowcount:
        data = {"channel": one.channel_id, "why": "asked"}
        await record(tx, Actor("customer"), News(Kind.PUSH_ENDED, data=data))


async def gone(tx: Tx, subscription_id: int) -> None:
    """Its push service does not know the browser any more."""
    ended = delete(Subscription).where(Subscription.id == subscription_id).returning(Subscription.channel_id)
    channel_id = (await tx.execute(ended)).scalar()
    if channel_id is not None:
        await record(tx, SYSTEM, News(Kind.PUSH_ENDED, data={"channel": channel_id, "why": "gone"}))


# Told when her presence is over, if she has not had the message by then: a stream that broke looks present for a while.
QUEUE = text("""
insert into push_notice (subscription_id, message_id, due)
select s.id, m.id, greatest(now(), coalesce(p.until, now())) + cast(:settle as interval)
from message m join identity i on i.id = m.identity_id
join push_subscription s on s.channel_id = m.channel_id and s.kind = i.kind and s.value = i.value
join channel c on c.id = m.channel_id
left join presence p on p.identity_id = i.id
where m.id = any(cast(:ids as bigint[])) and m.direction = 'out' and m.state = 3 and m.deleted_at is null
  and coalesce(c.settings ->> 'push', 'plain') <> 'off'
on conflict do nothing
""")
# What she has by now, sees now, or was taken back, needs no telling.
DROP = text("""
delete from push_notice n using push_subscription s, message m
left join presence p on p.identity_id = m.identity_id
where n.due <= now() and s.id = n.subscription_id and m.id = n.message_id
  and (m.state <> 3 or m.deleted_at is not null or p.until > now() or n.at < now() - cast(:lasts as interval)
    or n.tries >= :tries)
""")
TAKE = text("""
with mine as (
  select subscription_id, message_id from push_notice where due <= now()
  order by due limit :most for update skip locked)
update push_notice n set tries = n.tries + 1, due = now() + cast(:pause as interval)
from mine join push_subscription s on s.id = mine.subscription_id join message m on m.id = mine.message_id
join channel c on c.id = s.channel_id join brand b on b.id = c.brand_id
where n.subscription_id = mine.subscription_id and n.message_id = mine.message_id
returning n.subscription_id, n.message_id, n.tries, s.endpoint, s.p256dh, s.auth, s.language, s.page, c.key,
  b.name as brand, case when c.settings ->> 'push' = 'words' then m.text else '' end as words
""")


async def queue(tx: Tx, ids: Sequence[int]) -> None:
    """Messages went out by a chat: whoever wants to be told of them, will be."""
    await tx.execute(QUEUE, {"ids": list(ids), "settle": SETTLE})


@dataclass(frozen=True, slots=True)
class Task:
    """One browser to be told of one message. ``words`` are there only where the brand allows it."""

    subscription_id: int
    message_id: int
    tries: int
    endpoint: str
    p256dh: str
    auth: str
    language: str
    page: str
    key: str
    brand: str
    words: str


async def take(tx: Tx, most: int) -> list[Task]:
    """Those whose time has come. Each is in hand for :data:`PAUSE`, and comes again when nobody says more of it."""
    await tx.execute(DROP, {"lasts": LASTS, "tries": TRIES})
    return [Task(*row) for row in await tx.execute(TAKE, {"most": most, "pause": PAUSE})]


async def told(tx: Tx, one: Task) -> None:
    """The push service took it."""
    mine = (Notice.subscription_id == one.subscription_id) & (Notice.message_id == one.message_id)
    await tx.execute(delete(Notice).where(mine))


async def later(tx: Tx, one: Task, seconds: float) -> None:
    """It did not: once more after that many seconds."""
    await tx.execute(
        text("""
        update push_notice set due = now() + make_interval(secs => :seconds)
        where subscription_id = :subscription and message_id = :message
        """),
        {"seconds": seconds, "subscription": one.subscription_id, "message": one.message_id},
    )
