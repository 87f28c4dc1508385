"""What was said under one root: a post of a board, a case of a form. Its names in the channel begin with the root's.

An answer is named after what it answers when it goes out, so that it stands there and nowhere else, whatever becomes
of the conversation: what answers a secret post never stands under a public one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from madang.conversations.rows import File
from madang.conversations.threads import files_of
from madang.lib.postgres import Tx

MOST = 200  # of one root; nobody reads more on a page

# States 3 to 5: sent, delivered, read.
SAID = text("""
select m.id, m.direction, m.author, m.text, m.at, m.edited_at, m.provider_message_id as name
from message_name n join message r on r.id = n.message_id join conversation v on v.id = r.conversation_id
join message m on m.conversation_id = v.id and m.id >= v.first_id
where n.channel_id = :channel and n.name = :root and m.channel_id = :channel and m.deleted_at is null
  and (m.provider_message_id = :root or starts_with(m.provider_message_id, :root || '/'))
  and (m.direction = 'in' or (m.direction = 'out' and m.state between 3 and 5))
order by m.id limit :most
""")
ELSEWHERE = text("""
select c.connector, max(m.at) as at
from message_name n join message r on r.id = n.message_id join conversation v on v.id = r.conversation_id
join message m on m.conversation_id = v.id and m.id > r.id
join channel c on c.id = m.channel_id
where n.channel_id = :channel and n.name = :root and m.channel_id <> :channel and m.direction = 'out'
  and m.deleted_at is null and m.state between 3 and 5 and m.identity_id is null
group by 1 order by 2 desc
""")
FILE = text("""
select a.key, a.name, a.mime, a.size, a.inline, a.content_id, a.sha256, a.message_id,
  a.scan, a.scan_found
from attachment a where a.key = :key and a.sha256 <> ''
""")
ANSWERED = text("""
select n.name from message_name n join message r on r.id = n.message_id join conversation v on v.id = r.conversation_id
where n.channel_id = :channel and n.name = any(cast(:roots as text[])) and exists (
  select from message m where m.conversation_id = v.id and m.id >= v.first_id and m.channel_id = :channel
    and m.direction = 'out' and m.state between 3 and 5 and m.deleted_at is null
    and starts_with(m.provider_message_id, n.name || '/'))
""")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said there. ``name`` is the root's for the first, else ``root/…``."""

    id: int
    ours: bool
    author: str
    text: str
    at: datetime
    edited_at: datetime | None
    name: str
    files: list[File]


async def under(tx: Tx, channel_id: int, root: str) -> list[Said]:
    """All of it, oldest first; nothing while it is not taken in yet."""
    given: dict[str, Any] = {"channel": channel_id, "root": root, "most": MOST}
    rows = (await tx.execute(SAID, given)).all()
    files = await files_of(tx, [row.id for row in rows])
    return [
        Said(
            row.id, row.direction == "out", row.author, row.text, row.at, row.edited_at, row.name, files.get(row.id, [])
        )
        for row in rows
    ]


async def elsewhere(tx: Tx, channel_id: int, root: str) -> list[tuple[str, datetime]]:
    """By which other connectors the conversation was answered at an address that was only said, and when last."""
    rows = await tx.execute(ELSEWHERE, {"channel": channel_id, "root": root})
    return [(row.connector, row.at) for row in rows]


async def answered(tx: Tx, channel_id: int, roots: Sequence[str]) -> set[str]:
    """Those of ``roots`` under which an answer of ours stands."""
    rows = await tx.execute(ANSWERED, {"channel": channel_id, "roots": list(roots)})
    return {row.name for row in rows}


async def file(tx: Tx, channel_id: int, root: str, key: str) -> File | None:
    """A file of something said there, by its key."""
    row = (await tx.execute(FILE, {"key": key})).mappings().one_or_none()
    if row is None or row["message_id"] not in {one.id for one in await under(tx, channel_id, root)}:
        return None
    return File(**row)
