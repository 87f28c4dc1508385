"""Files that a provider holds are fetched after commit, so that no message waits for its picture."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Row, text

from madang.channels.book import Book
from madang.channels.connector import Media
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record
from madang.ground import Ground
from madang.lib.files import TooLarge, Unavailable
from madang.lib.uploads import media_kind, sniff

log = logging.getLogger("madang.media")

TRIES = 5
CLAIM = text("""
with due as (
  select id from attachment where sha256 = '' and ref <> '' and fetch_at <= now()
  order by fetch_at limit 8 for update skip locked)
update attachment a set fetch_at = now() + interval '1 minute' * power(2, a.fetch_tries), fetch_tries = fetch_tries + 1
from due, message m where a.id = due.id and m.id = a.message_id
returning a.id, a.message_id, a.ref, a.name, a.mime, a.fetch_tries, m.channel_id, m.conversation_id
""")
KEEP = text("update attachment set sha256 = :sha256, size = :size, mime = :mime, ref = '' where id = :id")
LATER = text(
    "update attachment set fetch_tries = fetch_tries - 1, fetch_at = now() + interval '1 minute' where id = :id"
)
GIVE_UP = text("update attachment set ref = '' where id = :id")


async def fetch(ground: Ground, book: Book) -> int:
    """Fetch what is due; returns how many files were tried."""
    async with ground.database.begin() as tx:
        rows = (await tx.execute(CLAIM)).all()
    for row in rows:
        await _fetch_one(ground, book, row)
    return len(rows)


async def _fetch_one(ground: Ground, book: Book, row: Row[Any]) -> None:
    bound = await book.by_id(row.channel_id)
    kind: Any = media_kind(row.mime)
    parts: AsyncIterator[bytes] = bound.connector.fetch(Media(kind, row.name, row.mime, ref=row.ref))
    try:
        sha256, size = await ground.files.put_stream(parts, bound.connector.limits.media_bytes)
        mime = sniff(await ground.files.head(sha256), row.name, row.mime)
    except Unavailable as error:  # ours, not the provider's: that is no reason ever to give up
        log.warning("file %s of message %s waits: %s", row.id, row.message_id, error)
        async with ground.database.begin() as tx:
            await tx.execute(LATER, {"id": row.id})
        return
    except Exception as error:  # whatever a stranger's address does, the files after it are fetched
        log.warning("file %s of message %s was not fetched: %s", row.id, row.message_id, error)
        if row.fetch_tries >= TRIES or isinstance(error, TooLarge) or getattr(error, "why", "") == "invalid":
            async with ground.database.begin() as tx:
                await tx.execute(GIVE_UP, {"id": row.id})
        return
    async with ground.database.begin() as tx:
        await tx.execute(KEEP, {"sha256": sha256, "size": size, "mime": mime, "id": row.id})
        await record(tx, SYSTEM, News(Kind.MESSAGE_MEDIA, row.conversation_id, row.message_id))
