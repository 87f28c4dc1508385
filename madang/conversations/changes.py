"""A customer edits or takes back what she said. What overtook its message waits for it in quarantine."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from madang.conversations.arrivals import Arrival
from madang.events.kinds import Kind
from madang.events.record import News
from madang.lib.postgres import Tx
from madang.lib.search import tokens

EDIT = text("""
update message set text = :text, full_text = '', html = '', edited_at = :at,
  search = array_to_tsvector(string_to_array(:tokens, ' '))
where channel_id = :channel and provider_message_id = :about and direction = 'in' and deleted_at is null
  and coalesce(edited_at, '-infinity') <= :at
returning id, conversation_id
""")
DELETE = text("""
update message set text = '', full_text = '', html = '', deleted_at = :at, search = null
where channel_id = :channel and provider_message_id = :about and direction = 'in' and deleted_at is null
returning id, conversation_id
""")
KNOWN = text("select true from message where channel_id = :channel and provider_message_id = :about")
PREVIEW = text("""
update conversation v set last_text = left(m.text, 200) from message m where m.id = v.last_id and m.id = :id
""")
RELEASE = text("""
update envelope set state = 0, reason = '' where state = 2 and channel_id = any(cast(:channels as bigint[]))
and reason = any(cast(:reasons as text[]))
""")


def waits_for(about: str) -> str:
    """The reason of an envelope that came before the message it is about."""
    return f"waits for message {about}"


async def take_in(tx: Tx, arrivals: Sequence[Arrival]) -> tuple[list[News], dict[int, str]]:
    """Apply edits and deletions in order; returns events, and the envelopes that came too early with the reason."""
    news: list[News] = []
    early: dict[int, str] = {}
    for one in arrivals:
        fact = one.inbound
        given = {"channel": one.bound.row.id, "about": fact.about, "at": fact.at}
        if fact.type == "edit":
            done = await tx.execute(EDIT, {**given, "text": fact.text, "tokens": tokens(fact.text)})
        else:
            done = await tx.execute(DELETE, given)
        row = done.one_or_none()
        if row is not None:
            kind = Kind.MESSAGE_EDITED if fact.type == "edit" else Kind.MESSAGE_DELETED
            await tx.execute(PREVIEW, {"id": row.id})
            news.append(News(kind, row.conversation_id, row.id))
        elif (await tx.execute(KNOWN, {"channel": one.bound.row.id, "about": fact.about})).first() is None:
            early[one.envelope_id] = waits_for(fact.about)
    return news, early


async def release(tx: Tx, names: Sequence[tuple[int, str]]) -> None:
    """Messages became known: let what waited for them come in."""
    if names:
        channels = sorted({channel for channel, _ in names})
        await tx.execute(RELEASE, {"channels": channels, "reasons": [waits_for(name) for _, name in names]})
