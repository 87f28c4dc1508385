"""Small things done at the provider with one message: her public words hidden from others, or shown again."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Row, text

from madang.channels.abilities import Acts
from madang.channels.book import Book
from madang.channels.connector import Cap, Kind, Party, SendError
from madang.conversations.actions.hold import hold
from madang.events.kinds import Kind as What
from madang.events.record import News, record
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

Verb = Literal["hide", "unhide"]

CANNOT = _("This channel cannot do that with a message.")
WHY = {
    "auth": _("The channel cannot sign in any more. The administrators have been told."),
    "down": _("The provider cannot be reached. Try again in a moment."),
    "rate": _("The provider takes no more just now. Try again in a moment."),
    "unsure": _("The connection broke. Look at the post before you try again."),
}
REFUSED = _("The provider does not allow this.")

SPOKEN = text("""
select m.id, m.conversation_id, m.channel_id, m.provider_message_id as name, i.kind, i.value
from message m left join identity i on i.id = m.identity_id
where m.id = :id and m.direction = 'in' and m.deleted_at is null
""")
SET = text("update message set data = data || jsonb_build_object('hidden', cast(:hidden as boolean)) where id = :id")


async def act(ground: Ground, book: Book, viewer: Viewer, message_id: int, verb: Verb) -> None:
    """Do it at the provider, then write down that it is so: no transaction waits for somebody else's server.

    Raises NotFound outside her scope, Refused where the channel cannot, or the provider does not.
    """
    async with ground.database.begin() as tx:
        row = await _spoken(tx, viewer, message_id)
    connector = (await book.by_id(row.channel_id)).connector
    if Cap.HIDE not in connector.caps or not isinstance(connector, Acts) or not row.name or row.kind is None:
        raise Refused(gettext(CANNOT))
    try:
        await connector.act(verb, Party(Kind(row.kind), row.value), about=row.name)
    except SendError as error:
        raise Refused(gettext(WHY.get(error.why, REFUSED))) from error
    async with ground.database.begin() as tx:
        held = await hold(tx, viewer, "conversation.reply", row.conversation_id)
        await tx.execute(SET, {"id": message_id, "hidden": verb == "hide"})
        data = {"hidden": verb == "hide"}
        await record(tx, viewer.actor, News(What.MESSAGE_HIDDEN, held.id, message_id, held.customer_id, data))


async def _spoken(tx: Tx, viewer: Viewer, message_id: int) -> Row[Any]:
    """What she said, where it may be answered; raises NotPermitted or NotFound."""
    row = (await tx.execute(SPOKEN, {"id": message_id})).one_or_none()
    if row is None or row.channel_id is None:
        raise NotFound("There is no such message.")
    await hold(tx, viewer, "conversation.reply", row.conversation_id)
    return row
