"""What customers did elsewhere: ten events for each conversation of the data, notes, sums. Made inside the database."""

from __future__ import annotations

from madang.bench.data.statements import SESSION
from madang.bench.house import House
from madang.lib.postgres import Database

EACH = 10  # events for each conversation: ten million at a million
HAVE = "select count(*) from customer_event where source = 'bench lives'"
RANGE = "select min(id), max(id) from customer where id in (select customer_id from conversation)"
CHANCE = """
create or replace function bench_luck(number bigint, salt int) returns float8 language sql immutable parallel safe as
  $$ select (hashint8extended(number, salt) & 2147483647) / 2147483648.0 $$
"""
# A few do much: the one who does most has thousands.
EVENTS = """
insert into customer_event (customer_id, source, key, kind, at, title, amount, currency)
select $1::bigint + floor(($2::bigint - $1::bigint + 1) * power(bench_luck(k, 11), 1.6))::bigint,
  'bench lives', k::text, o.kind,
  now() - interval '365 days' * bench_luck(k, 12), case o.kind when 'page' then '담요 · 하늘' else 'A-' || k end,
  case when o.kind = 'order' then 1000 * (1 + k % 150) end, case when o.kind = 'order' then 'KRW' else '' end
from generate_series($3::bigint, $4::bigint) k
cross join lateral (select (array['page', 'page', 'page', 'visit', 'order'])[1 + k % 5] as kind) o
"""
NOTES = """
insert into customer_note (customer_id, text, by, author, at)
select n, '배송은 오후에만 받아요.', 'system', 'Ada', now() - interval '365 days' * bench_luck(n, 13)
from generate_series($1::bigint, $2::bigint) n where n % 10 = 0
"""
SUMS = """
insert into customer_tally (customer_id, what, n, first_at, last_at)
select n, w.what, 1 + n % 7, now() - interval '300 days', now() - interval '3 days'
from generate_series($1::bigint, $2::bigint) n
cross join unnest(array['conversations', 'messages', 'seen', 'spent KRW'] || array(
  select 'week ' || to_char(date_trunc('week', now()) - interval '7 days' * g, 'YYYY-MM-DD')
  from generate_series(1, 4) g)) as w(what)
on conflict do nothing
"""
PIECE = 1_000_000
TIDY = ("customer_event", "customer_note", "customer_tally")
VACUUM = [f"vacuum (analyze) {name}" for name in TIDY]


async def fill(house: House, conversations: int) -> int:
    """Let the customers of the data have as many events as its scale asks for; returns how many there are."""
    wanted = EACH * conversations
    async with house.without("worker"):
        connection = await Database(house.url).bare(silence=0)
        try:
            have: int = await connection.fetchval(HAVE)
            if have < wanted:
                await connection.execute(SESSION)
                await connection.execute(CHANCE)
                first, last = await connection.fetchrow(RANGE)
                for begin in range(have, wanted, PIECE):
                    await connection.execute(EVENTS, first, last, begin + 1, min(begin + PIECE, wanted))
                await connection.execute(NOTES, first, last)
                await connection.execute(SUMS, first, last)
                for statement in VACUUM:
                    await connection.execute(statement)
        finally:
            await connection.close()
    return max(have, wanted)
