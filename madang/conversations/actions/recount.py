"""The ledger against a full count: what differs, and the ledger made anew. Looks through everything: not for every day.

For tests, for `madang doctor`, and for whoever has put rows into the tables past the verbs.
"""

from __future__ import annotations

from sqlalchemy import text

from madang.events.record import Actor
from madang.lib.postgres import Tx

# An envelope's state + 2 is what it is counted as; see channels/tally.py.
DIFFERENCES = text("""
with seen as (
  select channel_id, 1 as what, at from envelope
  union all select channel_id, state + 2, at from envelope where state in (1, 2, 3)
  union all select channel_id, case state when 2 then 7 when 9 then 8 else 6 end, at from message
    where direction = 'out' and state in (2, 3, 4, 5, 9) and channel_id is not null),
full_count as (select channel_id, what, count(*) as n from seen group by 1, 2),
kept as (
  select channel_id, what, sum(n - gone) as n from (
    select channel_id, what, n, gone from tally_total union all select channel_id, what, n, gone from tally) t
  where what not in (2, 9) group by 1, 2),
troubled as (
  select message_id, channel_id, state from trouble
  except select id, channel_id, state from message where direction = 'out' and state in (2, 9)),
missed as (
  select id, channel_id, state from message
  where direction = 'out' and state in (2, 9) and channel_id is not null
  except select message_id, channel_id, state from trouble)
select channel_id, what, coalesce(k.n, 0) as kept, coalesce(f.n, 0) as counted
from kept k full join full_count f using (channel_id, what) where coalesce(k.n, 0) <> coalesce(f.n, 0)
union all select channel_id, -1, count(*), 0 from troubled group by 1
union all select channel_id, -2, 0, count(*) from missed group by 1
order by 1, 2
""")
CLEAR = text("truncate tally, tally_hour, tally_total, trouble")
TOTALS = text("""
with seen as (
  select channel_id, 1 as what, at from envelope
  union all select channel_id, state + 2, at from envelope where state in (1, 2, 3)
  union all select channel_id, case state when 2 then 7 when 9 then 8 else 6 end, at from message
    where direction = 'out' and state in (2, 3, 4, 5, 9) and channel_id is not null),
hours as (
  insert into tally_hour (channel_id, what, hour, n, gone)
  select channel_id, what, date_trunc('hour', at, 'UTC'), count(*), 0 from seen
  where at > now() - interval '90 days' and at <= now() group by 1, 2, 3)
insert into tally_total (channel_id, what, n, gone, last_at)
select channel_id, what, count(*), 0, max(at) from seen group by 1, 2
""")
TROUBLES = text("""
insert into trouble (message_id, channel_id, state, at) select id, channel_id, state, at from message
where direction = 'out' and state in (2, 9) and channel_id is not null
""")


async def differences(tx: Tx) -> list[tuple[int, int, int, int]]:
    """(channel, what, kept, counted) wherever the ledger is wrong; ``what`` below 0 concerns the list of troubles."""
    return [(row[0], row[1], int(row[2]), int(row[3])) for row in await tx.execute(DIFFERENCES)]


async def recount(tx: Tx, _actor: Actor) -> None:
    """Make the ledger anew from what is there. Repeats and retries, which leave no other trace, begin at nought."""
    for statement in (CLEAR, TOTALS, TROUBLES):
        await tx.execute(statement)
