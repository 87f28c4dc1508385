"""Files that come with a form: taken in one by one, kept over a mistake in it, for one message only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from litestar.datastructures import UploadFile
from sqlalchemy import text

from madang.conversations.actions import add_upload
from madang.ground import Ground
from madang.lib.files import TooLarge
from madang.lib.language import gettext as _
from madang.lib.receiving import Empty, receive
from madang.staff.attempts import Limit, Try, network, spend

LIMIT = 25 << 20  # bytes of one file
MOST = 10  # files of one message
WHOLE = 80 << 20  # bytes of one post
HOUR = timedelta(hours=1)
FILES = Limit("page.file", 60, HOUR)

KEPT = text("""
select key, name, mime, size from upload where owner = :owner and key = any(cast(:keys as text[])) order by at, key
""")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that waits for its message."""

    key: str
    name: str
    mime: str
    size: int


@dataclass(slots=True)
class Brought:
    """What came, and what is wrong with some of it."""

    kept: list[Kept] = field(default_factory=list)
    problem: str = ""

    @property
    def keys(self) -> list[str]:
        """Their names for the message."""
        return [one.key for one in self.kept]


async def take(ground: Ground, owner: str, form: Any, remote: str) -> Brought:
    """The files of a form (``files``), and those it has brought before (``kept``), of this ``owner``."""
    before = [str(one) for one in form.getall("kept", [])][:MOST]
    made = Brought(await _kept(ground, owner, before))
    new = [one for one in form.getall("files", []) if isinstance(one, UploadFile) and one.filename]
    if new:
        await spend(ground.database, *(Try(FILES, network(remote)) for _one in new[:MOST]))
    for one in new:
        if len(made.kept) >= MOST:
            made.problem = _("At most %(n)s files go with one message.") % {"n": MOST}
            break
        await _add(ground, owner, one, made)
    return made


async def _add(ground: Ground, owner: str, one: UploadFile, made: Brought) -> None:
    name = {"name": one.filename}
    try:
        file = await receive(ground.files, _parts(one), LIMIT, one.filename, one.content_type)
    except TooLarge:
        made.problem = _("%(name)s is larger than 25 MB.") % name
        return
    except Empty:
        made.problem = _("%(name)s is empty.") % name
        return
    async with ground.database.begin() as tx:
        key = await add_upload(tx, owner, *file)
    made.kept.append(Kept(key, file.name, file.mime, file.size))


async def _kept(ground: Ground, owner: str, keys: Sequence[str]) -> list[Kept]:
    if not keys:
        return []
    async with ground.database.begin() as tx:
        rows = await tx.execute(KEPT, {"owner": owner, "keys": list(keys)})
        return [Kept(*row) for row in rows]


async def _parts(one: UploadFile) -> AsyncIterator[bytes]:
    while part := await one.read(1 << 20):
        yield part
