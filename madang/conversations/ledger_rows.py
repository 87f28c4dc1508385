"""The rows behind the ledger's numbers, as far as they exist for who looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from madang.channels.models import Channel, Envelope
from madang.channels.numbering import Gap, Replay
from madang.channels.tally import Trouble
from madang.conversations.actions.envelopes import sighted
from madang.conversations.actions.letters import visible
from madang.conversations.models import Conversation, Message, State
from madang.customers.models import Customer
from madang.events.models import DeadLetter, Event
from madang.lib.errors import NotFound
from madang.lib.language import marked as _
from madang.lib.paging import Page, page
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

LOOKED = 100_000  # the newest rows looked through where no list is kept
LIMIT = 50

HELD = text("""
select e.id, e.channel_id, c.name as channel, c.connector, e.at, e.reason, e.dismissal, e.state,
  octet_length(e.body) as size, e.file
from envelope e join channel c on c.id = e.channel_id
where e.state = :state and e.id > :after and (:channel = 0 or e.channel_id = :channel)
  and (:reason = '' or left(e.reason, 300) = :reason)
  and (:everything or c.brand_id = any(cast(:brands as bigint[])))
order by e.id limit :limit
""")
REASONS = text("""
select channel_id, channel, connector, reason, count(*) as n, min(at) as since from (
  select e.channel_id, c.name as channel, c.connector, left(e.reason, 300) as reason, e.at
  from envelope e join channel c on c.id = e.channel_id
  where e.state = :state and (:channel = 0 or e.channel_id = :channel)
    and (:everything or c.brand_id = any(cast(:brands as bigint[]))) limit 10000) q
group by 1, 2, 3, 4 order by n desc, since limit 30
""")
NEWEST = text("""
select e.id, e.channel_id, c.name as channel, c.connector, e.at, e.reason, e.dismissal, e.state,
  octet_length(e.body) as size, e.file
from (select * from envelope where id < :before order by id desc limit :looked) e join channel c on c.id = e.channel_id
where e.channel_id = :channel and (:state < 0 or e.state = :state)
  and (:everything or c.brand_id = any(cast(:brands as bigint[])))
order by e.id desc limit :limit
""")
BIGGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Opened:
    """One delivery, with its body if that lies in the database; a large one lies in the file store under ``file``."""

    id: int
    channel_id: int
    channel: str
    connector: str
    brand_id: int
    key: str
    lane: int
    state: int
    meta: dict[str, str]
    reason: str
    dismissal: str
    at: datetime
    again: bool
    body: bytes
    file: str


async def held(
    tx: Tx, viewer: Viewer, *, channel_id: int = 0, reason: str = "", dismissed: bool = False, after: int = 0
) -> Page[Any]:
    """What is in quarantine, or was put aside, oldest first. ``reason`` is the beginning of it, as grouped."""
    permit(viewer, "ledger.read")
    given = {"channel": channel_id, "reason": reason, "after": after, "state": 3 if dismissed else 2}
    rows = (await tx.execute(HELD, {**given, **sighted(viewer), "limit": LIMIT + 1})).all()
    return page(rows, LIMIT, lambda row: (row.id,))


async def held_ids(
    tx: Tx, viewer: Viewer, *, channel_id: int, reason: str, most: int, dismissed: bool = False
) -> list[int]:
    """The oldest of a channel that are there for one reason, by number: for what is done to all of them."""
    permit(viewer, "ledger.read")
    given = {"channel": channel_id, "reason": reason, "after": 0, "state": 3 if dismissed else 2, "limit": most}
    given |= sighted(viewer)
    return [row.id for row in await tx.execute(HELD, given)]


async def reasons(tx: Tx, viewer: Viewer, channel_id: int = 0, *, dismissed: bool = False) -> Sequence[Any]:
    """Why things are in quarantine, or were when they were put aside: (channel, reason) with how many, most first."""
    permit(viewer, "ledger.read")
    given = {"channel": channel_id, "state": 3 if dismissed else 2, **sighted(viewer)}
    return (await tx.execute(REASONS, given)).all()


async def newest(tx: Tx, viewer: Viewer, channel_id: int, *, state: int = -1, before: int = 0) -> Page[Any]:
    """A channel's deliveries, newest first, among the newest :data:`LOOKED` of all channels."""
    permit(viewer, "ledger.read")
    given = {"channel": channel_id, "state": state, "before": before or BIGGEST, "looked": LOOKED}
    rows = (await tx.execute(NEWEST, {**given, **sighted(viewer), "limit": LIMIT + 1})).all()
    return page(rows, LIMIT, lambda row: (row.id,))


