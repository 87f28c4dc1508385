"""Files on their way into a message."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import delete, insert, text

from madang.conversations.models import Attachment, Upload
from madang.events.record import Actor
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.lib.uploads import clean_name

MOST = 10
# What no message took. What a draft of its owner's names, or one beside it, waits as long as she does: looked for among
# her drafts alone, and for the few files that are old enough to go.
TIDY = text("""
delete from upload u where u.at < now() - interval '2 days' and not exists (select from draft d
  where u.owner like 'user:%' and d.user_id = split_part(u.owner, ':', 2)::bigint and strpos(d.data::text, u.key) > 0)
""")


async def add_upload(tx: Tx, owner: Actor | str, name: str, mime: str, sha256: str, size: int) -> str:
    """Note a stored file as waiting for its message; returns its unguessable key. Only ``owner`` may use it.

    An owner is an event actor, or a visitor who may not be a customer yet (:func:`adopt`).
    """
    key = secrets.token_hex(16)
    values = {"key": key, "owner": str(owner), "sha256": sha256, "name": clean_name(name), "mime": mime, "size": size}
    await tx.execute(insert(Upload).values(values))
    return key


async def take_uploads(tx: Tx, owner: str, keys: Sequence[str], message_id: int) -> None:
    """Make waiting files part of a message; raises Refused for one that is not ``owner``'s or was used."""
    wanted = list(dict.fromkeys(keys))
    if len(wanted) > MOST:
        raise Refused("A message takes at most 10 files.", "files")
    if await adopt(tx, owner, wanted, message_id) != len(wanted):
        raise Refused("A file is not there any more. Please attach it again.", "files")


async def adopt(tx: Tx, owner: str, keys: Sequence[str], message_id: int) -> int:
    """Make those of ``keys`` that are ``owner``'s part of a message; returns how many those were."""
    if not keys:
        return 0
    taken = delete(Upload).where(Upload.key.in_(keys), Upload.owner == owner)
    rows = (await tx.execute(taken.returning(Upload.key, Upload.sha256, Upload.name, Upload.mime, Upload.size))).all()
    place = {key: number for number, key in enumerate(keys)}
    for row in sorted(rows, key=lambda row: place[row.key]):
        values = {"sha256": row.sha256, "name": row.name, "mime": row.mime, "size": row.size}
        await tx.execute(insert(Attachment).values(message_id=message_id, key=row.key, **values))
    return len(rows)
