"""The sums kept of each customer, so that opening her counts nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from madang.customers.identity import Owner
from madang.lib.postgres import Tx

# Sorted, so that two who count for the same customers wait for each other and never across.
COUNT = text("""
insert into customer_tally as t (customer_id, home_id, what, n, first_at, last_at)
select customer, nullif(home, customer), what, n, first_at, last_at
from unnest(cast(:customers as bigint[]), cast(:homes as bigint[]), cast(:whats as text[]), cast(:ns as bigint[]),
            cast(:firsts as timestamptz[]), cast(:lasts as timestamptz[]))
  as g(customer, home, what, n, first_at, last_at)
order by home, what
on conflict (coalesce(home_id, customer_id), what) do update
set n = t.n + excluded.n, first_at = least(t.first_at, excluded.first_at),
  last_at = greatest(t.last_at, excluded.last_at)
""")


@dataclass(frozen=True, slots=True)
class Counted:
    """``n`` more of ``what`` (:class:`madang.customers.records.CustomerTally`) for an owner, at a time."""

    owner: Owner
    what: str
    at: datetime
    n: int = 1


def week(at: datetime) -> str:
    """The tally of the week of a moment, by its Monday in UTC."""
    day = at.astimezone(UTC).date()
    return f"week {day - timedelta(days=day.weekday())}"


async def count(tx: Tx, some: Iterable[Counted]) -> None:
    """Add to the sums. The caller holds the customers."""
    sums: dict[tuple[int, str], tuple[int, int, datetime, datetime]] = {}
    for one in some:
        key = (one.owner.home_id, one.what)
        _, n, first, last = sums.get(key, (0, 0, one.at, one.at))
        sums[key] = (one.owner.customer_id, n + one.n, min(first, one.at), max(last, one.at))
    if not sums:
        return
    given = {
        "customers": [row[0] for row in sums.values()],
        "homes": [home for home, _ in sums],
        "whats": [what for _, what in sums],
        "ns": [row[1] for row in sums.values()],
        "firsts": [row[2] for row in sums.values()],
        "lasts": [row[3] for row in sums.values()],
    }
    await tx.execute(COUNT, given)
