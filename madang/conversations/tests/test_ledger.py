"""The ledger's numbers are what a full count says, after whatever has happened."""

from __future__ import annotations

from datetime import UTC, datetime

from madang.channels import tally
from madang.channels.tally import What
from madang.conversations.ledger import by_day, by_hour, ledger
from madang.tests.cast import Yard


async def test_a_quiet_channel_has_a_line_of_noughts(yard: Yard) -> None:
    async with yard.ground.database.begin() as tx:
        (line,) = await ledger(tx)
        hours = await by_hour(tx, [line.channel_id], datetime.now(UTC))
        days = await by_day(tx, [line.channel_id], datetime.now(UTC), "Asia/Seoul")
        await tally.fold(tx)
    assert (line.received, line.waiting, line.sent, line.last_in) == (0, 0, 0, None)
    assert hours[line.channel_id].of(What.RECEIVED) == [0] * 24
    assert len(days[line.channel_id].starts) == 30
