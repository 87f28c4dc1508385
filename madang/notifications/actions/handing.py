"""What is to go out, in a worker's hands: taken before it is sent, so that a killed worker repeats none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import text

from madang.lib.postgres import Tx

TRIES = 6
LASTS = timedelta(hours=24)  # so long after it should have gone out, nobody wants to be woken for it

# Everything of one person that is due at once is one telling: taken whole, and gone from the table with the claim. How
# late it is says `due`: what waited for a quiet weekend to end is not late on Monday.
TAKE = text("""
with who as (
  select n.user_id from notification_telling t join notification n on n.id = t.notification_id
  where t.way = :way and t.due <= now() order by t.due limit 1 for update of t skip locked),
mine as (
  delete from notification_telling t using notification n, who
  where n.id = t.notification_id and n.user_id = who.user_id and t.way = :way
    and t.due <= now() + cast(:soon as interval)
  returning t.notification_id as id, t.tries, n.seen_at, t.due, n.user_id)
select id, tries, user_id, (seen_at is null or :way = 'close') and due > now() - cast(:lasts as interval) as lives
from mine order by id
""")
AGAIN = text("""
insert into notification_telling (notification_id, way, due, tries)
select id, :way, now() + cast(:pause as interval), :tries from notification
where id = any(cast(:ids as bigint[])) and seen_at is null on conflict do nothing
""")
PUSHED = text("""
update notification set data = data || '{"pushed": true}' where id = any(cast(:ids as bigint[]))
""")


@dataclass(frozen=True, slots=True)
class Batch:
    """What one colleague is to be told by one way. ``ids`` may be none: then there was nothing left to tell."""

    user_id: int
    way: str
    ids: tuple[int, ...]
    tries: int


async def take(tx: Tx, way: str, soon: timedelta = timedelta(), lasts: timedelta = LASTS) -> Batch | None:
    """The next colleague's, with what is due ``soon`` after; None when nothing is due."""
    rows = (await tx.execute(TAKE, {"way": way, "soon": soon, "lasts": lasts})).all()
    if not rows:
        return None
    return Batch(rows[0].user_id, way, tuple(row.id for row in rows if row.lives), max(row.tries for row in rows) + 1)


async def again(tx: Tx, batch: Batch, seconds: float) -> None:
    """It certainly did not go out: once more after so many seconds, if it has not been tried too often."""
    if batch.tries < TRIES:
        pause = timedelta(seconds=seconds)
        await tx.execute(AGAIN, {"ids": list(batch.ids), "way": batch.way, "pause": pause, "tries": batch.tries})


async def wait(tx: Tx, batch: Batch, seconds: float) -> None:
    """She is not to be disturbed now: after so many seconds, and that was no try."""
    await again(tx, replace(batch, tries=batch.tries - 1), seconds)


async def pushed(tx: Tx, ids: Sequence[int]) -> None:
    """Browsers show it: they are told when it has been seen elsewhere."""
    await tx.execute(PUSHED, {"ids": list(ids)})
