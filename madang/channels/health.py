"""How a channel is: what came and went last, and what went wrong today. Out of the tallies, never counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from madang.lib.postgres import Tx


@dataclass(frozen=True, slots=True)
class Health:
    """``in_at`` the last delivery, ``out_at`` the last of ours that it took; today's numbers begin at ``since``."""

    in_at: datetime | None = None
    out_at: datetime | None = None
    received: int = 0
    sent: int = 0
    quarantined: int = 0
    unsure: int = 0
    failed: int = 0

    @property
    def errors(self) -> int:
        """What somebody should look at."""
        return self.quarantined + self.unsure + self.failed


NOBODY = Health()

# what: see tally.What. What is not folded yet stands beside what is.
HEALTH = text("""
with fresh as (select channel_id, what, n, at from tally where channel_id = any(cast(:channels as bigint[]))),
last as (
  select channel_id, what, max(at) as at from (
    select channel_id, what, last_at as at from tally_total where channel_id = any(cast(:channels as bigint[]))
    union all select channel_id, what, at from fresh where n > 0) t where what in (1, 2, 6) group by 1, 2),
today as (
  select channel_id, what, sum(n) as n from (
    select channel_id, what, n from tally_hour
    where channel_id = any(cast(:channels as bigint[])) and hour >= cast(:since as timestamptz)
    union all select channel_id, what, n from fresh where at >= cast(:since as timestamptz)) t group by 1, 2)
select c.id,
  (select max(at) from last where channel_id = c.id and what in (1, 2)) as in_at,
  (select max(at) from last where channel_id = c.id and what = 6) as out_at,
  coalesce((select n from today where channel_id = c.id and what = 1), 0)::int as received,
  coalesce((select n from today where channel_id = c.id and what = 6), 0)::int as sent,
  coalesce((select n from today where channel_id = c.id and what = 4), 0)::int as quarantined,
  coalesce((select n from today where channel_id = c.id and what = 7), 0)::int as unsure,
  coalesce((select n from today where channel_id = c.id and what = 8), 0)::int as failed
from unnest(cast(:channels as bigint[])) c(id)
""")


async def health(tx: Tx, channel_ids: Sequence[int], since: datetime) -> dict[int, Health]:
    """Each channel's, by its number. ``since`` is where today begins for who looks; hours begin with it."""
    rows = (await tx.execute(HEALTH, {"channels": list(channel_ids), "since": since})).mappings()
    return {row["id"]: Health(**{name: value for name, value in row.items() if name != "id"}) for row in rows}
