"""Whose they are, how much they hurry, whether they are done, what they are tagged with: for many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Update, any_, cast, func, update
from sqlalchemy import text as sql

from madang.conversations.actions.closure import unanswered_since
from madang.conversations.actions.hand import BLIND, refuse_team, refuse_user, sees_brand
from madang.conversations.actions.tags import LONGEST, MOST
from madang.conversations.inbox.actions.holding import Done, Held, Step, grouped, hold_all, tell
from madang.conversations.inbox.actions.reading import give
from madang.conversations.models import Conversation
from madang.events.kinds import Kind
from madang.lib.errors import Refused
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

PRIORITIES = (0, 1, 2, 3)
FULL = _("It has 20 tags already.")
# What she is tagged with stays sorted, each tag once.
TAG = sql("""
update conversation set tags = array(select distinct one from unnest(tags || cast(:tag as text)) one order by one)
where id = any(cast(:ids as bigint[]))
""")
# What the last closing took from them stands in its event: what a browser says of it would be hearsay.
AS_IT_WAS = "as it was"
BACK = sql("""
update conversation v set
  unread = coalesce((e.was ->> 'unread')::int, 0), keeps = coalesce((e.was ->> 'keeps')::boolean, false),
  waiting_since = (e.was ->> 'waiting_since')::timestamptz
from unnest(cast(:ids as bigint[])) one(id) join lateral (
  select data -> 'was' as was from event
  where conversation_id = one.id and kind = 'conversation.closed' order by id desc limit 1) e on true
