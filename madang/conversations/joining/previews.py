"""What would become of conversations, shown before anything is done. Nothing is written here."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, and_, any_, cast, func, select, text

from madang.conversations.joining.actions.merging import shape
from madang.conversations.joining.models import Joined
from madang.conversations.joining.queries import merged_among
from madang.conversations.joining.shape import Shape, together
from madang.conversations.models import Message
from madang.conversations.queries import one
from madang.conversations.rows import Row
from madang.conversations.scheduling import SAID
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

PEEKED = 6  # messages shown of the result
ALONG = text("""
select (select count(*) from draft where conversation_id = :id) as drafts,
  (select count(*) from outbox where conversation_id = :id) +
  (select count(*) from scheduled where conversation_id = :id) as due,
  (select count(*) from follower where conversation_id = :id) as followers,
  (select count(*) from conversation_link where :id in (a_id, b_id)) as links,
  (select count(*) from mention where conversation_id = :id) as mentions,
  (select count(*) from message where conversation_id = :id and direction = 'note') as notes
""")


@dataclass(frozen=True, slots=True)
class Peek:
    """One message of the result, and where it stands now."""

    id: int
    conversation_id: int
    direction: str
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Along:
    """How much goes along beside messages."""

    drafts: int
    due: int
    followers: int
    links: int
    mentions: int
    notes: int


@dataclass(frozen=True, slots=True)
class Merging:
    """Two as one. ``problem``: '' when it can be done, ``customers`` or ``brands`` when they are of two."""

    goes: Row
    stays: Row
    result: Shape
    along: Along
    last: list[Peek]
    problem: str


@dataclass(frozen=True, slots=True)
class Moving:
    """Messages elsewhere. ``there`` None: into a new conversation. ``left``: how many stay, notes among them."""

    here: Row
    there: Row | None
    moved: list[Peek]
    count: int
    left: int
    subject: str


@dataclass(frozen=True, slots=True)
class Undoing:
    """Two again: how many messages go back, how many came since and stay."""

    goes: Row
    stays: Row
    back: int
    since: int


async def merging(tx: Tx, viewer: Viewer, from_id: int, into_id: int) -> Merging:
    """What would become of both; raises NotFound, Refused."""
    permit(viewer, "conversation.assign")
    goes, stays = await one(tx, viewer, from_id), await one(tx, viewer, into_id)
    if from_id == into_id:
        raise Refused(_("These are one conversation already. Choose another."), "into")
    result = together(await shape(tx, into_id), await shape(tx, from_id))
    along = Along(*(await tx.execute(ALONG, {"id": from_id})).one())
    problem = "customers" if goes.customer_id != stays.customer_id else ""
    problem = problem or ("brands" if goes.brand_id != stays.brand_id else "")
    numbers = cast([from_id, into_id], ARRAY(BigInteger))
    last = [] if problem else await _peek(tx, Message.conversation_id == any_(numbers))
    return Merging(goes, stays, result, along, last, problem)


async def moving(tx: Tx, viewer: Viewer, here_id: int, message_ids: Sequence[int], there_id: int | None) -> Moving:
    """What would become of messages of one conversation; raises NotFound, Refused."""
    permit(viewer, "conversation.assign")
    here = await one(tx, viewer, here_id)
    there = await one(tx, viewer, there_id) if there_id else None
    mine = Message.conversation_id == here_id
    chosen = and_(mine, Message.id == any_(cast(sorted(set(message_ids)), ARRAY(BigInteger))))
    counted = select(func.count().filter(chosen), func.count().filter(mine)).where(mine)
    count, every = (await tx.execute(counted)).one()
    if not count or count != len(set(message_ids)):
        raise NotFound("There are no such messages in one conversation.")
    if there is None and count == every:
        raise Refused(_("These are all its messages: there would be nothing to split them from."))
    moved = await _peek(tx, chosen)
    subject = there.subject if there else (moved[0].text.split("\n", 1)[0][:80] if moved else "")
    return Moving(here, there, moved, count, every - count, subject)


async def undoing(tx: Tx, viewer: Viewer, joined_id: int) -> Undoing:
    """What would go back where; raises NotFound for what was undone, or is not seen."""
    permit(viewer, "conversation.assign")
    query = select(Joined.from_id, Joined.into_id, Joined.message_ids, Joined.data)
    row = (await tx.execute(query.where(Joined.id == joined_id, Joined.undone_at.is_(None)))).one_or_none()
    if row is None:
        raise NotFound("There is no such merge.")
    goes, stays = await one(tx, viewer, row.from_id), await one(tx, viewer, row.into_id)
    theirs = Message.id == any_(cast(row.message_ids, ARRAY(BigInteger)))
    mark = int(row.data.get("mark", 0))
    here = Message.conversation_id == row.into_id
    counts = select(
        func.count().filter(theirs),
        func.count().filter(and_(~theirs, Message.id > mark, Message.direction != "note")),
    ).where(here)
    return Undoing(goes, stays, *(await tx.execute(counts)).one())


async def candidates(tx: Tx, viewer: Viewer, here: Row, asked: str, rows: Sequence[Row]) -> list[Row]:
    """Of these, what can be chosen beside ``here``: without itself and what was merged away; a number finds its own."""
    found = {row.id: row for row in rows}
    number = asked.strip().removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) < 19 and int(number) not in found:
        with contextlib.suppress(NotFound):
            found = {int(number): await one(tx, viewer, int(number))} | found
    gone = await merged_among(tx, found)
    return [row for row in found.values() if row.id != here.id and row.id not in gone]


async def _peek(tx: Tx, rule: Any) -> list[Peek]:
    query = (
        select(
            Message.id,
            Message.conversation_id,
            Message.direction,
            Message.author,
            func.left(Message.text, 160),
            Message.at,
        )
        .where(rule, Message.deleted_at.is_(None), SAID)
        .order_by(Message.id.desc())
        .limit(PEEKED)
    )
    return [Peek(*row) for row in await tx.execute(query)][::-1]
