"""What customers send beside words, put into a message from within: files, and a mail as it was written."""

from __future__ import annotations

import asyncio
import io
import json
import secrets

from PIL import Image
from sqlalchemy import delete, insert, select, text, update

from madang.conversations.models import Attachment, Conversation, Message
from tests.browser.office import Office

LONG = text("""
insert into message (conversation_id, channel_id, direction, identity_id, author, text, at)
select conversation_id, channel_id, direction, identity_id, author, 'one of many ' || n, at + n * interval '1 second'
from message, generate_series(1, :many) n where id = :of order by n
""")
COPIED = text("""
insert into message (conversation_id, channel_id, direction, identity_id, author, text, at, data)
select conversation_id, :channel, direction, identity_id, author, 'as a mail', at + interval '1 second',
  cast(:data as jsonb) from message where id = :of
""")


def picture(colour: str, size: tuple[int, int] = (900, 600)) -> bytes:
    """A PNG of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


async def number(office: Office, words: str) -> int:
    """The message of this story that says it, once it is taken in."""
    query = select(Message.id).join(Conversation, Conversation.id == Message.conversation_id)
    said = query.where(Conversation.brand_id == office.brand_id, Message.text == words)
    async with asyncio.timeout(15):
        while True:
            async with office.ground.database.begin() as tx:
                if found := (await tx.execute(said)).scalar():
                    return int(found)
            await asyncio.sleep(0.05)


async def long(office: Office, after: str, many: int = 70) -> None:
    """So many short messages of hers after the one that says ``after``: more than are loaded at once."""
    async with office.ground.database.begin() as tx:
        await tx.execute(LONG, {"of": await number(office, after), "many": many})


async def files(office: Office, words: str, *some: tuple[str, str, bytes]) -> None:
    """Files (name, type, content) of the message that says ``words``."""
    message_id = await number(office, words)
    rows = [
        {
            "message_id": message_id,
            "key": secrets.token_hex(16),
            "sha256": await office.ground.files.put(content),
            "name": name,
            "mime": mime,
            "size": len(content),
        }
        for name, mime, content in some
    ]
    async with office.ground.database.begin() as tx:
        await tx.execute(insert(Attachment), rows)


async def without(office: Office, words: str) -> None:
    """The message that says ``words`` has no files any more."""
    message_id = await number(office, words)
    async with office.ground.database.begin() as tx:
        await tx.execute(delete(Attachment).where(Attachment.message_id == message_id))


async def mail(office: Office, words: str, html: str, full_text: str = "") -> None:
    """The mail of which ``words`` is what is new."""
    message_id = await number(office, words)
    async with office.ground.database.begin() as tx:
        await tx.execute(update(Message).where(Message.id == message_id).values(html=html, full_text=full_text))


async def copied(office: Office, channel: int, after: str, to: list[str], cc: list[str]) -> None:
    """A mail of hers by this channel after the message that says ``after``: to whom it went besides."""
    lines = {name: [{"address": one, "name": ""} for one in some] for name, some in (("to", to), ("cc", cc))}
    given = {"channel": channel, "of": await number(office, after), "data": json.dumps(lines)}
    async with office.ground.database.begin() as tx:
        await tx.execute(COPIED, given)
