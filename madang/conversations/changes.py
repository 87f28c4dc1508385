"""A customer edits or takes back what she said. What overtook its message waits for it in quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text

from madang.conversations.arrivals import Arrival
from madang.events.kinds import Kind
from madang.events.record import News
from madang.lib.postgres import Tx

NAMED = text("""
select n.channel, n.name, m.id, m.conversation_id, m.direction, m.edited_at, m.deleted_at
from unnest(cast(:channels as bigint[]), cast(:names as text[])) as n(channel, name)
join message_name a on a.channel_id = n.channel and a.name = n.name join message m on m.id = a.message_id
""")
KEEP = text("""
insert into message_version (message_id, at, text)
select m.id, n.at, coalesce(n.words, m.text)
from unnest(cast(:ids as bigint[]), cast(:ats as timestamptz[]), cast(:words as text[])) as n(id, at, words)
join message m on m.id = n.id where coalesce(n.words, m.text) <> '' on conflict do nothing
""")
FORGET = (
    text("delete from message_version where message_id = any(cast(:ids as bigint[]))"),
    text("delete from message_reaction where message_id = any(cast(:ids as bigint[]))"),
)
EDIT = text("""
update message m set text = n.words, full_text = '', html = '', edited_at = n.at
from unnest(cast(:ids as bigint[]), cast(:words as text[]), cast(:ats as timestamptz[]))
  as n(id, words, at)
where m.id = n.id
""")
# A subject that she alone has brought goes with her message; one that somebody has answered under stays.
UNTITLE = text("""
update conversation v set subject = '' from message m
where m.id = any(cast(:ids as bigint[])) and v.id = m.conversation_id and v.subject <> ''
  and strpos(lower(m.subject), lower(v.subject)) > 0
  and not exists (select from message o where o.conversation_id = v.id and o.id >= v.first_id
    and o.id <> all(cast(:ids as bigint[])) and o.deleted_at is null
    and strpos(lower(o.subject), lower(v.subject)) > 0)
""")
DELETE = text("""
update message m set text = '', full_text = '', html = '', subject = '', data = '{}', deleted_at = n.at
from unnest(cast(:ids as bigint[]), cast(:ats as timestamptz[])) as n(id, at) where m.id = n.id
""")
PREVIEW = text("""
update conversation v set last_text = left(m.text, 200)
from message m where m.id = any(cast(:ids as bigint[])) and v.id = m.conversation_id and v.last_id = m.id
""")
RELEASE = text("""
with freed as (
  update envelope set state = 0, reason = '' where state = 2 and channel_id = any(cast(:channels as bigint[]))
  and md5(reason) = any(array(select md5(r) from unnest(cast(:reasons as text[])) r)) returning channel_id)
insert into tally (channel_id, what, gone) select channel_id, 4, count(*) from freed group by 1
""")


@dataclass(slots=True)
class _Changed:
    """A message as it stands while a batch is read."""

    id: int
    conversation_id: int
    direction: str
    edited_at: datetime | None
    deleted_at: datetime | None
    words: str | None = None  # what it says now, None when nothing changed it
    gone: bool = False
    before: list[tuple[datetime, str | None]] = field(default_factory=list)  # until when it said what; None: as kept


def waits_for(about: str) -> str:
    """The reason of an envelope that came before the message it is about."""
    return f"waits for message {about}"


async def take_in(tx: Tx, arrivals: Sequence[Arrival]) -> tuple[list[News], dict[int, str]]:
    """Apply edits and deletions in order; returns events, and the envelopes that came too early with the reason."""
    if not arrivals:
        return [], {}
    news: list[News] = []
    early: dict[int, str] = {}
    known = await _known(tx, arrivals)
    for one in arrivals:
        message = known.get((one.bound.row.id, one.inbound.about))
        if message is None and not one.again:
            early[one.envelope_id] = waits_for(one.inbound.about)
        elif message is not None and (kind := _apply(message, one)):
            news.append(News(kind, message.conversation_id, message.id))
    await _write(tx, {message.id: message for message in known.values()}.values())
    return news, early


async def _known(tx: Tx, arrivals: Sequence[Arrival]) -> dict[tuple[int, str], _Changed]:
    """The messages that are spoken of, by each name; two names of one message share what happens to it."""
    pairs = sorted({(one.bound.row.id, one.inbound.about) for one in arrivals})
    given = {"channels": [channel for channel, _ in pairs], "names": [name for _, name in pairs]}
    found: dict[tuple[int, str], _Changed] = {}
    by_id: dict[int, _Changed] = {}
    for channel, name, *rest in await tx.execute(NAMED, given):
        message = _Changed(*rest)
        found[channel, name] = by_id.setdefault(message.id, message)
    return found


def _apply(message: _Changed, one: Arrival) -> Kind | None:
    """What an edit or a deletion makes of a message; None when it changes nothing any more."""
    if message.direction != "in" or message.deleted_at is not None:
        return None
    at = one.inbound.at
    if one.inbound.type == "delete":
        message.deleted_at, message.gone = at, True
        return Kind.MESSAGE_DELETED
    if message.edited_at is not None and (message.edited_at > at or (one.again and message.edited_at == at)):
        return None
    message.before.append((at, message.words))
    message.edited_at, message.words = at, one.inbound.text
    return Kind.MESSAGE_EDITED


async def _write(tx: Tx, messages: Iterable[_Changed]) -> None:
    gone = [one for one in messages if one.gone]
    edited = [(one, one.words) for one in messages if one.words is not None and not one.gone]
    if edited:
        given = {
            "ids": [one.id for one, _ in edited],
            "words": [words for _, words in edited],
            "ats": [one.edited_at for one, _ in edited],
        }
        await _keep(tx, [one for one, _ in edited])
        await tx.execute(EDIT, given)
    if gone:
        await tx.execute(UNTITLE, {"ids": [one.id for one in gone]})
        for statement in FORGET:  # what she took back is nowhere any more
            await tx.execute(statement, {"ids": [one.id for one in gone]})
        await tx.execute(DELETE, {"ids": [one.id for one in gone], "ats": [one.deleted_at for one in gone]})
    if edited or gone:
        await tx.execute(PREVIEW, {"ids": [one.id for one in gone] + [one.id for one, _ in edited]})


async def _keep(tx: Tx, edited: Sequence[_Changed]) -> None:
    """What they said before, for whoever asks."""
    versions = [(one.id, at, words) for one in edited for at, words in one.before]
    ids, ats, words = (list(column) for column in zip(*versions, strict=True))
    await tx.execute(KEEP, {"ids": ids, "ats": ats, "words": words})


async def release(tx: Tx, names: Sequence[tuple[int, str]]) -> None:
    """Messages became known: let what waited for them come in."""
    if names:
        channels = sorted({channel for channel, _ in names})
        await tx.execute(RELEASE, {"channels": channels, "reasons": [waits_for(name) for _, name in names]})
