"""What this room does after something happened."""

from __future__ import annotations

from collections.abc import Sequence

from madang.events.log import Happened
from madang.lib.postgres import Tx
from madang.push.actions import queue


async def tell_browsers(tx: Tx, batch: Sequence[Happened]) -> None:
    """A message is there for a visitor who may have left: her browsers are told, if she wanted that."""
    ids = sorted({one.message_id for one in batch if one.message_id and one.data.get("state") == "sent"})
    if ids:
        await queue(tx, ids)
