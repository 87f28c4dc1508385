"""Files that were sent up and wait for their message: only who sent them may look."""

from __future__ import annotations

from sqlalchemy import select

from madang.conversations.models import Upload
from madang.conversations.rows import File
from madang.events.record import Actor
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx


async def upload(tx: Tx, owner: Actor | str, key: str) -> File:
    """One of ``owner``'s; raises NotFound."""
    columns = (Upload.key, Upload.name, Upload.mime, Upload.size, Upload.sha256)
    query = select(*columns).where(Upload.key == key, Upload.owner == str(owner))
    row = (await tx.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such file.")
    return File(**row)
