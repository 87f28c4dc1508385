"""At least once, in order, by themselves: what a receiver would notice."""

from __future__ import annotations

from madang.webhooks.tests.conftest import Teller
from madang.webhooks.tests.receiver import Receiver


async def test_a_message_is_told_signed_and_whole(teller: Teller, shop: Receiver) -> None:
    made = await teller.listen(shop.url, "message.received")
    await teller.yard.says("담요가 안 왔어요")
    assert await teller.deliver() == 1
    (one,) = shop.heard
    assert one.proven(made.secret)
    assert one.said["type"] == "message.received"
    assert one.said["id"] == one.headers["webhook-id"]
    assert one.said["data"]["message"]["text"] == "담요가 안 왔어요"
    assert one.said["data"]["customer"]["name"] == "미나"
    assert await teller.stages() == [1]
