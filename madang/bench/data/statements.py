"""How the data is made: inside the database, from numbers alone, so that ten million messages take minutes.

Slot ``g`` counts the messages of one filling in the order of time. Two hundred conversations run beside each other, as
in life: the messages of one lie on ten different pages. Everything that looks like chance is a hash of the slot.
"""

from __future__ import annotations

SESSION = """
set session_replication_role = replica;  -- no foreign keys, no triggers: these rows fit because they are made to
set synchronous_commit = off;
set work_mem = '256MB';
set maintenance_work_mem = '512MB';
"""

PREPARE = """
create unlogged table if not exists bench_sentence (language text, id int, text text, tokens tsvector,
  primary key (language, id));
create unlogged table if not exists bench_month (n int primary key, base bigint, begins timestamptz, ends timestamptz);
create or replace function bench_chance(number bigint, salt int) returns float8 language sql immutable parallel safe as
  $$ select (hashint8extended(number, salt) & 2147483647) / 2147483648.0 $$;
-- The sentence number ``n`` of message ``j`` of conversation ``k``; the first ones of the list are said most. Three
-- conversations of five are Korean.
create or replace function bench_said(k bigint, j int, n int, many int) returns int language sql immutable parallel safe
  as $$ select floor(many * power(bench_chance(k * 16 + j, n), 2.5))::int $$;
"""
DROP = "drop table bench_sentence, bench_month; drop function bench_said; drop function bench_chance"

SENTENCES = """
insert into bench_sentence (language, id, text, tokens)
select $1, place - 1, words, array_to_tsvector(string_to_array(forms, ' '))
from unnest($2::text[], $3::text[]) with ordinality as n(words, forms, place)
"""
CUSTOMERS = """
insert into customer (id, name, language, created_at)
select $1 + n, ($3::text[])[1 + n % cardinality($3::text[])], case n % 2 when 0 then 'ko' else 'en' end,
       now() - interval '365 days' * bench_chance(n, 1)
from generate_series(0, $2::bigint - 1) n
"""
IDENTITIES = """
insert into identity (id, customer_id, kind, value, account, proof)
select $4 + n, $1 + n, 'email', 'customer' || $1 + n || '@mail.example', '', 'channel'
from generate_series(0, $2::bigint - 1) n, (select cardinality($3::text[])) used
"""

# $1 first id, $2 how many, $3 customers' first id, $4 how many of them, $5 channels, $6 brand, $7 agents, $8 sentences,
# $9 slots a month. The first message of conversation k lies in slot (k / 200) * 2000 + k % 200, the last 1,800 later.
CONVERSATIONS = """
insert into conversation (id, brand_id, customer_id, status, subject, assignee_id, language, channel_ids, unread,
  messages, first_id, last_id, last_at, last_text, last_direction, last_channel_id, created_at, closed_at)
select $1 + k, $6, $3 + floor($4 * power(bench_chance(k, 2), 2.2))::bigint,
  case when o.open then 'open' else 'closed' end, left(s.text, 80),
  case when a.chance < 0.7 or not o.open then ($7::bigint[])[1 + (a.chance * 1e6)::int % cardinality($7::bigint[])] end,
  s.language, array[ch.id], case when o.open then 2 else 0 end, 10, f.base + g.first % $9, z.base + g.last % $9,
  z.begins + (z.ends - z.begins) * ((g.last % $9)::float8 / $9), l.text, 'in', ch.id,
  f.begins + (f.ends - f.begins) * ((g.first % $9)::float8 / $9),
  case when not o.open then z.begins + (z.ends - z.begins) * ((g.last % $9)::float8 / $9) end
from generate_series(0, $2::bigint - 1) k
cross join lateral (select (k / 200) * 2000 + k % 200 as first, (k / 200) * 2000 + k % 200 + 1800 as last) g
join bench_month f on f.n = g.first / $9 join bench_month z on z.n = g.last / $9
cross join lateral (select bench_chance(k, 3) < 0.05 or k > 0.97 * $2 as open) o
cross join lateral (select bench_chance(k, 4) as chance) a
cross join lateral (select ($5::bigint[])[1 + k % cardinality($5::bigint[])] as id) ch
cross join lateral (select case when k % 5 < 3 then 'ko' else 'en' end as name) said
join bench_sentence s on s.language = said.name and s.id = bench_said(k, 0, 0, $8)
join bench_sentence l on l.language = said.name and l.id = bench_said(k, 9, 0, $8)
"""

