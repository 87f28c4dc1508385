"""Fields of the company's own, filled in on a conversation."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from madang.conversations.inbox.actions.holding import MISSING, hold_all, tell
from madang.customers import defined, typed
from madang.events.kinds import Kind
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

SET = text("""
update conversation set fields = jsonb_strip_nulls(fields || :given) where id = :id
""").bindparams(bindparam("given", type_=JSONB))


async def fill_in(tx: Tx, viewer: Viewer, conversation_id: int, given: Mapping[str, str]) -> None:
    """Set fields by name, '' empties one. What stays the same is no change.

    Raises NotFound, Refused, also for a field that is not hers to see.
    """
    held, _done = await hold_all(tx, viewer, "conversation.tag", [conversation_id])
    if conversation_id not in held:
        raise NotFound(gettext(MISSING))
    known = {one.name: one for one in await defined.fields(tx, viewer, about="conversation")}
    for name in given:
        if name not in known:
            raise Refused(gettext(_("There is no such field.")), name)
    clean = {name: typed.value(known[name], said) for name, said in given.items()}
    before = held[conversation_id].fields
    changed = {name: now for name, now in clean.items() if before.get(name) != now}
    if changed:
        await tx.execute(SET, {"id": conversation_id, "given": changed})
        await tell(tx, viewer, Kind.CONVERSATION_FILLED, {conversation_id: changed}, held)
