"""What follows when a customer is new or changed: her contact is looked at, in every CRM but the one that said so."""

from __future__ import annotations

from collections.abc import Sequence

from madang.crm.actions.queueing import follow
from madang.events.log import Happened
from madang.lib.postgres import Tx


async def look_again(tx: Tx, batch: Sequence[Happened]) -> None:
    """Queue everybody the events are about; merged and parted ones both."""
    changed = [(event.customer_id, event.actor) for event in batch if event.customer_id]
    changed += [
        (int(event.data["other"]), event.actor)
        for event in batch
        if event.kind == "customer.unmerged" and "other" in event.data
    ]
    await follow(tx, changed)
