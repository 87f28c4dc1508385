"""What a visitor may read. The rule is in the query.

Notes never. A browser: only what was said in this chat, by and to that browser. A signed user: everything public
between her and the brand, of addresses that are hers by proof; whom a colleague took her for shows her nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from madang.conversations.rows import File
from madang.conversations.threads import files_of
from madang.customers.actions.merging import PROOF
from madang.customers.trees import proven_homes
from madang.lib.postgres import Tx
from madang.portal.chat.visitors import Visitor

PAGE = 50

# A message names whose it is: who said it, or to whom it went. Two browsers joined to one customer by an agent, on
# whatever ground, still do not read each other. States 3 to 5: sent, delivered, read.
READABLE = text("""
select m.id, m.direction, m.author, m.text, m.at, m.state, m.client_key, m.provider_message_id, m.channel_id,
       m.deleted_at, c.name as channel_name, v.id as conversation_id
from conversation v join message m on m.conversation_id = v.id and m.id >= v.first_id
left join channel c on c.id = m.channel_id
left join identity i on i.id = m.identity_id
where v.customer_id = :customer and v.brand_id = :brand
  and (cast(:before as bigint) = 0 or m.id < :before)
  and (cast(:ids as bigint[]) is null or m.id = any(cast(:ids as bigint[])))
  and (m.direction = 'in' or (m.direction = 'out' and m.state between 3 and 5))
  and ((cast(:signed as boolean) and (coalesce(i.proved_by, '') = '' or i.proof = 'code')
        and coalesce(i.home_id, i.customer_id, v.home_id, v.customer_id) = any(cast(:homes as bigint[])))
    or (m.channel_id = :channel and m.identity_id = :identity))
order by m.id desc limit :most
""")
FILE = text("""
select key, name, mime, size, inline, content_id, sha256, message_id, scan, scan_found
from attachment where key = :key and sha256 <> ''
""")
UPLOAD = text("select key, name, mime, size, sha256 from upload where key = :key and owner = :owner")

# Up to which of her messages an agent has read: all but the newest ``unread`` of each conversation.
SEEN = text("""
select coalesce(max(s.id), 0) from conversation v cross join lateral (
  select m.id from message m where m.conversation_id = v.id and m.id >= v.first_id and m.direction = 'in'
  order by m.id desc offset v.unread limit 1) s
where v.customer_id = :customer and v.brand_id = :brand
""")
MINE = text("select id from conversation where customer_id = :customer and brand_id = :brand")


Rows = Sequence[Row[Any]]
Files = dict[int, list[File]]


async def last(tx: Tx, visitor: Visitor, *, before: int = 0) -> tuple[Rows, Files, bool]:
    """The newest messages (before one), oldest first; their files; whether there are earlier ones."""
    rows = await _readable(tx, visitor, before=before, most=PAGE + 1)
    newest = rows[:PAGE][::-1]
    return newest, await _files(tx, newest), len(rows) > PAGE


async def some(tx: Tx, visitor: Visitor, ids: Sequence[int]) -> tuple[Rows, Files]:
    """Those of ``ids`` that she may read, in order."""
    rows = await _readable(tx, visitor, ids=list(ids), most=len(ids)) if ids else []
    return rows[::-1], await _files(tx, rows)


async def _readable(tx: Tx, visitor: Visitor, *, most: int, before: int = 0, ids: list[int] | None = None) -> Rows:
    if not visitor.customer_id:
        return []
    homes = await proven_homes(tx, visitor.home_id, PROOF) if visitor.signed else []
    given = {
        "homes": homes,
        "customer": visitor.customer_id,
        "brand": visitor.brand_id,
        "channel": visitor.channel_id,
        "identity": visitor.identity_id,
        "signed": visitor.signed,
    }
    return (await tx.execute(READABLE, given | {"before": before, "ids": ids, "most": most})).all()


async def _files(tx: Tx, rows: Rows) -> Files:
    return await files_of(tx, [row.id for row in rows if row.deleted_at is None])


async def seen(tx: Tx, visitor: Visitor) -> int:
    """The number of her last message that an agent has read, 0 when there is none."""
    given = {"customer": visitor.customer_id, "brand": visitor.brand_id}
    return int((await tx.execute(SEEN, given)).scalar_one())


async def conversations(tx: Tx, visitor: Visitor) -> list[int]:
    """Her conversations with the brand."""
    given = {"customer": visitor.customer_id, "brand": visitor.brand_id}
    return [row[0] for row in await tx.execute(MINE, given)]


async def file(tx: Tx, visitor: Visitor, key: str) -> File | None:
    """A file of a message she may read, or one she has just uploaded; None when it is neither."""
    upload = (await tx.execute(UPLOAD, {"key": key, "owner": visitor.owner})).mappings().one_or_none()
    if upload is not None:
        return File(**upload)
    row = (await tx.execute(FILE, {"key": key})).mappings().one_or_none()
    if row is None:
        return None
    rows, _ = await some(tx, visitor, [row["message_id"]])
    return File(**row) if rows and rows[0].deleted_at is None else None
