"""Who could be written to on each channel of a conversation's brand, best address first."""

from __future__ import annotations

from sqlalchemy import text

# Whoever last wrote there, else an address that ever did, else one that fits; with how that door stands, and how what
# we said fared.
CANDIDATES = text("""
with v as (select v.id, v.customer_id, v.brand_id, v.first_id, c.prefers
  from conversation v join customer c on c.id = v.customer_id where v.id = :conversation),
last_in as (
  select distinct on (m.channel_id) m.channel_id, m.identity_id, m.id, m.at, m.data ? 'comment' as in_public,
    m.data as said
  from message m join v on m.conversation_id = v.id and m.id >= v.first_id
  where m.direction = 'in' and m.identity_id is not null order by m.channel_id, m.id desc),
fared as (
  select m.channel_id, count(*) as tried, count(*) filter (where m.state between 3 and 5) as arrived
  from message m join v on m.conversation_id = v.id and m.id >= v.first_id
  where m.direction = 'out' and m.state in (3, 4, 5, 9) group by 1),
address as (
  select i.id as identity_id, i.kind, i.value, i.account, p.until > now() as present, i.id as age, i.main,
    true as proven
  from identity i join v using (customer_id) left join presence p on p.identity_id = i.id
  union all
  select null, c.kind, c.value, '', null, extract(epoch from c.at)::bigint, c.main, c.proof <> ''
  from claim c join v using (customer_id))
select ch.id as channel_id, ch.connector, ch.key, ch.name, ch.settings, ch.paused_at is not null as paused,
       r.identity_id, r.kind, r.value, r.account, coalesce(r.present, false) as present, r.proven, v.prefers,
       r.identity_id is not null and r.identity_id = l.identity_id as spoke, l.id as last_in,
       greatest(d.heard_at, case when r.identity_id = l.identity_id then l.at end) as heard_at,
       d.closed_at, d.blocked_at, f.tried, f.arrived, coalesce(l.in_public, false) as in_public,
       coalesce(l.said, '{}') as said
from channel ch join v using (brand_id)
left join last_in l on l.channel_id = ch.id
left join fared f on f.channel_id = ch.id
left join address r on true
left join reach d on d.channel_id = ch.id and d.identity_id = r.identity_id
where ch.retired_at is null
order by ch.id, spoke desc, present desc, d.heard_at is not null desc, r.main desc, r.proven desc, r.age desc
""")
