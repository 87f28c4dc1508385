"""A macro goes along with an answer: what it does beside its words is done in the answer's own transaction."""

from __future__ import annotations

import uuid
from typing import Any

from madang.conversations import queries
from madang.conversations.scheduling import after_undo
from madang.conversations.steps.facts import known
from madang.desk.written import key_of
from madang.guides import actions as guides
from madang.guides import queries as guide_queries
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.macros import actions
from madang.macros.actions import Used
from madang.staff.permissions import Viewer
from madang.staff.queries import preferences


async def use(
    tx: Tx, viewer: Viewer, conversation_id: int, macro_id: int, run: str, *, said: bool = False, language: str = ""
) -> Used:
    """Use it under the key ``run``; a guide it opens stands beside the conversation then."""
    await queries.one(tx, viewer, conversation_id)
    key = key_given(run)
    some = await known(tx, viewer, await guide_queries.names(tx, viewer))
    later = after_undo(await preferences(tx, viewer.user_id))
    given: dict[str, Any] = {"said": said, "language": language, "later": later}
    used = await actions.use(tx, viewer, conversation_id, macro_id, key, some, **given)
    if used.opens and not used.again:
        await guides.choose(tx, viewer, conversation_id, used.opens)
    return used


def key_given(text: str) -> uuid.UUID:
    """The key a browser made for a use; raises Refused where there is none."""
    key = key_of(text)
    if key is None:
        raise Refused(_("This use has no valid key. Reload the page and try again."), "key")
    return key