where v.id = one.id
""")
UNTAG = sql("update conversation set tags = array_remove(tags, :tag) where id = any(cast(:ids as bigint[]))")


def change(ids: Sequence[int]) -> Update:
    """An update of these."""
    return update(Conversation).where(Conversation.id == any_(cast(list(ids), ARRAY(BigInteger))))


async def assign(tx: Tx, viewer: Viewer, ids: Sequence[int], user_id: int | None) -> Done:
    """Hand them to a colleague, or to nobody (None)."""
    held, done = await hold_all(tx, viewer, "conversation.assign", ids)
    colleague = await refuse_user(tx, user_id)
    blind = {one.id for one in held.values() if colleague and not sees_brand(colleague, one.brand_id)}
    done.refused |= dict.fromkeys(sorted(blind), gettext(BLIND))
    before = {one.id: one.assignee_id for one in held.values() if one.assignee_id != user_id and one.id not in blind}
    await tx.execute(change(list(before)).values(assignee_id=user_id))
    await give(tx, viewer, list(before), user_id)
    told = {number: {"assignee": user_id, "before": was} for number, was in before.items()}
    await tell(tx, viewer, Kind.CONVERSATION_ASSIGNED, told, held)
    return _changed(done, "assign", before, user_id)


async def assign_team(tx: Tx, viewer: Viewer, ids: Sequence[int], team_id: int | None) -> Done:
    """Hand them to a team, or to none (None)."""
    held, done = await hold_all(tx, viewer, "conversation.assign", ids)
    await refuse_team(tx, team_id)
    before = {one.id: one.team_id for one in held.values() if one.team_id != team_id}
    await tx.execute(change(list(before)).values(team_id=team_id))
    told = {number: {"team": team_id, "before_team": was} for number, was in before.items()}
    await tell(tx, viewer, Kind.CONVERSATION_ASSIGNED, told, held)
    return _changed(done, "team", before, team_id)


async def prioritise(tx: Tx, viewer: Viewer, ids: Sequence[int], priority: int) -> Done:
    """Say how much they hurry: 0 low, 1 normal, 2 high, 3 urgent."""
    if priority not in PRIORITIES:
        raise Refused(gettext(_("This is not a possible answer. Choose one of those offered.")), "priority")
    held, done = await hold_all(tx, viewer, "conversation.tag", ids)
    before = {one.id: one.priority for one in held.values() if one.priority != priority}
    await tx.execute(change(list(before)).values(priority=priority))
    told = {number: {"priority": priority, "before": was} for number, was in before.items()}
    await tell(tx, viewer, Kind.CONVERSATION_PRIORITISED, told, held)
    return _changed(done, "priority", before, priority)


async def close(tx: Tx, viewer: Viewer, ids: Sequence[int]) -> Done:
    """The matters are done; what was snoozed sleeps no more."""
    held, done = await hold_all(tx, viewer, "conversation.close", ids)
    some = [one.id for one in held.values() if one.status == "open"]
    values: dict[str, Any] = {"status": "closed", "closed_at": func.now(), "unread": 0, "keeps": False}
    await tx.execute(change(some).values(**values, snoozed_until=None, waiting_since=None))
    await tell(tx, viewer, Kind.CONVERSATION_CLOSED, {one: _left(held[one]) for one in some}, held)
    done.changed += some
    done.undo += [Step("reopen", AS_IT_WAS, tuple(some))] if some else []
    asleep = {one: held[one].snoozed_until for one in some if held[one].snoozed_until}
    done.undo += [Step("snooze", until.isoformat(), ids) for until, ids in grouped(asleep)]
    return done


def _left(one: Held) -> dict[str, Any]:
    """What closing takes from it, for the way back: ``was`` holds what was not as it is by itself."""
    since = one.waiting_since.astimezone(UTC).isoformat() if one.waiting_since else None
    was = {"unread": one.unread, "keeps": one.keeps, "waiting_since": since}
    return {"was": kept} if (kept := {name: value for name, value in was.items() if value}) else {}


async def reopen(tx: Tx, viewer: Viewer, ids: Sequence[int], value: str = "") -> Done:
    """Take closed ones up again; with :data:`AS_IT_WAS` with what closing took from them."""
    held, done = await hold_all(tx, viewer, "conversation.close", ids)
    some = [one.id for one in held.values() if one.status == "closed"]
    await tx.execute(change(some).values(status="open", closed_at=None, waiting_since=unanswered_since()))
    if value == AS_IT_WAS:
        await tx.execute(BACK, {"ids": some})
    await tell(tx, viewer, Kind.CONVERSATION_REOPENED, {one: {} for one in some}, held)
    done.changed += some
    done.undo += [Step("close", None, tuple(some))] if some else []
    return done


async def tag(tx: Tx, viewer: Viewer, ids: Sequence[int], name: str) -> Done:
    """Give each of them a tag."""
    clean = " ".join(name.split())
    if not 0 < len(clean) <= LONGEST:
        raise Refused(gettext(_("A tag has at most 40 characters.")), "tags")
    held, done = await hold_all(tx, viewer, "conversation.tag", ids)
    without = [one for one in held.values() if clean not in one.tags]
    full = {one.id: gettext(FULL) for one in without if len(one.tags) >= MOST}
    some = [one.id for one in without if one.id not in full]
    await tx.execute(TAG, {"ids": some, "tag": clean})
    await _tell_tags(tx, viewer, some, held, lambda tags: sorted({*tags, clean}))
    done.refused |= full
    done.changed += some
    done.undo += [Step("untag", clean, tuple(some))] if some else []
    return done


async def untag(tx: Tx, viewer: Viewer, ids: Sequence[int], name: str) -> Done:
    """Take a tag from each of them."""
    held, done = await hold_all(tx, viewer, "conversation.tag", ids)
    some = [one.id for one in held.values() if name in one.tags]
    await tx.execute(UNTAG, {"ids": some, "tag": name})
    await _tell_tags(tx, viewer, some, held, lambda tags: [one for one in tags if one != name])
    done.changed += some
    done.undo += [Step("tag", name, tuple(some))] if some else []
    return done


async def _tell_tags(tx: Tx, viewer: Viewer, ids: Sequence[int], held: Mapping[int, Held], now: Any) -> None:
    told = {one: {"tags": now(list(held[one].tags)), "before": list(held[one].tags)} for one in ids}
    await tell(tx, viewer, Kind.CONVERSATION_TAGGED, told, held)


def _changed(done: Done, verb: str, before: Mapping[int, Any], now: Any) -> Done:
    """With what was changed, and its way back: each to what it was, as far as it still is what it became."""
    done.changed += before
    done.undo += [Step(verb, was, ids, now) for was, ids in grouped(before)]
    return done
