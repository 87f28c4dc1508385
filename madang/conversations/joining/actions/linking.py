"""Two conversations that have to do with each other, whoever's they are: each leads to the other, nothing moves."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from madang.conversations.actions.hold import Held, hold_all
from madang.conversations.joining.models import Link
from madang.events.kinds import Kind
from madang.events.record import News, record_all
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer


async def link(tx: Tx, viewer: Viewer, one: int, other: int) -> None:
    """Link them; twice is once. Raises NotFound for what she does not see, Refused."""
    a, b = await _both(tx, viewer, one, other)
    if a.id == b.id:
        raise Refused(_("This is the same conversation. Choose another."), "to")
    made = insert(Link).values(a_id=a.id, b_id=b.id, by=str(viewer.actor)).on_conflict_do_nothing()
    if (await tx.execute(made)).rowcount:
        await _tell(tx, viewer, Kind.CONVERSATION_LINKED, a, b)


async def unlink(tx: Tx, viewer: Viewer, one: int, other: int) -> None:
    """They have nothing to do with each other; twice is once. Raises NotFound."""
    a, b = await _both(tx, viewer, one, other)
    if (await tx.execute(delete(Link).where(Link.a_id == a.id, Link.b_id == b.id))).rowcount:
        await _tell(tx, viewer, Kind.CONVERSATION_UNLINKED, a, b)


async def _both(tx: Tx, viewer: Viewer, one: int, other: int) -> tuple[Held, Held]:
    """Seen by her, the smaller number first."""
    held = await hold_all(tx, viewer, "conversation.assign", {one, other})
    return held[min(held)], held[max(held)]


async def _tell(tx: Tx, viewer: Viewer, kind: Kind, a: Held, b: Held) -> None:
    news = [
        News(kind, here.id, customer=here.customer_id, data={"other": there.id}) for here, there in ((a, b), (b, a))
    ]
    await record_all(tx, viewer.actor, news)
