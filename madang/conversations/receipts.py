"""What providers say became of our messages. State only moves forward; what comes too early waits."""

from __future__ import annotations

from collections.abc import Sequence

from madang.conversations import statements as sql
from madang.conversations import watermarks
from madang.conversations.arrivals import Arrival
from madang.conversations.doors import chains
from madang.conversations.models import State
from madang.conversations.outcomes import Moved, count
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News
from madang.lib.postgres import Tx

STATES = {"sent": State.SENT, "delivered": State.DELIVERED, "read": State.READ, "failed": State.FAILED}

Receipt = tuple[int, str, int, str]  # channel, the name it uses for our message, state, problem


async def take_in(tx: Tx, arrivals: Sequence[Arrival]) -> list[News]:
    """Apply a batch of receipts."""
    receipts: list[Receipt] = []
    for one in arrivals:
        fact = one.inbound
        if fact.state and fact.about:
            receipts.append((one.bound.row.id, fact.about, STATES[fact.state], fact.text[:1000]))
    for one, name in await watermarks.below(tx, arrivals):
        receipts.append((one.bound.row.id, name, STATES[one.inbound.state or "sent"], ""))
    return await apply(tx, receipts)


async def apply(tx: Tx, receipts: Sequence[Receipt]) -> list[News]:
    """Move the messages forward; receipts for unknown names are kept until :func:`catch_up`."""
    if not receipts:
        return []
    channels, abouts, states, problems = (list(column) for column in zip(*receipts, strict=True))
    given = {"channels": channels, "abouts": abouts, "states": states, "problems": problems}
    rows = (await tx.execute(sql.ADVANCE, given)).all()
    early = [row for row in rows if row.id is None]
    if early:
        keep = {
            "channels": [row.channel for row in early],
            "abouts": [row.about for row in early],
            "states": [row.state for row in early],
            "problems": [row.problem for row in early],
        }
        await tx.execute(sql.KEEP_EARLY, keep)
    moved = {row.moved: row for row in rows if row.moved is not None}
    await chains.failed(tx, [r.moved for r in moved.values() if r.now == State.FAILED])
    await chains.reached(tx, [r.moved for r in moved.values() if State.DELIVERED <= r.now < State.FAILED])
    await count(tx, [Moved(r.moved, r.channel_id, r.was, r.channel_id, r.now) for r in moved.values()])
    return [state_news(row.conversation_id, row.moved, State(row.now)) for row in moved.values()]


async def catch_up(tx: Tx, channel_id: int, names: Sequence[str]) -> list[News]:
    """A message's names became known: apply what came before them."""
    rows = (await tx.execute(sql.TAKE_EARLY, {"channel": channel_id, "names": list(names)})).all()
    return await apply(tx, [(channel_id, row.about, row.state, row.problem) for row in rows])


def state_news(conversation_id: int, message_id: int, state: State) -> News:
    """The event that a message's delivery state moved."""
    return News(Kind.MESSAGE_STATE, conversation_id, message_id, data={"state": state.name.lower()}, actor=SYSTEM)
