"""The set-based statements of the message path, in one place: each runs once a batch, never once a message."""

from __future__ import annotations

from sqlalchemy import text

SEEN = text("""
select n.channel, n.name
from unnest(cast(:channels as bigint[]), cast(:names as text[])) as n(channel, name)
join message_name a on a.channel_id = n.channel and a.name = n.name
""")

NAMED = text("""
select n.channel, n.name, v.id, v.customer_id
from unnest(cast(:channels as bigint[]), cast(:names as text[])) as n(channel, name)
join message_name a on a.channel_id = n.channel and a.name = n.name
join message m on m.id = a.message_id
join conversation v on v.id = m.conversation_id
""")
OWNERS = text("select id, customer_id from conversation where id = any(cast(:ids as bigint[]))")

# One that was merged away takes nothing in: what names it is answered by the one it went into.
SLOTS = text("""
with newest as (
  select v.id from unnest(cast(:customers as bigint[])) as c(id)
  cross join lateral (
    select id from conversation where customer_id = c.id and merged_into_id is null
    order by last_at desc, id desc limit 20) v
  union select unnest(cast(:ids as bigint[])))
select id, customer_id, brand_id, status, closed_at, channel_ids, last_at, topic, orders, keeps
from conversation join newest using (id) order by id
""")

OPEN = text("""
insert into conversation (customer_id, home_id, brand_id, subject, language)
select c, nullif(h, c), b, s, l
from unnest(cast(:customers as bigint[]), cast(:homes as bigint[]), cast(:brands as bigint[]),
  cast(:subjects as text[]), cast(:languages as text[])) with ordinality as n(c, h, b, s, l, place) order by place
returning id
""")

LEARN = text("""
update conversation set topic = case when topic = '' then :topic else topic end,
  orders = (select coalesce(array_agg(distinct x order by x), '{}') from unnest(orders || cast(:orders as text[])) x)
where id = :id
""")

# The name is what makes a message single: one that is taken fails the batch, whose envelopes then go in one by one.
INSERT_MESSAGES = text("""
with filed as (
insert into message (conversation_id, channel_id, direction, identity_id, author, text, full_text, html, subject, data,
                     provider_message_id, envelope_id, auto, at)
select conversation, channel, 'in', identity, coalesce(nullif(author, ''), c.name), body, full_text, html, subject,
       data::jsonb, provider_id, envelope, auto, n.at
from unnest(cast(:conversations as bigint[]), cast(:channels as bigint[]), cast(:identities as bigint[]),
            cast(:authors as text[]), cast(:texts as text[]), cast(:full_texts as text[]), cast(:htmls as text[]),
            cast(:subjects as text[]), cast(:data as text[]), cast(:provider_ids as text[]),
            cast(:envelopes as bigint[]), cast(:autos as boolean[]), cast(:ats as timestamptz[]))
     with ordinality as n(conversation, channel, identity, author, body, full_text, html, subject, data, provider_id,
                          envelope, auto, at, place)
join identity i on i.id = n.identity join customer c on c.id = i.customer_id
order by place
returning id, channel_id, provider_message_id),
named as (
insert into message_name (channel_id, name, message_id) select channel_id, provider_message_id, id from filed)
select id from filed order by id
""")

# A customer's message always opens its conversation, whatever happened to it meanwhile. One whose colleague has left,
# may only look now, or sees this brand no more, is nobody's: else it would come back where nobody looks.
COUNT_IN = text("""
update conversation v set
  messages = messages + a.n, unread = unread + a.n, last_id = a.last_id,
  first_id = case when v.first_id = 0 and v.messages = 0 then a.first_id else v.first_id end,
  last_at = greatest(v.last_at, a.received),
  last_text = a.body, last_direction = 'in', last_channel_id = a.channel_id, status = 'open', closed_at = null,
  snoozed_until = null, waiting_since = coalesce(v.waiting_since, case when not a.auto then a.received end),
  assignee_id = (select id from "user" u where id = v.assignee_id and retired_at is null and role <> 'viewer'
    and (all_brands or exists (select from user_brand b where b.user_id = u.id and b.brand_id = v.brand_id))),
  subject = case when v.subject = '' then a.subject else v.subject end,
  channel_ids = (select array_agg(distinct x order by x) from unnest(v.channel_ids || a.channels) x)
from (
  select conversation_id, count(*) as n, min(m.id) as first_id, max(m.id) as last_id, max(e.at) as received,
         bool_and(m.auto) as auto, array_agg(distinct m.channel_id) as channels,
         (array_agg(left(m.text, 200) order by m.id desc))[1] as body,
         (array_agg(m.channel_id order by m.id desc))[1] as channel_id,
         (array_agg(m.subject order by m.id))[1] as subject
  from message m join envelope e on e.id = m.envelope_id
  where m.id = any(cast(:ids as bigint[])) group by 1) a
where v.id = a.conversation_id
""")

ATTACH = text("""
insert into attachment (message_id, key, sha256, name, mime, size, content_id, inline, ref)
values (:message, :key, :sha256, :name, :mime, :size, :content_id, :inline, :ref)
""")

# Delivery state only moves forward; FAILED (9) is the end, and nothing leaves it but an agent's retry. A failure that
# comes after proof of delivery is a mistake of the provider's.
ADVANCE = text("""
with given as (
  select distinct on (channel, about) * from unnest(
    cast(:channels as bigint[]), cast(:abouts as text[]), cast(:states as smallint[]), cast(:problems as text[]))
    as g(channel, about, state, problem)
  order by channel, about, case state when 9 then 3.5 else state end desc),
named as (
  select g.*, a.message_id as id
  from given g left join message_name a on a.channel_id = g.channel and a.name = g.about),
before as (
  select m.id, m.state from message m join named n on n.id = m.id where m.direction = 'out'
  order by m.id for update of m),
moved as (
  update message m set state = n.state, problem = n.problem from named n join before b on b.id = n.id
  where m.id = n.id and b.state < n.state and b.state <> 9 and not (n.state = 9 and b.state >= 4)
  returning m.id, m.conversation_id, m.state, b.state as was, m.channel_id)
select n.channel, n.about, n.state, n.problem, n.id, v.id as moved, v.conversation_id, v.was, v.state as now,
  v.channel_id
from named n left join moved v on v.id = n.id
""")
KEEP_EARLY = text("""
insert into early_receipt (channel_id, about, state, problem)
select * from unnest(
  cast(:channels as bigint[]), cast(:abouts as text[]), cast(:states as smallint[]), cast(:problems as text[]))
on conflict do nothing
""")
TAKE_EARLY = text("""
delete from early_receipt where channel_id = :channel and about = any(cast(:names as text[]))
returning about, state, problem
""")
