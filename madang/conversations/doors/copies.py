"""Who besides us got what she wrote: whom an answer to all would reach too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from madang.channels.abilities import Copies
from madang.channels.connector import Config
from madang.channels.models import Channel
from madang.channels.registry import entries, get
from madang.lib.postgres import Tx

MOST = 100  # addresses offered: whoever wrote to more wrote to a crowd

CHANNELS = select(Channel.id, Channel.connector, Channel.key, Channel.name, Channel.settings).where(
    Channel.retired_at.is_(None)
)


async def without_ours(tx: Tx, some: Sequence[str]) -> list[str]:
    """Of these addresses those that come to no channel of ours, of whatever brand: we would write to ourselves."""
    if not some:
        return []
    hearing: list[Any] = []
    for row in await tx.execute(CHANNELS):
        if row.connector in entries() and issubclass(made := get(row.connector), Copies):
            bound: Any = made  # one that fulfils two protocols
            hearing.append(bound(Config(row.id, row.key, row.name, row.settings, {})))
    return [one for one in some if not any(each.hears(one) for each in hearing)][:MOST]
