"""Files that were sent up and wait for their message: only who sent them may look."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from madang.conversations.models import Upload
from madang.conversations.rows import File
from madang.events.record import Actor
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx


async def uploads(tx: Tx, owner: Actor | str, keys: Sequence[str]) -> list[File]:
    """Those of ``keys`` that are ``owner``'s and still wait, in no order."""
    if not keys:
        return []
    columns = (Upload.key, Upload.name, Upload.mime, Upload.size, Upload.sha256)
    query = select(*columns).where(Upload.key.in_(keys), Upload.owner == str(owner))
    return [File(**row) for row in (await tx.execute(query)).mappings()]


async def upload(tx: Tx, owner: Actor | str, key: str) -> File:
    """One of ``owner``'s; raises NotFound."""
    found = await uploads(tx, owner, [key])
    if not found:
        raise NotFound("There is no such file.")
    return found[0]
