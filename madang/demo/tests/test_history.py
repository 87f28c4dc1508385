"""The demo's past lies in the past, in the ledger's graphs too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from madang.channels.connector import Sent
from madang.channels.tally import What
from madang.conversations import actions, leases, settle
from madang.conversations.actions import recount
from madang.conversations.ledger import by_hour, ledger
from madang.conversations.ways import ways
from madang.demo.history import follow
from madang.tests import cast
from madang.tests.cast import Yard


async def test_the_graphs_show_what_was_said_when_it_was_said(yard: Yard) -> None:
    ada, now = await cast.agent(yard.ground), datetime.now(UTC)
    await yard.says("hello")
    await yard.put({"type": "nonsense", "id": "1"})
    await yard.take_in()
    (conversation,) = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        await actions.reply(tx, ada, conversation, text="Hi!")
    (job,) = await leases.claim(yard.ground, "w", 1)
    async with yard.ground.database.begin() as tx:
        (way,) = await ways(tx, conversation)
        await settle.sent(tx, job, way, Sent("p1"))
        await tx.execute(text("update message set at = now() - interval '5 hours'"))
    for _twice in range(2):
        await follow(yard.ground)
        async with yard.ground.database.begin() as tx:
            assert await recount.differences(tx) == []
            series = (await by_hour(tx, [yard.channel.id], now))[yard.channel.id]
            (line,) = await ledger(tx)
        then = series.starts.index((now - timedelta(hours=5)).replace(minute=0, second=0, microsecond=0))
        assert [series.of(what)[then] for what in (What.RECEIVED, What.TAKEN_IN, What.SENT)] == [1, 1, 1]
        assert sum(series.of(What.SENT)) == 1
        assert (line.received, line.taken_in, line.quarantined, line.sent) == (2, 1, 1, 1)