async def opened(tx: Tx, viewer: Viewer, envelope_id: int) -> Opened:
    """One delivery in quarantine or put aside; raises NotFound. What was taken in is a conversation's."""
    permit(viewer, "ledger.read")
    columns = [Envelope.id, Envelope.channel_id, Channel.name.label("channel"), Channel.connector, Channel.brand_id]
    columns += [Envelope.key, Envelope.lane, Envelope.state, Envelope.meta, Envelope.reason, Envelope.dismissal]
    columns += [Envelope.at, Envelope.again, Envelope.body, Envelope.file]
    query = select(*columns).join(Channel, Channel.id == Envelope.channel_id)
    row = (await tx.execute(query.where(Envelope.id == envelope_id, Envelope.state.in_((2, 3))))).mappings().first()
    if row is None or not viewer.scope.allows(row["brand_id"], None, None):
        raise NotFound(_("There is no such delivery in quarantine."))
    return Opened(**row)


async def messages(tx: Tx, viewer: Viewer, channel_id: int, what: str) -> Sequence[Any]:
    """The newest answers of a channel that are ``failed``, ``unsure`` or ``sent``, as far as she may read them."""
    permit(viewer, "ledger.read")
    columns = (
        Message.id,
        Message.conversation_id,
        Message.at,
        Message.state,
        Message.why,
        Message.problem,
        Message.author,
        Customer.name.label("customer"),
    )
    query = (
        select(*columns)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(viewer.scope.where(Conversation), Message.channel_id == channel_id)
        .order_by(Message.id.desc())
        .limit(LIMIT)
    )
    if what == "sent":
        recent = select(Message.id).order_by(Message.id.desc()).limit(LOOKED).subquery()
        query = query.join(recent, recent.c.id == Message.id)
        query = query.where(Message.direction == "out", Message.state.between(State.SENT, State.READ))
    else:
        state = State.FAILED if what == "failed" else State.UNSURE
        query = query.join(Trouble, Trouble.message_id == Message.id)
        query = query.where(Trouble.channel_id == channel_id, Trouble.state == state)
    return (await tx.execute(query)).all()


async def letters(tx: Tx, viewer: Viewer, *, dismissed: bool = False, most: int = 200) -> Sequence[Any]:
    """The dead letters that wait, or were put aside, oldest first."""
    permit(viewer, "ledger.read")
    aside = DeadLetter.dismissed_at.is_not(None) if dismissed else DeadLetter.dismissed_at.is_(None)
    query = _letters().where(DeadLetter.replayed_at.is_(None), aside, visible(viewer))
    return (await tx.execute(query.order_by(DeadLetter.id).limit(most))).all()


async def letter(tx: Tx, viewer: Viewer, letter_id: int) -> Any:
    """One dead letter that was not replayed, with its event; raises NotFound."""
    permit(viewer, "ledger.read")
    query = _letters().where(DeadLetter.id == letter_id, DeadLetter.replayed_at.is_(None), visible(viewer))
    found = (await tx.execute(query)).one_or_none()
    if found is None:
        raise NotFound(_("There is no such dead letter, or it was replayed already."))
    return found


def _letters() -> Any:
    return (
        select(
            DeadLetter.id,
            DeadLetter.reaction,
            DeadLetter.event_id,
            DeadLetter.error,
            DeadLetter.at,
            DeadLetter.dismissed_at,
            DeadLetter.reason,
            Event.kind,
            Event.actor,
            Event.at.label("happened_at"),
            Event.conversation_id,
            Event.data,
        )
        .outerjoin(Event, Event.id == DeadLetter.event_id)
        .outerjoin(Conversation, Conversation.id == Event.conversation_id)
    )


async def gaps(tx: Tx, channel_id: int, most: int = 50) -> Sequence[Any]:
    """A channel's gaps, open ones first. The caller has looked whether the channel exists for her."""
    columns = (Gap.id, Gap.stream, Gap.low, Gap.high, Gap.missing, Gap.since, Gap.found_at, Gap.told, Gap.asked_at)
    more = (Gap.problem, Gap.closed_at, Gap.how, Gap.reason)
    order = (Gap.closed_at.is_not(None), Gap.id.desc())
    query = select(*columns, *more).where(Gap.channel_id == channel_id).order_by(*order).limit(most)
    return (await tx.execute(query)).all()


async def replays(tx: Tx, channel_id: int, most: int = 10) -> Sequence[Any]:
    """A channel's replays, newest first. The caller has looked whether the channel exists for her."""
    columns = (Replay.id, Replay.wanted, Replay.done, Replay.actor, Replay.at, Replay.ended_at, Replay.stopped)
    query = select(*columns).where(Replay.channel_id == channel_id).order_by(Replay.id.desc()).limit(most)
    return (await tx.execute(query)).all()
