"""What is there, counted in the database: the other half of every claim that nothing was lost."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import TextClause, text

from madang.bench.house import Grounded
from madang.conversations.search import queries

ENVELOPES = text("select count(*), count(distinct key) from envelope where channel_id = :channel")
WAITING = text("select count(*) from envelope where channel_id = :channel and state = 0")
MESSAGES = text("select count(*) from message where channel_id = :channel")

SENT = text(r"""
select conversation_id, array_agg(cast(substring(text from '#q\d+t(\d+);') as bigint) order by id)
from message where channel_id = :channel and direction = 'in' group by 1
""")

OPEN = text("select distinct conversation_id from message where channel_id = :channel order by 1")


async def envelopes(house: Grounded, channel: int) -> tuple[int, int]:
    """(rows, different keys) of one channel."""
    row = await _row(house, ENVELOPES, channel)
    return int(row[0]), int(row[1])


async def waiting(house: Grounded, channel: int) -> int:
    """How many are not taken in yet."""
    return int((await _row(house, WAITING, channel))[0])


async def messages(house: Grounded, channel: int) -> int:
    """How many messages came or went by it."""
    return int((await _row(house, MESSAGES, channel))[0])


async def sent(house: Grounded, channel: int) -> dict[int, list[int]]:
    """By conversation, when each message that came in was sent (ns, as its mark says), in order."""
    async with house.ground.database.begin() as tx:
        return {row[0]: row[1] for row in await tx.execute(SENT, {"channel": channel})}


async def indexed(house: Grounded) -> None:
    """Return when the search has caught up."""
    while True:
        async with house.ground.database.begin() as tx:
            if not await queries.behind(tx):
                return
        house.check()
        await asyncio.sleep(0.2)


async def conversations(house: Grounded, channel: int) -> list[int]:
    """Those with a message of this channel."""
    async with house.ground.database.begin() as tx:
        return list((await tx.execute(OPEN, {"channel": channel})).scalars())


async def _row(house: Grounded, statement: TextClause, channel: int) -> Any:
    async with house.ground.database.begin() as tx:
        return (await tx.execute(statement, {"channel": channel})).one()