# One month: $1 first slot, $2 slots, $3 conversations' first id, $4 messages' first number, $5 begin, $6 end,
# $7 sentences, $8 agents, $9 identities' minus customers' first id
MESSAGES = """
insert into message (id, conversation_id, channel_id, direction, identity_id, author_id, author, text, state,
  provider_message_id, envelope_id, at)
select $4 + (g - $1), v.id, v.last_channel_id, d.way, case when d.way = 'in' then v.customer_id + $9 end,
  case when d.way <> 'in' then ($8::bigint[])[1 + v.id % cardinality($8::bigint[])] end,
  case when d.way = 'in' then 'customer' else 'Ada' end, words.text, case when d.way = 'out' then 5 else -1 end,
  case when d.way = 'in' then 'b' || $4 + (g - $1) end, case when d.way = 'in' then $4 + (g - $1) end,
  $5::timestamptz + ($6::timestamptz - $5::timestamptz) * ((g - $1)::float8 / $2)
from generate_series($1::bigint, $1::bigint + $2::bigint - 1) g
cross join lateral (select (g / 2000) * 200 + g % 200 as k, ((g % 2000) / 200)::int as j) s
cross join lateral (select case when j % 3 <> 2 then 'in' when bench_chance(g, 5) < 0.1 then 'note' else 'out' end
  as way) d
join conversation v on v.id = $3 + k
join bench_sentence one on one.language = v.language and one.id = bench_said(k, j, 0, $7)
left join bench_sentence two
  on bench_chance(g, 6) < 0.6 and two.language = v.language and two.id = bench_said(k, j, 1, $7)
left join bench_sentence three
  on bench_chance(g, 7) < 0.25 and three.language = v.language and three.id = bench_said(k, j, 2, $7)
cross join lateral (select concat_ws(' ', one.text, two.text, three.text,
  case when bench_chance(g, 8) < 0.08 then 'A-' || 2000000 + g end) as text) words
"""
NAMES = """
insert into message_name (channel_id, name, message_id)
select channel_id, provider_message_id, id from message
where id >= $1::bigint and id < $1::bigint + $2::bigint and direction = 'in'
"""
ENVELOPES = """
insert into envelope (id, channel_id, key, lane, state, body, meta, at)
select id, channel_id, provider_message_id, id % 32, 1, convert_to(json_build_object('type', 'message', 'id',
  provider_message_id, 'at', at, 'from', json_build_object('kind', 'email', 'value', 'customer@mail.example'),
  'text', text)::text, 'UTF8'), '{}', at
from message where id >= $1::bigint and id < $1::bigint + $2::bigint and direction = 'in'
"""
DELIVERIES = """
insert into delivery_key (channel_id, key, envelope_id)
select channel_id, provider_message_id, id from message
where id >= $1::bigint and id < $1::bigint + $2::bigint and direction = 'in'
"""
EVENTS = """
insert into event (id, tx, kind, actor, at, conversation_id, message_id, customer_id, data, digest)
select m.id, '3'::xid8, case direction when 'in' then 'message.received' when 'out' then 'message.queued'
  else 'message.noted' end, case direction when 'in' then 'customer:1' else 'user:1' end, at, conversation_id, m.id,
  null, '{"auto": false, "channel": 1}', decode(repeat('00', 32), 'hex')
from message m where m.id >= $1::bigint and m.id < $1::bigint + $2::bigint
"""
# As the worker writes them: marks, an order number whole and in its parts, the tokens of the words. $1 first slot, $2
# slots, $3 conversations' first id, $4 messages' first number, $5 sentences.
FOUND = """
insert into search_entry (message_id, conversation_id, tokens)
select m.id, m.conversation_id,
  array_to_tsvector(array['#b' || v.brand_id, '#c' || m.channel_id, '#' || m.direction,
    to_char(m.at at time zone 'utc', '"#d"YYYYMMDD'), to_char(m.at at time zone 'utc', '"#m"YYYYMM')]
    || case when bench_chance(g, 8) < 0.08
       then array['a' || 2000000 + g, 'a', (2000000 + g)::text] else '{}'::text[] end)
  || one.tokens || coalesce(two.tokens, '') || coalesce(three.tokens, '')
from generate_series($1::bigint, $1::bigint + $2::bigint - 1) g
cross join lateral (select (g / 2000) * 200 + g % 200 as k, ((g % 2000) / 200)::int as j) s
join conversation v on v.id = $3 + k join message m on m.id = $4 + (g - $1)
join bench_sentence one on one.language = v.language and one.id = bench_said(k, j, 0, $5)
left join bench_sentence two
  on bench_chance(g, 6) < 0.6 and two.language = v.language and two.id = bench_said(k, j, 1, $5)
left join bench_sentence three
  on bench_chance(g, 7) < 0.25 and three.language = v.language and three.id = bench_said(k, j, 2, $5)
"""
NAMED = """
insert into search_person (customer_id, tokens)
select $1 + n, (($3::text[])[1 + n % cardinality($3::text[])])::tsvector || array_to_tsvector(
  array['customer' || $1 + n || '@mail.example', 'customer' || $1 + n, 'mail.example', 'mail'])
from generate_series(0, $2::bigint - 1) n
"""
TALLIES = """
insert into tally_hour as t (channel_id, what, hour, n, gone)
select channel_id, w.what, date_trunc('hour', at, 'UTC'), count(*), 0
from message cross join lateral (select unnest(case direction when 'in' then array[1, 3] when 'out' then array[6] end)
  as what) w
where id >= $1::bigint and id < $1::bigint + $2::bigint group by 1, 2, 3
on conflict (channel_id, what, hour) do update set n = t.n + excluded.n
"""
TOTALS = """
insert into tally_total as t (channel_id, what, n, gone, last_at)
select channel_id, what, sum(n), 0, max(hour) from tally_hour where channel_id = any($1::bigint[]) group by 1, 2
on conflict (channel_id, what) do update set n = excluded.n, last_at = excluded.last_at
"""
SEARCH_INDEX = "select pg_get_indexdef('search_entry_tokens_idx'::regclass)"
# All that is there counts as read and sealed: the house goes on from here.
SETTLE = """
update reaction_position set tx = pg_snapshot_xmin(pg_current_snapshot()), id = 0;
insert into seal (n, to_tx, to_id, rows, prev, hash)
select coalesce(max(n), 0) + 1, pg_snapshot_xmin(pg_current_snapshot()), 0, 0, '', '' from seal;
"""
TIDY = (
    "message",
    "event",
    "envelope",
    "conversation",
    "customer",
    "identity",
    "message_name",
    "delivery_key",
    "search_entry",
    "search_person",
)
