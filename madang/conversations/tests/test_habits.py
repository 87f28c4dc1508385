"""By which channel somebody usually writes is learned from what she said, of what the viewer may see (T2)."""

from __future__ import annotations

from sqlalchemy import text

from madang.conversations import keepsakes
from madang.staff.permissions import CONSOLE, Viewer
from madang.tests import cast
from madang.tests.cast import Yard, message


async def usual(yard: Yard, viewer: Viewer = CONSOLE) -> int | None:
    async with yard.ground.database.begin() as tx:
        query = text("select customer_id from identity where value = 'mina@naver.example'")
        mina = (await tx.execute(query)).scalar_one()
        found = (await keepsakes.of_customer(tx, viewer, mina)).usual
        return found.id if found else None


async def test_a_habit_is_most_of_the_last_messages_by_one_channel_in_scope(yard: Yard) -> None:
    theirs = (await cast.channel(yard.ground, await cast.brand(yard.ground, "Juniper"))).id
    ben = await cast.agent(yard.ground, "Ben", brands=frozenset({yard.brand_id}))

    async def says(channel: int, *words: str) -> None:
        for one in words:
            await yard.put(message(one, value="mina@naver.example"), channel_id=channel)
        await yard.take_in()

    await says(yard.channel.id, "하나", "둘")
    assert await usual(yard) is None, "two are no habit"
    await says(yard.channel.id, "셋")
    assert await usual(yard) == yard.channel.id
    await says(theirs, "one", "two", "three")
    assert await usual(yard) is None, "half of them are none either"
    await says(theirs, "four")
    assert await usual(yard) == theirs
    assert await usual(yard, ben) == yard.channel.id, "he does not see the other brand"
