"""Where messages can go: the same customer's other conversations with the same brand, however many there are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from sqlalchemy import ARRAY, BigInteger, any_, cast, select

from madang.conversations.finding_in import READ, pattern
from madang.conversations.models import Conversation, Message
from madang.conversations.queries import HERE, rows_of
from madang.conversations.rows import Row
from madang.conversations.scheduling import SAID
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit


async def destinations(tx: Tx, viewer: Viewer, here: Row, asked: str, most: int) -> list[Row]:
    """At most ``most`` of those in scope beside ``here``, the newest first.

    ``asked`` is looked for in their subjects and among the customer's newest messages; #12 or 12 is a number, and
    stands first. '' asks for all.
    """
    permit(viewer, "conversation.assign")
    query = (
        select(Conversation.id, Conversation.subject)
        .where(Conversation.customer_id == here.customer_id, Conversation.brand_id == here.brand_id, HERE)
        .where(Conversation.id != here.id, viewer.scope.where(Conversation))
        .order_by(Conversation.sort_at.desc(), Conversation.id.desc())
    )
    hers: dict[int, str] = {row.id: row.subject for row in await tx.execute(query)}
    found = list(hers)
    if (sought := pattern(asked)) is not None:
        saying = await _saying(tx, hers, sought)
        named = asked.strip().removeprefix("#")
        found = [one for one in hers if str(one) == named or one in saying or sought.search(_plain(hers[one]))]
        found.sort(key=lambda one: str(one) != named)  # stable: the rest stays in its order
    order = {one: place for place, one in enumerate(found[:most])}
    return sorted(await rows_of(tx, viewer, list(order)), key=lambda row: order[row.id])


async def _saying(tx: Tx, some: Collection[int], sought: re.Pattern[str]) -> set[int]:
    """Those of these conversations in which it was said, as far as they are looked through."""
    query = (
        select(Message.conversation_id, Message.text)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.conversation_id == any_(cast(list(some), ARRAY(BigInteger))), Message.id >= Conversation.first_id
        )
        .where(Message.deleted_at.is_(None), SAID)
        .order_by(Message.id.desc())
        .limit(READ)
    )
    return {row.conversation_id for row in await tx.execute(query) if sought.search(_plain(row.text))}


def _plain(words: str) -> str:
    return unicodedata.normalize("NFC", words)
