"""What people do with dead letters: let the reaction try again after a fix, or put them aside, and back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, select, true, update

from madang.conversations.actions.envelopes import because
from madang.conversations.models import Conversation
from madang.events import log as events
from madang.events.dispatch import Reaction
from madang.events.kinds import Kind
from madang.events.models import DeadLetter, Event
from madang.events.record import News, record
from madang.lib.errors import NotFound, Refused
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

log = logging.getLogger("madang.letters")


def visible(viewer: Viewer) -> Any:
    """The dead letters that exist for her, as a condition on DeadLetter, Event and Conversation (outer join)."""
    scope = viewer.scope
    if scope.brands is None and scope.sees == "all":
        return true()
    return and_(Conversation.id.is_not(None), scope.where(Conversation))


async def replay(tx: Tx, viewer: Viewer, reactions: Sequence[Reaction], letter_id: int) -> str:
    """Try a dead letter again; returns '' when it worked, else what went wrong, noted on the letter too."""
    letter = await _held(tx, viewer, letter_id)
    one = next((reaction for reaction in reactions if reaction.name == letter.reaction), None)
    if one is None:
        raise Refused(_("This reaction is not there any more. Dismiss the letter."))
    try:
        async with tx.begin_nested():
            await one.run(tx, await events.by_id(tx, [letter.event_id]))
    except Exception as error:
        log.exception("dead letter %s failed again", letter_id)
        words = f"{type(error).__name__}: {error}"[:2000]
        await tx.execute(update(DeadLetter).where(DeadLetter.id == letter_id).values(error=words))
        return words
    await _mark(tx, letter_id, replayed_at=True)
    await _told(tx, viewer, Kind.DEAD_LETTER_REPLAYED, letter)
    return ""


async def dismiss(tx: Tx, viewer: Viewer, letter_id: int, reason: str) -> None:
    """Put a dead letter aside, with a reason."""
    said = because(reason)
    letter = await _held(tx, viewer, letter_id)
    await _mark(tx, letter_id, dismissed_at=True, reason=said)
    await _told(tx, viewer, Kind.DEAD_LETTER_DISMISSED, letter, reason=said)


async def restore(tx: Tx, viewer: Viewer, letter_id: int) -> None:
    """Undo :func:`dismiss`."""
    letter = await _held(tx, viewer, letter_id, dismissed=True)
    await _mark(tx, letter_id, dismissed_at=False, reason="")
    await _told(tx, viewer, Kind.DEAD_LETTER_RESTORED, letter)


async def _held(tx: Tx, viewer: Viewer, letter_id: int, *, dismissed: bool = False) -> Any:
    permit(viewer, "ledger.mend")
    aside = DeadLetter.dismissed_at.is_not(None) if dismissed else DeadLetter.dismissed_at.is_(None)
    query = (
        select(DeadLetter.id, DeadLetter.reaction, DeadLetter.event_id, Event.conversation_id)
        .outerjoin(Event, Event.id == DeadLetter.event_id)
        .outerjoin(Conversation, Conversation.id == Event.conversation_id)
        .where(DeadLetter.id == letter_id, DeadLetter.replayed_at.is_(None), aside, visible(viewer))
        .with_for_update(of=DeadLetter)
    )
    found = (await tx.execute(query)).one_or_none()
    if found is None:
        raise NotFound(_("There is no such dead letter, or it was replayed already."))
    return found


async def _mark(tx: Tx, letter_id: int, *, reason: str | None = None, **moments: bool) -> None:
    values: dict[str, Any] = {name: func.now() if now else None for name, now in moments.items()}
    if reason is not None:
        values["reason"] = reason
    await tx.execute(update(DeadLetter).where(DeadLetter.id == letter_id).values(values))


async def _told(tx: Tx, viewer: Viewer, kind: Kind, letter: Any, **more: Any) -> None:
    data = {"letter": letter.id, "reaction": letter.reaction, "event": letter.event_id, **more}
    await record(tx, viewer.actor, News(kind, letter.conversation_id, data=data))
