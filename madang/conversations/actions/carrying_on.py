"""Offer her a link to go on at another door, and say where her next words belong."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update

from madang.conversations.actions.hold import hold
from madang.conversations.doors import carries
from madang.conversations.models import Conversation
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.ground import Ground
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer


@dataclass(frozen=True, slots=True)
class Offer:
    """A link that is good once, for a day. ``url`` is short enough for a text message."""

    url: str
    code: str


async def offer(ground: Ground, tx: Tx, viewer: Viewer, conversation_id: int) -> Offer:
    """A link by which this customer goes on in this conversation, by whichever door she chooses. Raises NotFound."""
    held = await hold(tx, viewer, "conversation.reply", conversation_id)
    code = carries.new_code()
    await carries.keep(tx, code, held.id, held.customer_id, str(viewer.actor))
    await record(tx, viewer.actor, News(Kind.CARRY_OFFERED, held.id, customer=held.customer_id))
    return Offer(f"{ground.settings.public_url}/go/{code}", code)


async def keep(tx: Tx, viewer: Viewer, conversation_id: int, keeps: bool) -> None:
    """Say that what she writes next, by whatever door, belongs here; or not any more. Raises NotFound."""
    held = await hold(tx, viewer, "conversation.assign", conversation_id)
    changed = update(Conversation).where(Conversation.id == held.id, Conversation.keeps != keeps)
    if (await tx.execute(changed.values(keeps=keeps))).rowcount:
        news = News(Kind.CONVERSATION_KEPT, held.id, customer=held.customer_id, data={"keeps": keeps})
        await record(tx, viewer.actor, news)
