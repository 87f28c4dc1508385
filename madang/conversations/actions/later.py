"""Answers that leave later: handed to delivery when their moment comes, sent at once, moved, or taken back."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy import text as sql

from madang.conversations import scheduling
from madang.conversations.actions import draft
from madang.conversations.actions.hold import hold
from madang.conversations.actions.say import MARKS, count_out, hand_over
from madang.conversations.actions.standing_again import stand_again
from madang.conversations.models import Attachment, Message, MessageKey, Scheduled, Upload
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, Actor, News, record
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.language import marked
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

log = logging.getLogger("madang.scheduling")

GONE = marked("It is on its way already.")
# The house's order of locks: customer, conversation, and only then the row that a worker and a colleague both want.
PLACE = sql("""
select s.conversation_id, v.customer_id from scheduled s join conversation v on v.id = s.conversation_id
where s.message_id = :id
""")
HOLD = (
    sql("select id from customer where id = :customer for no key update"),
    sql("select id from conversation where id = :conversation for no key update"),
)
READY = sql("""
select s.message_id, s.conversation_id, s.channel_id, s.at, s.undo, s.asks, m.text, m.author_id, m.client_key,
  exists (select from message h where h.conversation_id = s.conversation_id and h.id > s.message_id
    and h.direction = 'in' and not h.auto and h.deleted_at is null) as wrote
from scheduled s join message m on m.id = s.message_id
where s.message_id = :id and s.conversation_id = :conversation and (:at_once or s.at <= now() and not s.held)
for update of s
""")
# What she and others said meanwhile comes before it, in every order: so it gets the number of now.
RENEW = sql("""
insert into message (conversation_id, channel_id, direction, identity_id, author_id, author, text, full_text, html,
  subject, data, state, client_key, auto)
select conversation_id, channel_id, direction, identity_id, author_id, author, text, full_text, html,
  subject, data - 'later' - 'was' - 'then' - 'until', state, client_key, auto
from message where id = :id returning id
""")
FOLLOW = (
    sql("update attachment set message_id = :new where message_id = :id"),
    sql("update message_key set message_id = :new where key = :key"),
    sql("delete from scheduled where message_id = :id"),
    sql("delete from message where id = :id"),
)
LEAVE = (
    sql("update message set data = data - 'leaves' - 'was' - 'then' - 'until' where id = :id"),
    sql("delete from scheduled where message_id = :id"),
)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was to be said, for the composer. ``files``: uploads of whose draft it is now."""

    conversation_id: int
    text: str
    subject: str
    data: dict[str, Any]
    files: list[dict[str, Any]]


async def go(ground: Ground) -> int:
    """Hand what is due to delivery, each in its own transaction: killed between two, nothing is lost or sent twice."""
    async with ground.database.begin() as tx:
        numbers = await scheduling.due(tx)
    for number in numbers:
        try:
            async with ground.database.begin() as tx:
                await release(tx, number)
        except Exception:
            log.exception("message %s could not be handed over, trying again", number)
    return len(numbers)


async def release(tx: Tx, message_id: int, *, at_once: bool = False) -> int | None:
    """Hand a waiting answer to delivery; returns its number there, None when it is not to go (any more, or yet)."""
    place = (await tx.execute(PLACE, {"id": message_id})).one_or_none()
    if place is None:
        return None
    for statement in HOLD:
        await tx.execute(statement, {"customer": place.customer_id, "conversation": place.conversation_id})
    given = {"id": message_id, "conversation": place.conversation_id, "at_once": at_once}
    row = (await tx.execute(READY, given)).one_or_none()
    if row is None:  # another was faster, or it stands elsewhere now
        return None
    if row.asks and row.wrote and not at_once:
        await _hold_back(tx, row, place.customer_id)
        return None
    return await _off(tx, row, place.customer_id)


async def _off(tx: Tx, row: Row[Any], customer_id: int) -> int:
    number: int = row.message_id
    if row.undo:
        for statement in LEAVE:
            await tx.execute(statement, {"id": number})
    else:
        number = (await tx.execute(RENEW, {"id": row.message_id})).scalar_one()
        for statement in FOLLOW:
            await tx.execute(statement, {"id": row.message_id, "new": number, "key": row.client_key})
        await count_out(tx, row.conversation_id, number, row.text, row.channel_id)
    actor = Actor("user", row.author_id) if row.author_id else SYSTEM
    await hand_over(tx, actor, (row.conversation_id, customer_id), number, row.channel_id, waited=True)
    return number


async def _hold_back(tx: Tx, row: Row[Any], customer_id: int) -> None:
    await tx.execute(update(Scheduled).where(Scheduled.message_id == row.message_id).values(held=True))
    data = {"key": f"m-{row.client_key}", "author": row.author_id}
    await record(tx, SYSTEM, News(Kind.MESSAGE_HELD, row.conversation_id, row.message_id, customer_id, data))


