"""Whose conversation it is."""

from __future__ import annotations

from sqlalchemy import select, update

from madang.conversations.actions.hold import hold
from madang.conversations.inbox.actions.reading import give
from madang.conversations.models import Conversation
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.errors import Refused
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.models import Team
from madang.staff.permissions import Viewer
from madang.staff.viewers import viewer_of_user

BLIND = _("This colleague does not see this brand. Choose another one.")


async def assign(tx: Tx, viewer: Viewer, conversation_id: int, user_id: int | None) -> None:
    """Hand it to a colleague, or to nobody (None). To a colleague it is unread."""
    held = await hold(tx, viewer, "conversation.assign", conversation_id)
    if held.assignee_id == user_id:
        return
    await refuse_user(tx, user_id, held.brand_id)
    await tx.execute(update(Conversation).where(Conversation.id == conversation_id).values(assignee_id=user_id))
    await give(tx, viewer, [conversation_id], user_id)
    data = {"assignee": user_id, "before": held.assignee_id}
    await record(tx, viewer.actor, News(Kind.CONVERSATION_ASSIGNED, conversation_id, data=data))


async def assign_team(tx: Tx, viewer: Viewer, conversation_id: int, team_id: int | None) -> None:
    """Hand it to a team, or to none (None)."""
    held = await hold(tx, viewer, "conversation.assign", conversation_id)
    if held.team_id == team_id:
        return
    await refuse_team(tx, team_id)
    await tx.execute(update(Conversation).where(Conversation.id == conversation_id).values(team_id=team_id))
    data = {"team": team_id, "before_team": held.team_id}
    await record(tx, viewer.actor, News(Kind.CONVERSATION_ASSIGNED, conversation_id, data=data))


async def refuse_user(tx: Tx, user_id: int | None, brand_id: int | None = None) -> Viewer | None:
    """Raise Refused where this colleague takes no conversations, or none of this brand; returns who it is.

    What is handed to somebody to whom it does not exist would lie where nobody looks.
    """
    if user_id is None:
        return None
    found = await viewer_of_user(tx, user_id)
    if found is None or found.role == "viewer":
        raise Refused("This colleague cannot take conversations. Choose another one.", "assignee")
    if brand_id is not None and not sees_brand(found, brand_id):
        raise Refused(gettext(BLIND), "assignee")
    return found


def sees_brand(one: Viewer, brand_id: int) -> bool:
    """Whether conversations of the brand exist for her once they are hers."""
    return one.scope.brands is None or brand_id in one.scope.brands


async def refuse_team(tx: Tx, team_id: int | None) -> None:
    """Raise Refused where there is no such team any more."""
    if team_id is None:
        return
    query = select(Team.id).where(Team.id == team_id, Team.retired_at.is_(None))
    if (await tx.execute(query)).scalar_one_or_none() is None:
        raise Refused("There is no such team. Choose another one.", "team")
