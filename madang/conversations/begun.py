"""Whether anybody has been answered yet: the moment a house begins to live."""

from __future__ import annotations

from sqlalchemy import exists, select

from madang.conversations.models import Message
from madang.lib.postgres import Tx


async def answered(tx: Tx) -> bool:
    """Whether one of us has written to a customer."""
    return bool((await tx.execute(select(exists().where(Message.direction == "out")))).scalar_one())
