"""At least once, in order, by themselves: what a receiver would notice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from madang.conversations import actions as conversations
from madang.lib.http import Answer
from madang.staff.permissions import CONSOLE
from madang.webhooks import actions
from madang.webhooks.actions import queue
from madang.webhooks.delivery import recover
from madang.webhooks.posting import PAUSES, pause_before, retry_after
from madang.webhooks.tests.conftest import Teller
from madang.webhooks.tests.receiver import Heard, Receiver

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def test_a_message_is_told_signed_and_whole(teller: Teller, shop: Receiver) -> None:
    made = await teller.listen(shop.url, "message.received")
    await teller.yard.says("담요가 안 왔어요")
    assert await teller.deliver() == 1
    (one,) = shop.heard
    assert one.proven(made.secret)
    assert one.headers["content-type"] == "application/json"
    assert one.said["type"] == "message.received"
    assert one.said["id"] == one.headers["webhook-id"]
    assert one.said["version"] == 1
    assert one.said["data"]["message"]["text"] == "담요가 안 왔어요"
    assert one.said["data"]["message"]["channel"]["connector"] == "api"
    assert one.said["data"]["customer"]["name"] == "미나"
    assert one.said["data"]["customer"]["addresses"][0]["value"] == "mina@naver.example"
    assert await teller.stages() == [1]
    assert await teller.deliver() == 0, "once is enough"


async def test_nobody_who_listens_costs_nothing(teller: Teller) -> None:
    await teller.yard.says("hello")
    await teller.spread()
    assert await teller.rows("select 1 from webhook_delivery") == []


async def test_it_is_told_of_what_it_chose(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "conversation.*", "customer.created")
    await teller.yard.says("hello")
    async with teller.ground.database.begin() as tx:
        await conversations.set_tags(tx, CONSOLE, (await teller.yard.conversations())[0], ["vip"])
    await teller.deliver()
    assert sorted(shop.kinds) == ["conversation.opened", "conversation.tagged", "customer.created"]


async def test_an_event_read_twice_is_told_once(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    await teller.yard.says("hello")
    await teller.spread()
    async with teller.ground.database.begin() as tx:
        await tx.exec_driver_sql("update reaction_position set tx = '3', id = 0")
    await teller.deliver()
    assert len(shop.heard) == 1


async def test_a_conversation_keeps_its_order_and_the_others_go_on(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    for number in range(3):
        await teller.yard.says(f"mina {number}")
        await teller.yard.says(f"mia {number}", name="Mia", value="mia@juniper.example")
    shop.refuse = lambda one: 500 if "mina 0" in one.body.decode() else None
    await teller.deliver()
    assert shop.texts.count("mina 0") == 1
    assert "mina 1" not in shop.texts, "what comes after it waits behind it"
    assert [text for text in shop.texts if text.startswith("mia")] == ["mia 0", "mia 1", "mia 2"]
    shop.refuse = None
    await teller.later()
    await teller.deliver()
    assert [text for text in shop.texts if text.startswith("mina")] == ["mina 0", "mina 0", "mina 1", "mina 2"]


async def test_a_repeat_has_the_same_id_and_body(teller: Teller, shop: Receiver) -> None:
    made = await teller.listen(shop.url, "message.received")
    await teller.yard.says("hello")
    shop.status = 503
    await teller.deliver()
    shop.status = 204
    await teller.later()
    await teller.deliver()
    first, second = shop.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert first.proven(made.secret)
    assert second.proven(made.secret)
    rows = await teller.rows("select status, size, digest from webhook_attempt order by id")
    assert [row.status for row in rows] == [503, 204], "each try is kept"


async def test_what_an_answer_means(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    means = {200: 1, 204: 1, 301: 0, 400: 0, 404: 0, 500: 0}
    for status in means:
        await teller.yard.says(str(status), value=f"c{status}@naver.example")
    shop.refuse, shop.headers = lambda one: int(one.said["data"]["message"]["text"]), {"location": "/elsewhere"}
    await teller.deliver(1)
    assert {row.status: row.stage for row in await teller.rows("select * from webhook_delivery")} == means
    assert {one.path for one in shop.heard} == {"/madang"}, "a redirect is not followed"


async def test_gone_is_disabled_at_once_with_a_notice(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received", description="CRM")
    shop.status = 410
    await teller.yard.says("hello")
    await teller.deliver()
    ((why, problem),) = await teller.rows("select disabled_why, problem from webhook")
    assert (why, bool(problem)) == ("gone", True)
    ((actor, data),) = await teller.rows("select actor, data from event where kind = 'webhook.disabled'")
    assert actor == "system"
    assert (data["why"], data["description"], data["host"]) == ("gone", "CRM", "127.0.0.1")
    await teller.yard.says("again")
    await teller.deliver()
    assert len(shop.heard) == 1


async def test_after_a_day_of_tries_it_has_failed_and_can_be_sent_again(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    await teller.yard.says("hello")
    shop.status = 500
    for _try in range(len(PAUSES) + 1):
        await teller.deliver(1)
        await teller.later()
    assert await teller.stages() == [2]
    assert len(shop.heard) == len(PAUSES) + 1
    shop.status = 200
    ((delivery,),) = await teller.rows("select id from webhook_delivery")
    async with teller.ground.database.begin() as tx:
        await actions.replay(tx, CONSOLE, 1, delivery)
    await teller.deliver()
    assert await teller.stages() == [1]
    assert len({one.headers["webhook-id"] for one in shop.heard}) == 1


async def test_who_fails_for_a_day_is_disabled_and_rests_before(
    teller: Teller, shop: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "AT_ONCE", 2)
    await teller.listen(shop.url, "message.received")
    shop.status = 500
    await teller.crowd(12)
    await teller.deliver()
    assert 5 <= len(shop.heard) < 12, "it rests rather than being hammered"
    assert (await teller.rows("select rest_until > now() from webhook"))[0][0]
    await teller.rows("update webhook set failing_since = now() - interval '25 hours' returning 1")
    for _round in range(8):
        await teller.later()
        await teller.deliver()
    assert (await teller.rows("select disabled_why from webhook"))[0][0] == "failing"
    assert len(await teller.rows("select 1 from event where kind = 'webhook.disabled'")) == 1
    shop.status = 200
    async with teller.ground.database.begin() as tx:
        await actions.enable(tx, CONSOLE, 1)
    await teller.deliver()
    assert set(await teller.stages()) == {1}, "what waited goes once it is enabled"


async def test_a_success_ends_the_count(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    shop.refuse = lambda one: 500 if "bad" in one.body.decode() else None
    await teller.yard.says("bad")
    await teller.deliver()
    assert (await teller.rows("select failures from webhook"))[0][0] == 1
    await teller.yard.says("good", value="mia@juniper.example")
    await teller.deliver()
    ((failures, since),) = await teller.rows("select failures, failing_since from webhook")
    assert (failures, since) == (0, None)


async def test_a_slow_receiver_holds_up_nobody(teller: Teller, shop: Receiver) -> None:
    slow = Receiver(silent=True)
    await slow.start()
    await teller.listen(slow.url, "message.received")
    await teller.listen(shop.url, "message.received")
    await teller.crowd(30)
    await teller.spread()
    hands = teller.worker()
    async with asyncio.timeout(10):
        while len(shop.heard) < 30:
            await hands.take()
            await asyncio.sleep(0.01)
    assert len(slow.heard) <= queue.AT_ONCE
    await slow.stop()


async def test_what_a_dead_worker_had_in_hand_is_sent_by_another(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    await teller.yard.says("hello")
    await teller.spread()
    async with teller.ground.database.begin() as tx:
        assert len(await queue.claim(tx, "dead")) == 1
    assert await teller.deliver() == 0, "it is the other's as long as that one may live"
    assert await recover(teller.ground) == 1
    await teller.deliver()
    assert shop.texts == ["hello"]


async def test_a_living_workers_work_is_left_alone(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    await teller.yard.says("hello")
    await teller.spread()
    async with teller.ground.database.begin() as tx:
        await tx.exec_driver_sql("insert into heartbeat (process, kind) values ('busy', 'worker')")
        await queue.claim(tx, "busy")
    assert await recover(teller.ground) == 0


async def test_a_huge_answer_is_read_to_its_limit(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    shop.body = "가".encode() * 100_000 + b"\0"
    await teller.yard.says("hello")
    await teller.deliver()
    ((answer, status),) = await teller.rows("select answer, status from webhook_attempt")
    assert status == 200
    assert len(answer) == 4_000


async def test_a_test_is_sent_like_any_event(teller: Teller, shop: Receiver) -> None:
    made = await teller.listen(shop.url, "message.received")
    async with teller.ground.database.begin() as tx:
        await actions.test(tx, CONSOLE, 1)
    await teller.deliver()
    (one,) = shop.heard
    assert one.proven(made.secret)
    assert one.said["type"] == "webhook.test"


async def test_a_removed_one_hears_nothing_more(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    await teller.yard.says("hello")
    await teller.spread()
    async with teller.ground.database.begin() as tx:
        await actions.retire(tx, CONSOLE, 1)
    await teller.deliver()
    assert shop.heard == []
    assert await teller.stages() == [3]
    assert await teller.rows("select 1 from webhook_secret") == []


@pytest.mark.parametrize(
    ("given", "seconds"), [("7", 7), ("0", 0), ("-1", 0), ("soon", 0), ("", 0), ("99999999999", 86_400), ("²", 0)]
)
def test_the_wait_a_receiver_asks_for(given: str, seconds: int) -> None:
    assert retry_after(Answer(429, {"retry-after": given}, b"")) == timedelta(seconds=seconds)


def test_a_wait_may_be_a_date() -> None:
    asked = retry_after(Answer(503, {"retry-after": "Fri, 01 Jan 2100 00:00:00 GMT"}, b""))
    assert asked == timedelta(days=1)


async def test_retry_after_is_honoured(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    shop.status, shop.headers = 429, {"retry-after": "3600"}
    await teller.yard.says("hello")
    await teller.deliver()
    (row,) = await teller.rows(
        "select due - now() > '59 min' as due, rest_until - now() > '59 min' as rest from "
        "webhook_delivery d join webhook w on w.id = d.webhook_id"
    )
    assert tuple(row) == (True, True)


def test_pauses_grow_to_a_day_with_jitter() -> None:
    together = sum((pause_before(tries) for tries in range(1, len(PAUSES) + 1)), timedelta())
    assert timedelta(hours=19) < together < timedelta(hours=29)
    assert len({pause_before(4) for _ in range(20)}) > 10


def test_the_receiver_of_these_tests_notices_forgery() -> None:
    assert not Heard("/", {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,x"}, b"{}").proven(
        "whsec_" + "a" * 32
    )
