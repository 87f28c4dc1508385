"""What goes along when a conversation is merged into another: drafts, followers, how far each has read, links, and the
links by which she may still go on. What is due to go out moves with its messages (:data:`parting.MOVE`)."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import text

from madang.lib.postgres import Tx

DRAFTS = text("""
select f.user_id, f.text, f.kind, f.data, i.text as there, i.kind as there_kind, i.data as there_data
from draft f left join draft i on i.user_id = f.user_id and i.conversation_id = :into
where f.conversation_id = :from order by f.user_id
""")
PUT_DRAFT = text("""
insert into draft (user_id, conversation_id, text, kind, data) values (:user, :at, :text, :kind, cast(:data as jsonb))
on conflict (user_id, conversation_id) do update set text = excluded.text, kind = excluded.kind, data = excluded.data
""")
DROP_DRAFTS = text("delete from draft where conversation_id = :from")
DROP_DRAFT = text("delete from draft where conversation_id = :into and user_id = :user")
DRAFT = text("select text, kind from draft where conversation_id = :into and user_id = :user")
FOLLOW = text("""
insert into follower (conversation_id, user_id, at)
select :into, user_id, at from follower where conversation_id = :from on conflict do nothing returning user_id
""")
UNFOLLOW = text("delete from follower where conversation_id = :into and user_id = any(cast(:users as bigint[]))")
# Read is what was read in both: up to the first that is unread in either, or all.
READ = text("""
insert into reading as r (user_id, conversation_id, message_id, at)
select f.user_id, :into, case
  when f.message_id >= v.last_id and i.message_id is not null then greatest(f.message_id, i.message_id)
  else least(f.message_id, coalesce(i.message_id, f.message_id)) end, f.at
from reading f join conversation v on v.id = :from
left join reading i on i.user_id = f.user_id and i.conversation_id = :into
where f.conversation_id = :from
on conflict (user_id, conversation_id) do update set message_id = case
  when r.message_id >= (select last_id from conversation where id = :into) then excluded.message_id
  else least(r.message_id, excluded.message_id) end
""")
LINK = text("""
insert into conversation_link (a_id, b_id, by, at)
select least(:into, other), greatest(:into, other), by, at from (
  select case when a_id = :from then b_id else a_id end as other, by, at from conversation_link
  where :from in (a_id, b_id)) l
where other <> :into on conflict do nothing returning a_id, b_id
""")
UNLINK = text("delete from conversation_link where a_id = :a and b_id = :b")
CARRY = text(
    "update carry set conversation_id = :into where conversation_id = :from and used_at is null returning digest"
)
CARRY_BACK = text("""
update carry set conversation_id = :from where digest = any(cast(:digests as text[])) and used_at is null
""")


async def take(tx: Tx, from_id: int, into_id: int) -> dict[str, Any]:
    """Take it along; returns what :func:`give_back` needs, as JSON."""
    places = {"from": from_id, "into": into_id}
    drafts = await _drafts(tx, places)
    followers = list((await tx.execute(FOLLOW, places)).scalars())
    await tx.execute(READ, places)
    links = [list(row) for row in await tx.execute(LINK, places)]
    carries = list((await tx.execute(CARRY, places)).scalars())
    return {"drafts": drafts, "followers": followers, "links": links, "carries": carries}


async def give_back(tx: Tx, from_id: int, into_id: int, kept: dict[str, Any]) -> None:
    """Undo :func:`take`, as far as nobody has gone on with it since."""
    places = {"from": from_id, "into": into_id}
    for one in kept["drafts"]:
        await _draft_back(tx, places, one)
    await tx.execute(UNFOLLOW, {"into": into_id, "users": kept["followers"]})
    for a, b in kept["links"]:
        await tx.execute(UNLINK, {"a": a, "b": b})
    await tx.execute(CARRY_BACK, {"from": from_id, "digests": kept["carries"]})


async def _drafts(tx: Tx, places: dict[str, int]) -> list[dict[str, Any]]:
    """Whoever wrote in both has both, one below the other; a note among them keeps it from going out as an answer."""
    made: list[dict[str, Any]] = []
    for row in (await tx.execute(DRAFTS, places)).all():
        hers = {"text": row.text, "kind": row.kind, "data": row.data}
        there = None if row.there is None else {"text": row.there, "kind": row.there_kind, "data": row.there_data}
        both = hers if there is None else _both(there, hers)
        await _put(tx, row.user_id, places["into"], both)
        made.append({"user": row.user_id, "hers": hers, "there": there, "both": both})
    await tx.execute(DROP_DRAFTS, places)
    return made


def _both(there: dict[str, Any], hers: dict[str, Any]) -> dict[str, Any]:
    texts = [one["text"] for one in (there, hers) if one["text"].strip()]
    kind = "note" if "note" in (there["kind"], hers["kind"]) else "reply"
    return {"text": "\n\n".join(texts), "kind": kind, "data": {**hers["data"], **there["data"]}}


async def _draft_back(tx: Tx, places: dict[str, int], one: dict[str, Any]) -> None:
    row = (await tx.execute(DRAFT, {"into": places["into"], "user": one["user"]})).one_or_none()
    if row is None or (row.text, row.kind) != (one["both"]["text"], one["both"]["kind"]):
        return  # sent, or written on: it is where she left it
    await tx.execute(DROP_DRAFT, {"into": places["into"], "user": one["user"]})
    await _put(tx, one["user"], places["from"], one["hers"])
    if one["there"] is not None:
        await _put(tx, one["user"], places["into"], one["there"])


async def _put(tx: Tx, user: int, at: int, draft: dict[str, Any]) -> None:
    given = {"user": user, "at": at, "text": draft["text"], "kind": draft["kind"]}
    await tx.execute(PUT_DRAFT, given | {"data": _json(draft["data"])})


def _json(data: Any) -> str:
    return msgspec.json.encode(data).decode()
