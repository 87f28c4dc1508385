"""Answer a customer, or leave a note for colleagues. Rules, bots, macros and the API enter here too."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy import text as sql

from madang.channels.connector import Button
from madang.conversations import outcomes, phrasing, scheduling, ways
from madang.conversations.actions.files import take_uploads
from madang.conversations.actions.hold import Held, hold
from madang.conversations.actions.standing import standing
from madang.conversations.inbox import mentions
from madang.conversations.models import Conversation, Message, MessageKey, Outbox, Scheduled, State
from madang.conversations.outcomes import Moved
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record
from madang.lib import light_marks, trace
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

LONGEST = 50_000
MARKS = "marks"  # in a message's data: the words as they were written, with light marks


async def reply(
    tx: Tx,
    viewer: Viewer,
    conversation_id: int,
    *,
    text: str,
    client_key: uuid.UUID | None = None,
    channel_id: int | None = None,
    uploads: Sequence[str] = (),
    subject: str = "",
    to: Sequence[str] = (),
    cc: Sequence[str] = (),
    bcc: Sequence[str] = (),
    buttons: Sequence[Button] = (),
    template: tuple[int, Mapping[str, str]] | None = None,
    private: bool = False,
    marks: bool = False,
    later: scheduling.Later | None = None,
    sender: str = "",
) -> int:
    """Queue an answer on ``channel_id`` (default: the way that reaches her now); returns the message's id.

    The same ``client_key`` again is the same message. ``template``: (its number, values of its places), instead of
    ``text``. ``private``: to her alone, where the channel is public. ``marks``: ``text`` has light marks. ``later``: it
    waits, and can be taken back. ``sender``: one of the channel's own addresses. Raises Refused, too without a way.
    """
    held = await hold(tx, viewer, "conversation.reply", conversation_id)
    if client_key is not None and (earlier := await _earlier(tx, conversation_id, client_key)):
        return earlier
    if template is None:
        _refuse_empty(text, uploads)
    way = await ways.choose(tx, conversation_id, channel_id)
    text, more = await phrasing.phrased(tx, way, text, buttons, template)
    text, drawn = _marked(text) if marks and template is None else (text, {})
    data: dict[str, Any] = {name: list(some) for name, some in (("to", to), ("cc", cc), ("bcc", bcc)) if some}
    data |= more | drawn | _heard_by(way, private=private) | _from(way, sender) | await _going(tx, viewer, held, later)
    values = {"channel_id": way.channel_id, "subject": subject or held.subject, "data": data}
    message_id = await _write(tx, viewer, held, "out", text, client_key or uuid.uuid4(), uploads, values)
    await _leave(tx, viewer, held, message_id, (way.channel_id, text), later)
    return message_id


async def _going(tx: Tx, viewer: Viewer, held: Held, later: scheduling.Later | None) -> dict[str, Any]:
    """By which name delivery speaks of it in the log; when it leaves, and how the conversation stood before.

    Refused for a moment that cannot be chosen.
    """
    if later is not None and not later.undo:
        scheduling.checked(later.at)
    named = {trace.KEY: trace.current() or trace.new()}
    return named if later is None else named | later.data | await standing(tx, viewer.actor, held.id)


async def _leave(
    tx: Tx, viewer: Viewer, held: Held, message_id: int, said: tuple[int, str], later: scheduling.Later | None
) -> None:
    channel_id, text = said
    if later is None or later.undo:
        await count_out(tx, held.id, message_id, text, channel_id)
        if held.status == "closed":
            await tx.execute(REOPEN, {"conversation": held.id})
            await record(tx, viewer.actor, News(Kind.CONVERSATION_REOPENED, held.id, customer=held.customer_id))
    if later is None:
        await hand_over(tx, viewer.actor, (held.id, held.customer_id), message_id, channel_id)
    else:
        await _wait(tx, viewer, held, message_id, channel_id, later)


async def hand_over(
    tx: Tx, actor: Actor, whose: tuple[int, int], message_id: int, channel_id: int, *, waited: bool = False
) -> None:
    """Give a message to delivery. ``whose``: (its conversation, the customer). ``waited``: nobody sits there now."""
    conversation, customer = whose
    told = {"channel": channel_id} | ({"waited": True} if waited else {})
    await tx.execute(insert(Outbox).values(message_id=message_id, conversation_id=conversation, channel_id=channel_id))
    await record(tx, actor, News(Kind.MESSAGE_QUEUED, conversation, message_id, customer, told))
    await wake_delivery(tx)


async def _wait(tx: Tx, viewer: Viewer, held: Held, message_id: int, channel_id: int, later: scheduling.Later) -> None:
    place = {"message_id": message_id, "conversation_id": held.id, "channel_id": channel_id}
    await tx.execute(insert(Scheduled).values(**place, at=later.at, undo=later.undo, asks=later.asks))
    told = {"channel": channel_id, "at": later.at.isoformat(), "undo": later.undo, "asks": later.asks}
    await record(tx, viewer.actor, News(Kind.MESSAGE_SCHEDULED, held.id, message_id, held.customer_id, told))


def _marked(text: str) -> tuple[str, dict[str, Any]]:
    """(the plain words every channel carries, what stands in the message's data when there are marks)."""
    clean = text.replace("\x00", "").replace("\r\n", "\n").strip()
    return light_marks.plain(clean), {MARKS: clean} if light_marks.marked(clean) else {}


def _heard_by(way: ways.Way, *, private: bool) -> dict[str, Any]:
    """Who is to read it, as it was when it was written: what she does meanwhile makes nothing public."""
    if private:
        return {"private": True}
    return {"public": True} if "public" in way.can else {}


def _from(way: ways.Way, sender: str) -> dict[str, Any]:
    """The address of ours it comes from, when that is not the usual one."""
    if sender and sender not in way.froms:
        raise Refused(_("This channel does not send from this address any more. Choose another one."), "sender")
    return {"sender": sender} if sender else {}


async def note(
    tx: Tx,
    viewer: Viewer,
    conversation_id: int,
    *,
    text: str,
    client_key: uuid.UUID | None = None,
    uploads: Sequence[str] = (),
    marks: bool = False,
) -> int:
    """Write a note that only colleagues see; returns its id. ``marks``: it is written in light marks."""
    held = await hold(tx, viewer, "conversation.note", conversation_id)
    if client_key is not None and (earlier := await _earlier(tx, conversation_id, client_key)):
        return earlier
    _refuse_empty(text, uploads)
    text, data = _marked(text) if marks else (text, {})
    values = {"data": data} if data else {}
    message_id = await _write(tx, viewer, held, "note", text, client_key or uuid.uuid4(), uploads, values)
    await tx.execute(update(Conversation).where(Conversation.id == conversation_id).values(noted_id=message_id))
    await record(tx, viewer.actor, News(Kind.MESSAGE_NOTED, conversation_id, message_id, held.customer_id))
    await mentions.take(tx, viewer, conversation_id, message_id, text)
    return message_id


async def retry(tx: Tx, viewer: Viewer, message_id: int) -> int:
    """Send a failed or unsure message again; returns its conversation."""
    query = select(Message.conversation_id, Message.channel_id, Message.state).where(Message.id == message_id)
    found = (await tx.execute(query)).one_or_none()
    if found is None:
        raise NotFound("There is no such message.")
    held = await hold(tx, viewer, "conversation.reply", found.conversation_id)
    stuck = (await tx.execute(TAKE_UP, {"id": message_id})).one_or_none()
    if stuck is not None:
        await outcomes.count(tx, [Moved(message_id, stuck.channel_id, stuck.was, stuck.channel_id, State.QUEUED)])
        way = await ways.choose(tx, held.id, found.channel_id)
        await tx.execute(
            sql("""
            insert into outbox (message_id, conversation_id, channel_id) values (:message, :conversation, :channel)
            on conflict (message_id) do update set due = now(), tries = 0, strikes = 0 where outbox.leased_until is null
            """),
            {"message": message_id, "conversation": held.id, "channel": way.channel_id},
        )
        news = News(Kind.MESSAGE_STATE, held.id, message_id, data={"state": "queued", "retry": True})
        await record(tx, viewer.actor, news)
        await wake_delivery(tx)
    return int(held.id)


TAKE_UP = sql("""
with before as (select state from message where id = :id for update)
update message m set state = 0, why = '', problem = '' from before b where m.id = :id and b.state in (2, 9)
returning m.channel_id, b.state as was
""")


async def wake_delivery(tx: Tx) -> None:
    """Tell the workers that messages wait."""
    await tx.execute(sql("select pg_notify('outbox', '')"))


async def said_under(tx: Tx, viewer: Viewer, conversation_id: int, client_key: uuid.UUID | None) -> bool:
    """Whether this was said before: a second try of the same."""
    await hold(tx, viewer, "conversation.read", conversation_id)
    return client_key is not None and await _earlier(tx, conversation_id, client_key) is not None


async def _earlier(tx: Tx, conversation_id: int, client_key: uuid.UUID) -> int | None:
    query = (
        select(MessageKey.message_id, Message.conversation_id)
        .outerjoin(Message, Message.id == MessageKey.message_id)
        .where(MessageKey.key == client_key)
    )
    found = (await tx.execute(query)).one_or_none()
    if found is not None and found.conversation_id is None:
        raise Refused(_("This answer was taken back. Send it anew."), "key")
    if found is not None and found.conversation_id != conversation_id:
        raise Refused("This message id was already used in another conversation.", "id")
    return None if found is None else int(found.message_id)


def _refuse_empty(words: str, uploads: Sequence[str]) -> None:
    if not words.replace("\x00", "").strip() and not uploads:
        raise Refused("There is nothing to send yet. Write a few words or attach a file.", "text")
    if len(words) > LONGEST:
        raise Refused("This is longer than 50,000 characters. Please shorten it or attach it as a file.", "text")


async def _write(
    tx: Tx,
    viewer: Viewer,
    held: Held,
    direction: str,
    words: str,
    client_key: uuid.UUID,
    uploads: Sequence[str],
    more: dict[str, Any],
) -> int:
    clean = words.replace("\x00", "").replace("\r\n", "\n").strip()
    values: dict[str, Any] = {
        "conversation_id": held.id,
        "direction": direction,
        "author_id": viewer.user_id,
        "author": viewer.name,
        "text": clean,
        "client_key": client_key,
        "state": State.QUEUED if direction == "out" else State.NONE,
        **more,
    }
    message_id: int = (await tx.execute(insert(Message).values(values).returning(Message.id))).scalar_one()
    await tx.execute(insert(MessageKey).values(key=client_key, message_id=message_id))
    await take_uploads(tx, str(viewer.actor), uploads, message_id)
    return message_id


COUNT_OUT = sql("""
update conversation set messages = messages + 1, unread = 0, last_id = :message,
  first_id = case when first_id = 0 and messages = 0 then :message else first_id end, last_at = now(),
  last_text = left(:words, 200), last_direction = 'out', last_channel_id = :channel,
  waiting_since = null,
  channel_ids = (select array_agg(distinct x order by x) from unnest(channel_ids || cast(:channel as bigint)) x)
where id = :conversation
""")


REOPEN = sql("update conversation set status = 'open', closed_at = null where id = :conversation")


async def count_out(tx: Tx, conversation_id: int, message_id: int, words: str, channel_id: int) -> None:
    """It is what was said last. Whether the conversation is open is another matter."""
    given = {"message": message_id, "words": words, "channel": channel_id, "conversation": conversation_id}
    await tx.execute(COUNT_OUT, given)
