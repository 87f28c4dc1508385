"""What people decided of suggestions: what the matching learns its thresholds from, and is judged by."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import text

from madang.lib.postgres import Tx

Counted = list[tuple[float, int, int]]

# What was merged by itself is nobody's decision, until somebody undoes it.
COUNTED = text("""
select floor(score * 10000) / 10000 as chance, count(*) as decided, count(*) filter (where state = 1) as accepted
from suggestion where state in (1, 2, 3) and reason = 'match' and decided_by <> 'system' group by 1 order by 1
""")
DECIDED = text("""
select one_id, two_id, state = 1 as same from suggestion
where state in (1, 2, 3) and reason = 'match' and decided_by <> 'system' order by decided_at desc nulls last limit :most
""")
# What the matching itself asked, by weights; not what stood in one row of an import.
WAITING = text("""
select one_id, two_id from suggestion where state = 0 and reason = 'match' and evidence @? '$[*].weight' order by id
""")
MOST = 5_000  # the newest decisions, by which new weights are held against those in use


class Decided(NamedTuple):
    """What somebody said of two, by the numbers they had then."""

    one: int
    two: int
    same: bool


async def counted(tx: Tx) -> Counted:
    """(chance when it was suggested, how many of these were decided, how many of them accepted), chances rounded
    down."""
    return [(float(row.chance), row.decided, row.accepted) for row in await tx.execute(COUNTED)]


async def waiting(tx: Tx) -> list[tuple[int, int]]:
    """The pairs of the questions that wait for an answer and were asked by weights."""
    return [(row.one_id, row.two_id) for row in await tx.execute(WAITING)]


async def newest(tx: Tx) -> list[Decided]:
    """The newest :data:`MOST`."""
    return [Decided(*row) for row in await tx.execute(DECIDED, {"most": MOST})]
