"""How a receiver does: one that fails rests, longer each time; one that fails for a day, or is gone, is disabled."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.webhooks.actions.queue import ILL, REST, WELL, Outcome
from madang.webhooks.actions.switch import give_up

PATIENCE = timedelta(hours=24)
AT_LEAST = 10  # failures in a row before a day of them counts
LONGEST_REST = 600.0  # seconds


def rest_after(failures: int) -> timedelta:
    """How long to leave a receiver alone after so many failures in a row: 5 s, 10 s, 20 s … 10 min, with jitter."""
    if failures < 5:
        return timedelta()
    seconds = min(LONGEST_REST, 5.0 * 2 ** min(failures - 5, 10))
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - not a secret


async def judge(tx: Tx, outcomes: Sequence[Outcome]) -> None:
    """Take in how a batch went, receiver by receiver."""
    tried = [one for one in outcomes if one.tried]
    well = {one.job.webhook_id for one in tried if one.good}
    if well:
        await tx.execute(WELL, {"ids": sorted(well)})
    ill = Counter(one.job.webhook_id for one in tried if not one.good and one.job.webhook_id not in well)
    for number, count in sorted(ill.items()):
        mine = [one for one in tried if one.job.webhook_id == number and not one.good]
        asked = max((one.rest for one in mine), default=timedelta())
        await _failed(tx, number, count, asked, mine[-1])
    for one in tried:
        if one.gone:
            await give_up(tx, one.job.webhook_id, "gone", _("It answered 410: gone."))


async def _failed(tx: Tx, webhook_id: int, count: int, asked: timedelta, last: Outcome) -> None:
    given = {"ids": [webhook_id], "failures": [count], "rests": [asked.total_seconds()]}
    row = (await tx.execute(ILL, given)).one()
    if row.failures >= AT_LEAST and datetime.now(UTC) - row.failing_since >= PATIENCE:
        await give_up(tx, webhook_id, "failing", last.problem)
    elif row.failures >= 5:
        await tx.execute(REST, {"id": webhook_id, "rest": rest_after(row.failures)})
