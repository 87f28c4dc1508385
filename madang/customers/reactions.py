"""What follows when somebody is new or known better: she is looked for among all others, and a person is asked."""

from __future__ import annotations

from collections.abc import Sequence

from madang.customers import alike, weighing
from madang.customers.actions import matching, suggesting
from madang.customers.actions.automatic import merge_sure
from madang.customers.actions.looking_up import write_keys
from madang.customers.matchmaking import people
from madang.customers.trees import roots
from madang.events.log import Happened
from madang.lib.postgres import Tx


async def look_alike(tx: Tx, batch: Sequence[Happened]) -> None:
    """Write down by what the changed customers are found, and ask about each who is probably somebody else too."""
    changed = {event.customer_id for event in batch if event.customer_id}
    changed |= {int(event.data["other"]) for event in batch if "other" in event.data}
    now = await roots(tx, changed)
    mine = await people.known(tx, now.values())
    await write_keys(tx, changed | set(now.values()), {who: alike.keys_of(one) for who, one in mine.items()})
    by = await weighing.current(tx)
    asked = await suggesting.suggest(tx, await alike.pairs(tx, mine, by))
    await merge_sure(tx, asked, by.automatic)


async def learn_thresholds(tx: Tx, _batch: Sequence[Happened]) -> None:
    """What people decide says from which chance on they are asked, and what may be merged without asking."""
    await matching.learn_thresholds(tx)
