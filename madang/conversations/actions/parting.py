"""What was said since two customers were joined, when they turn out to be two: each has her own words again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from madang.customers.actions.merging import Undone
from madang.customers.trees import hold
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record_all
from madang.lib.postgres import Tx

# A conversation that goes on among both holds words of the other: those said since, by or to an address that is hers.
STRAYED = text("""
select m.conversation_id as conversation, i.customer_id as customer, coalesce(i.home_id, i.customer_id) as home,
  array_agg(m.id order by m.id) as ids
from conversation v
join message m on m.conversation_id = v.id and m.id >= v.first_id
join identity i on i.id = m.identity_id
where v.customer_id in (:root, :loser) and i.customer_id in (:root, :loser) and i.customer_id <> v.customer_id
  and m.id > (select mark from merge where id = :merge)
group by 1, 2, 3 order by 1, 2, 3
""")
OPEN = text("""
insert into conversation (customer_id, home_id, brand_id, status, closed_at, subject, language, assignee_id, team_id)
select :customer, nullif(cast(:home as bigint), :customer), brand_id, status, closed_at, subject, language,
  assignee_id, team_id from conversation where id = :of returning id
""")
MOVE = (
    text("update message set conversation_id = :to where id = any(cast(:ids as bigint[]))"),
    text("update outbox set conversation_id = :to where message_id = any(cast(:ids as bigint[]))"),
    text("update scheduled set conversation_id = :to where message_id = any(cast(:ids as bigint[]))"),
    text("update mention set conversation_id = :to where message_id = any(cast(:ids as bigint[]))"),
    text("update search_entry set conversation_id = :to where message_id = any(cast(:ids as bigint[]))"),
)
# Counters made anew from the messages that are there.
RECOUNT = text("""
update conversation v set messages = coalesce(c.n, 0), first_id = coalesce(c.first_id, 0),
  last_id = coalesce(c.last_id, 0), noted_id = coalesce(c.noted_id, 0), last_at = coalesce(c.last_at, v.last_at),
  unread = least(v.unread, c.came),
  channel_ids = coalesce(c.channels, '{}'), last_text = coalesce(l.body, ''),
  last_direction = coalesce(l.direction, 'in'), last_channel_id = l.channel_id,
  waiting_since = case when v.status = 'open' then (
    select min(at) from message where conversation_id = w.id and direction = 'in' and not auto and id > c.said_id) end
from unnest(cast(:ids as bigint[])) as w(id)
cross join lateral (
  select count(*) filter (where direction <> 'note') as n, min(id) as first_id,
    max(id) filter (where direction <> 'note') as last_id, max(id) filter (where direction = 'note') as noted_id,
    coalesce(max(id) filter (where direction = 'out'), 0) as said_id,
    max(at) filter (where direction <> 'note') as last_at,
    count(*) filter (where direction = 'in') as came,
    array_agg(distinct channel_id) filter (where channel_id is not null) as channels
  from message where conversation_id = w.id and not data ? 'later') c
left join lateral (
  select left(text, 200) as body, direction, channel_id from message
  where conversation_id = w.id and direction <> 'note' and not data ? 'later' order by id desc limit 1) l on true
where v.id = w.id
""")


async def part(tx: Tx, actor: Actor, undone: Undone) -> list[int]:
    """Give each of two their own words again; returns the conversations that were opened for it."""
    await hold(tx, {undone.root, undone.loser})
    given = {"root": undone.root, "loser": undone.loser, "merge": undone.merge_id}
    strayed = (await tx.execute(STRAYED, given)).all()
    opened: list[int] = []
    news: list[News] = []
    for row in strayed:
        made = {"customer": row.customer, "home": row.home, "of": row.conversation}
        number: int = (await tx.execute(OPEN, made)).scalar_one()
        for statement in MOVE:
            await tx.execute(statement, {"to": number, "ids": row.ids})
        data = {"from": row.conversation, "messages": len(row.ids)}
        news.append(News(Kind.CONVERSATION_SPLIT, number, customer=row.customer, data=data))
        opened.append(number)
    await recount(tx, sorted({*opened, *(row.conversation for row in strayed)}))
    await record_all(tx, actor, news)
    return opened


async def recount(tx: Tx, conversations: Sequence[int]) -> None:
    """Make the counters of conversations anew after messages came or went."""
    if conversations:
        await tx.execute(RECOUNT, {"ids": list(conversations)})
