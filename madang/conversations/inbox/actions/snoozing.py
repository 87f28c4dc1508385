"""Out of the lists until a moment, and back: by somebody's word, or because the moment has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, text

from madang.conversations.inbox.actions.handing import change
from madang.conversations.inbox.actions.holding import Done, Held, Step, grouped, hold_all, tell
from madang.conversations.inbox.actions.reading import put_back
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record_all
from madang.lib.errors import Refused
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.lib.postgres import Database, Tx
from madang.staff.permissions import Viewer

FURTHEST = timedelta(days=366 * 3)
AT_ONCE = 200  # that wake in one transaction
CLOSED = _("It is closed. Open it again before you snooze it.")
# Whoever holds one just now has a word of his own to say of it: it is looked at again in a moment.
DUE = text("""
with due as (
  select v.id from conversation v where v.snoozed_until <= now() and v.status = 'open'
  order by v.snoozed_until limit :most for no key update skip locked)
update conversation v set snoozed_until = null, woken_at = now() from due where v.id = due.id
returning v.id, v.customer_id, v.assignee_id, coalesce((
  select case when actor like 'user:%' then substr(actor, 6)::bigint end from event
  where conversation_id = v.id and kind = 'conversation.snoozed' order by id desc limit 1), 0) as snoozed_by
""")


async def snooze(tx: Tx, viewer: Viewer, ids: Sequence[int], until: datetime) -> Done:
    """Out of the lists until then; what the customer writes ends it. Refused for a time that has been."""
    now = datetime.now(UTC)
    if until <= now:
        raise Refused(gettext(_("This time is past. Choose a later one.")), "until")
    if until > now + FURTHEST:
        raise Refused(gettext(_("This is more than three years away. Choose an earlier time.")), "until")
    held, done = await hold_all(tx, viewer, "conversation.close", ids)
    done.refused |= {one.id: gettext(CLOSED) for one in held.values() if one.status == "closed"}
    awake = [one for one in held.values() if one.status == "open" and one.snoozed_until != until]
    await tx.execute(change([one.id for one in awake]).values(snoozed_until=until))
    told = {one.id: {"until": said(until), "before": said(one.snoozed_until)} for one in awake}
    await tell(tx, viewer, Kind.CONVERSATION_SNOOZED, told, held)
    return _undone(done, awake, said(until))


async def wake(tx: Tx, viewer: Viewer, ids: Sequence[int]) -> Done:
    """Back into the lists now."""
    held, done = await hold_all(tx, viewer, "conversation.close", ids)
    asleep = [one for one in held.values() if one.snoozed_until]
    await tx.execute(change([one.id for one in asleep]).values(snoozed_until=None))
    told = {one.id: {"why": "asked", "before": said(one.snoozed_until)} for one in asleep}
    await tell(tx, viewer, Kind.CONVERSATION_WOKEN, told, held)
    return _undone(done, asleep, None)


async def wake_due(database: Database) -> int:
    """Wake those whose moment has come: on top of their lists, unread to whose they are and to who snoozed them.

    Returns how many.
    """
    async with database.begin() as tx:
        rows = (await tx.execute(DUE, {"most": AT_ONCE})).all()
        for who in ("assignee_id", "snoozed_by"):
            for user, ids in grouped({row.id: getattr(row, who) for row in rows if getattr(row, who)}):
                await put_back(tx, user, ids)
        news = [News(Kind.CONVERSATION_WOKEN, row.id, customer=row.customer_id, data=_due(row)) for row in rows]
        await record_all(tx, SYSTEM, news)
    return len(rows)


def _due(row: Row[Any]) -> dict[str, Any]:
    return {"why": "due"} | ({"user": row.snoozed_by} if row.snoozed_by else {})


def _undone(done: Done, some: Sequence[Held], now: str | None) -> Done:
    done.changed += [one.id for one in some]
    for until, ids in grouped({one.id: one.snoozed_until for one in some}):
        done.undo.append(Step("snooze", said(until), ids, now) if until else Step("wake", None, ids, now))
    return done


def said(moment: datetime | None) -> str | None:
    """A moment as events and ways back have it."""
    return moment.astimezone(UTC).isoformat() if moment else None
