"""By what customers are found when they may be one: derived from what is known of them, made anew at any time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import text

from madang.lib.postgres import Tx

FORGET = text("""
delete from match_key where customer_id = any(cast(:ids as bigint[])) and
  (customer_id, key) not in (
    select * from unnest(cast(:customers as bigint[]), cast(:keys as text[])))
""")
WRITE = text("""
insert into match_key (customer_id, key)
select * from unnest(cast(:customers as bigint[]), cast(:keys as text[])) as n(customer, key) order by 1, 2
on conflict do nothing
""")


async def write_keys(tx: Tx, ids: Iterable[int], keys: Mapping[int, Sequence[str]]) -> None:
    """Let each of ``ids`` have its ``keys`` and no others. Derived: no event."""
    rows = [(who, key) for who, some in keys.items() for key in some]
    given = {"customers": [who for who, _ in rows], "keys": [key for _, key in rows]}
    await tx.execute(FORGET, {"ids": sorted(set(ids)), **given})
    if rows:
        await tx.execute(WRITE, given)
