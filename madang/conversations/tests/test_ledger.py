"""The ledger's numbers are what a full count says, after whatever has happened."""

from __future__ import annotations

from datetime import UTC, datetime

from madang.channels import tally
from madang.channels.tally import What
from madang.conversations.actions.recount import differences
from madang.conversations.ledger import Line, by_day, by_hour, ledger
from madang.tests.cast import Yard, message


async def test_a_quiet_channel_has_a_line_of_noughts(yard: Yard) -> None:
    async with yard.ground.database.begin() as tx:
        (line,) = await ledger(tx)
        hours = await by_hour(tx, [line.channel_id], datetime.now(UTC))
        days = await by_day(tx, [line.channel_id], datetime.now(UTC), "Asia/Seoul")
        await tally.fold(tx)
    assert (line.received, line.waiting, line.sent, line.last_in) == (0, 0, 0, None)
    assert hours[line.channel_id].of(What.RECEIVED) == [0] * 24
    assert len(days[line.channel_id].starts) == 30


async def _differences(yard: Yard) -> list[tuple[int, int, int, int]]:
    async with yard.ground.database.begin() as tx:
        return await differences(tx)


async def _line(yard: Yard) -> Line:
    async with yard.ground.database.begin() as tx:
        return (await ledger(tx))[0]


async def test_what_comes_is_counted_where_it_goes(yard: Yard) -> None:
    await yard.put(message("hello"), key="one")
    await yard.put(message("hello"), key="one")
    await yard.put({"type": "riddle", "id": "r1"})
    before = await _line(yard)
    assert (before.received, before.repeated, before.waiting, before.taken_in) == (2, 1, 2, 0)
    assert before.oldest_waiting is not None
    await yard.take_in()
    after = await _line(yard)
    assert (after.received, after.waiting, after.taken_in, after.quarantined) == (2, 0, 1, 1)
    assert await _differences(yard) == []
