"""Messages for which no receipt came, or a bad one, go on to the next door of their brand's chain."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, text

from madang.conversations import outcomes
from madang.conversations.doors import chains
from madang.conversations.doors.chains import Step
from madang.conversations.models import State
from madang.conversations.outcomes import Moved
from madang.conversations.settle import take_over
from madang.ground import Ground
from madang.lib.postgres import Tx

DUE = text("select message_id from chain_run where due <= now() order by due limit 50")
HOLD = text("""
select r.message_id, m.state, m.channel_id, m.conversation_id from chain_run r join message m on m.id = r.message_id
where r.message_id = :id and r.due <= now() for update of r, m skip locked
""")
OVER = text("delete from chain_run where message_id = :id")
STILL = text("update chain_run set due = null where message_id = :id")
AGAIN = text("update message set state = 0, why = '', problem = '' where id = :id")
QUEUE = text("""
insert into outbox (message_id, conversation_id, channel_id) values (:id, :conversation, :channel)
on conflict (message_id) do nothing
""")
WAKE = text("select pg_notify('outbox', '')")


async def advance(ground: Ground) -> int:
    """Take every message whose time has come to its next door; returns how many went."""
    async with ground.database.begin() as tx:
        due = list((await tx.execute(DUE)).scalars())
    gone = 0
    for message_id in due:
        async with ground.database.begin() as tx:
            gone += await _one(ground, tx, message_id)
    return gone


async def _one(ground: Ground, tx: Tx, message_id: int) -> bool:
    row = (await tx.execute(HOLD, {"id": message_id})).one_or_none()
    if row is None:
        return False
    if row.state in (State.QUEUED, State.SENDING, State.UNSURE):  # it may be on its way: never two at once
        await tx.execute(STILL, {"id": message_id})
        return False
    step = None
    if row.state in (State.SENT, State.FAILED):
        step = await chains.following(ground, tx, row.conversation_id, message_id, row.channel_id)
    if step is None:
        await tx.execute(OVER, {"id": message_id})
        return False
    await _go(tx, row, step)
    return True


async def _go(tx: Tx, row: Row[Any], step: Step) -> None:
    why = "failed" if row.state == State.FAILED else "silence"
    moved = Moved(row.message_id, row.channel_id, row.state, row.channel_id, State.QUEUED)
    await tx.execute(AGAIN, {"id": row.message_id})
    await outcomes.count(tx, [moved])
    await chains.at(tx, row.message_id, step)
    await take_over(tx, row.conversation_id, row.message_id, row.channel_id, step.way.channel_id, why, step.template)
    given = {"id": row.message_id, "conversation": row.conversation_id, "channel": step.way.channel_id}
    await tx.execute(QUEUE, given)
    await tx.execute(WAKE)
