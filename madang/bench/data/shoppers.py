"""Customers to be asked for: profiles, addresses, tags, conversations and what they did, made inside the database."""

from __future__ import annotations

from madang.bench import company
from madang.bench.data.statements import SESSION
from madang.bench.house import House
from madang.lib.postgres import Database

TABLES = ("customer", "identity", "customer_tag", "conversation", "customer_event")
COUNTED = ("customer", "conversation", "customer_event")  # whose numbers go on from here
CHANCE = """
create or replace function bench_luck(number bigint, salt int) returns float8 language sql immutable parallel safe as
  $$ select (hashint8extended(number, salt) & 2147483647) / 2147483648.0 $$
"""
CUSTOMERS = """
insert into customer (id, name, language, region, company, fields, blocked_at, created_at)
select n, case n % 3 when 0 then '김미나' when 1 then 'Mia' else '' end || n, (array['ko', 'en', 'ja', ''])[1 + n % 4],
  (array['KR', 'KR', 'US', 'JP', 'DE'])[1 + n % 5], case when n % 20 = 0 then 'Company ' || n % 1000 else '' end,
  case when n % 3 = 0 then jsonb_build_object('tier', (array['gold', 'silver', 'basic'])[1 + n / 3 % 3],
  'points', n % 997) else '{}' end, case when n % 500 = 0 then now() end, now() - interval '730 days' * bench_luck(n, 1)
from generate_series(1, $1::bigint) n
"""
IDENTITIES = """
insert into identity (customer_id, kind, value, account, proof)
select n, 'email', 'c' || n || '@mail.example', '', 'channel' from generate_series(1, $1::bigint) n
union all
select n, 'phone', '+8210' || lpad(n::text, 8, '0'), '', 'channel' from generate_series(1, $1::bigint) n
where n % 10 < 3
"""
TAGS = """
insert into customer_tag (customer_id, tag, by)
select n, (array['vip', 'press', 'wholesale'])[1 + n / 20 % 3], 'system' from generate_series(1, $1::bigint) n
where n % 20 = 0
"""
# One for each, more for a few: the numbers of conversations are those of life.
CONVERSATIONS = """
insert into conversation (brand_id, customer_id, status, channel_ids, tags, last_at, last_text, created_at)
select $2, 1 + floor($1 * power(bench_luck(k, 2), 1.4))::bigint, case when k % 20 = 0 then 'open' else 'closed' end,
  array[$3::bigint], case when k % 50 = 0 then array['refund'] else '{}' end,
  now() - interval '500 days' * bench_luck(k, 3), 'Hello', now() - interval '730 days' * bench_luck(k, 4)
from generate_series(1, $1::bigint) k
"""
# Three for each on average; few do much.
EVENTS = """
insert into customer_event (customer_id, source, key, kind, at, amount, currency)
select 1 + floor($1 * power(bench_luck(k, 5), 1.6))::bigint, 'bench', k::text, o.kind,
  now() - interval '365 days' * bench_luck(k, 6), case when o.kind = 'order' then 1000 * (1 + k % 150) end,
  case when o.kind = 'order' then 'KRW' else '' end
from generate_series(1, 3 * $1::bigint) k
cross join lateral (select (array['order', 'page', 'visit'])[1 + k % 3] as kind) o
"""
GOES_ON = {name: f"select setval('{name}_id_seq', (select max(id) from {name}))" for name in COUNTED}  # noqa: S608
VACUUM = {name: f"vacuum (analyze) {name}" for name in TABLES}


async def fill(house: House, people: int) -> None:
    """Let the house have so many customers, numbered from 1: it has none before."""
    line = await company.channel(house, "people")
    async with house.without("worker"):
        connection = await Database(house.url).bare(silence=0)
        try:
            brand = await connection.fetchval("select min(id) from brand")
            await connection.execute(SESSION)
            await connection.execute(CHANCE)
            for statement in (CUSTOMERS, IDENTITIES, TAGS, EVENTS):
                await connection.execute(statement, people)
            await connection.execute(CONVERSATIONS, people, brand, line.id)
            for name in COUNTED:
                await connection.execute(GOES_ON[name])
            for name in TABLES:
                await connection.execute(VACUUM[name])
        finally:
            await connection.close()
