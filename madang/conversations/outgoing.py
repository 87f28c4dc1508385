"""One queued message as its connector will say it: to whom, in which thread, with what below."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, text

from madang.channels.connector import Media, Outbound
from madang.conversations import phrasing, scanning
from madang.conversations.threads import files_of
from madang.conversations.ways import Way, party
from madang.ground import Ground
from madang.lib import file_link, light_marks
from madang.lib.postgres import Tx
from madang.lib.uploads import media_kind

MESSAGE = text("""
select m.id, m.conversation_id, m.channel_id, m.client_key, m.text, m.html, m.subject, m.author, m.auto, m.data,
       m.state, v.language, v.subject as matter
from message m join conversation v on v.id = m.conversation_id where m.id = :id
""")

# The names of this thread at the provider, oldest first, the last 20 of them; and the last the customer said there.
THREAD = text("""
select provider_message_id as name, direction from (
  select id, provider_message_id, direction from message
  where conversation_id = :conversation and channel_id = :channel and provider_message_id is not null
    and id >= (select first_id from conversation where id = :conversation)
  order by id desc limit 20) t order by id
""")

# What was said before, on whatever channel: who leaves the chat finds it quoted in the mail.
HEARD = text("""
select data, at from message
where conversation_id = :conversation and channel_id = :channel and direction = 'in'
  and id >= (select first_id from conversation where id = :conversation)
order by id desc limit 1
""")

HISTORY = text("""
select author, at, text from message
where conversation_id = :conversation and id < :id and direction <> 'note' and deleted_at is null
  and id >= (select first_id from conversation where id = :conversation)
  and (direction = 'in' or state between 0 and 5 and not data ?| array['leaves', 'later'])
order by id desc limit :most
""")
QUOTED = 10


async def load(tx: Tx, message_id: int) -> Row[Any] | None:
    """The message's row, None when it is gone."""
    return (await tx.execute(MESSAGE, {"id": message_id})).one_or_none()


async def compose(ground: Ground, tx: Tx, row: Row[Any], way: Way) -> Outbound:
    """What the connector of ``way`` is handed."""
    return Outbound(
        key=str(row.client_key),
        to=party(way),
        text=phrasing.words_of(row.text, row.data),
        conversation=row.conversation_id,
        message=row.id,
        html=light_marks.html(row.data["marks"], mail=True) if row.data.get("marks") else "",
        subject=row.subject or row.matter,
        media=await _media(ground, tx, row.id),
        sender_name=row.author,
        history=await _history(tx, row),
        language=row.language,
        auto=row.auto,
        buttons=phrasing.buttons_of(row.data),
        template=phrasing.template_of(row.data),
        data=row.data,
        **await answering(tx, row.conversation_id, way.channel_id),
    )


async def answering(tx: Tx, conversation_id: int, channel_id: int) -> dict[str, Any]:
    """What is answered there, as fields of an Outbound: by it a connector knows where the words go."""
    place = {"conversation": conversation_id, "channel": channel_id}
    heard = (await tx.execute(HEARD, place)).one_or_none()
    names = (await tx.execute(THREAD, place)).all()
    answered = [name.name for name in names if name.direction == "in"]
    return {
        "reply_to": answered[-1] if answered else "",
        "references": tuple(name.name for name in names),
        "heard": heard.data if heard else {},
        "heard_at": heard.at if heard else None,
    }


async def _history(tx: Tx, row: Row[Any]) -> tuple[tuple[str, datetime, str], ...]:
    given = {"conversation": row.conversation_id, "id": row.id, "most": QUOTED}
    return tuple((said.author, said.at, said.text) for said in await tx.execute(HISTORY, given))


async def _media(ground: Ground, tx: Tx, message_id: int) -> tuple[Media, ...]:
    made: list[Media] = []
    for file in (await files_of(tx, [message_id])).get(message_id, []):
        scanning.let_go(ground.settings, file)
        kind: Any = media_kind(file.mime)
        source = partial(ground.files.stream, file.sha256)
        made.append(Media(kind, file.name, file.mime, ref=file.key, size=file.size, source=source))
    return tuple(made)


def link(ground: Ground, media: Media) -> str:
    """Where a customer fetches a file that her channel does not carry, for thirty days and without signing in."""
    token = file_link.made(ground.keys.derive("file links"), media.ref, time.time())
    return f"{ground.settings.public_url}/f/{token}"