async def send_now(tx: Tx, viewer: Viewer, conversation_id: int, key: uuid.UUID) -> int:
    """Wait no longer; returns the message's number. Raises NotFound, Refused when it is on its way already."""
    await hold(tx, viewer, "conversation.reply", conversation_id)
    row = await _mine(tx, viewer, conversation_id, key)
    if row.at is None or (made := await release(tx, row.id, at_once=True)) is None:
        raise Refused(_(GONE))
    return made


async def reschedule(tx: Tx, viewer: Viewer, conversation_id: int, key: uuid.UUID, at: datetime, *, asks: bool) -> None:
    """Let it leave at another moment. Raises NotFound, Refused."""
    held = await hold(tx, viewer, "conversation.reply", conversation_id)
    row = await _mine(tx, viewer, conversation_id, key)
    if row.at is None or row.undo:
        raise Refused(_(GONE))
    later = scheduling.Later(scheduling.checked(at), asks=asks)
    values = {"at": later.at, "asks": asks, "held": False}
    await tx.execute(update(Scheduled).where(Scheduled.message_id == row.id).values(values))
    await tx.execute(update(Message).where(Message.id == row.id).values(data={**row.data, **later.data}))
    told = {"channel": row.channel_id, "at": later.at.isoformat(), "undo": False, "asks": asks}
    await record(tx, viewer.actor, News(Kind.MESSAGE_SCHEDULED, held.id, row.id, held.customer_id, told))


async def take_back(tx: Tx, viewer: Viewer, conversation_id: int, key: uuid.UUID) -> TakenBack | None:
    """It is not sent: its words are a draft of the viewer again, of its author where a program takes it back.

    None when it never came here; then it never will. Raises Refused when it is on its way already.
    """
    held = await hold(tx, viewer, "conversation.reply", conversation_id)
    if not await _known(tx, key):
        await tx.execute(insert(MessageKey).values(key=key, message_id=0))
        return None
    row = await _mine(tx, viewer, conversation_id, key)
    if row.at is None:
        raise Refused(_(GONE))
    heir = _heir(viewer, row.author_id)
    words = row.data.get(MARKS) or row.text
    back = TakenBack(conversation_id, words, row.subject, row.data, await _free(tx, heir, row.id))
    await tx.execute(delete(Scheduled).where(Scheduled.message_id == row.id))
    await tx.execute(update(MessageKey).where(MessageKey.key == key).values(message_id=0))
    await tx.execute(delete(Message).where(Message.id == row.id))
    data = {"key": f"m-{key}", "undo": row.undo}
    await record(tx, viewer.actor, News(Kind.MESSAGE_UNSCHEDULED, held.id, customer=held.customer_id, data=data))
    await stand_again(tx, viewer, conversation_id, row.id, row.data, undo=row.undo)
    await draft.put_back(tx, heir, conversation_id, back.text, _composed(row, back))
    return back


def _heir(viewer: Viewer, author_id: int | None) -> Viewer:
    """Whose draft it is then: a program has no composer."""
    if viewer.user_id is not None or author_id is None:
        return viewer
    return replace(viewer, user_id=author_id, actor=Actor("user", author_id))


def _composed(row: Row[Any], back: TakenBack) -> dict[str, Any]:
    """What stands beside the words in the draft."""
    kept = {name: row.data[name] for name in ("sender", "to", "cc", "bcc", "buttons", "private") if row.data.get(name)}
    return kept | {"channel": row.channel_id, "subject": row.subject, "files": back.files}


async def _known(tx: Tx, key: uuid.UUID) -> bool:
    return (await tx.execute(select(MessageKey.key).where(MessageKey.key == key))).first() is not None


async def _mine(tx: Tx, viewer: Viewer, conversation_id: int, key: uuid.UUID) -> Any:
    """The message of a key, ``at`` None when it waits no more. What can still be undone is its author's alone."""
    columns = (Message.id, Message.text, Message.subject, Message.data, Message.channel_id, Message.author_id)
    query = (
        select(*columns, Scheduled.at, Scheduled.undo)
        .join(MessageKey, MessageKey.message_id == Message.id)
        .outerjoin(Scheduled, Scheduled.message_id == Message.id)
        .where(MessageKey.key == key, Message.conversation_id == conversation_id)
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None or (row.undo and row.author_id != viewer.user_id):
        raise NotFound("There is no such message.")
    return row


async def _free(tx: Tx, viewer: Viewer, message_id: int) -> list[dict[str, Any]]:
    """Its files wait for a message again."""
    columns = (Attachment.key, Attachment.sha256, Attachment.name, Attachment.mime, Attachment.size)
    taken = delete(Attachment).where(Attachment.message_id == message_id).returning(*columns)
    rows = [dict(row) for row in (await tx.execute(taken)).mappings()]
    if rows:
        await tx.execute(insert(Upload), [row | {"owner": str(viewer.actor)} for row in rows])
    return [{name: row[name] for name in ("key", "name", "mime", "size")} for row in rows]
