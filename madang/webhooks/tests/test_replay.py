"""Once more: what was missed, what failed; and what must not be told again, or kept for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from madang.staff.permissions import CONSOLE
from madang.webhooks import actions
from madang.webhooks.actions import Range
from madang.webhooks.delivery import tidy
from madang.webhooks.tests.conftest import Teller
from madang.webhooks.tests.receiver import Receiver


async def test_what_was_missed_can_be_replayed(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    begun = datetime.now(UTC) - timedelta(minutes=1)
    await teller.yard.says("one")
    await teller.deliver()
    async with teller.ground.database.begin() as tx:
        await actions.disable(tx, CONSOLE, 1)
    await teller.yard.says("two")
    await teller.deliver()
    assert shop.texts == ["one"]
    async with teller.ground.database.begin() as tx:
        await actions.enable(tx, CONSOLE, 1)
        again = Range(begun, datetime.now(UTC) + timedelta(minutes=1))
        assert await actions.replay_range(tx, CONSOLE, 1, again) == 2
    await teller.deliver()
    assert shop.texts == ["one", "one", "two"]
    assert len({one.headers["webhook-id"] for one in shop.heard}) == 2
    async with teller.ground.database.begin() as tx:
        early = Range(begun - timedelta(days=9), begun - timedelta(days=8))
        assert await actions.replay_range(tx, CONSOLE, 1, early) == 0


async def test_only_what_failed_can_be_replayed(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    await teller.yard.says("one")
    await teller.yard.says("two", value="mia@juniper.example")
    await teller.deliver()
    await teller.rows(
        "update webhook_delivery set stage = 2 where id = (select max(id) from webhook_delivery) returning 1"
    )
    async with teller.ground.database.begin() as tx:
        again = Range(datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1), failed=True)
        assert await actions.replay_range(tx, CONSOLE, 1, again) == 1
    await teller.deliver()
    assert sorted(shop.texts) == ["one", "two", "two"]


async def test_what_was_taken_back_or_erased_is_not_told_again(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    await teller.yard.says("my card is 4111")
    await teller.yard.says("never mind", value="mia@juniper.example")
    await teller.deliver()
    await teller.rows("update message set deleted_at = now() where text like 'my card%' returning 1")
    async with teller.ground.database.begin() as tx:
        await tx.exec_driver_sql("alter table event disable trigger all")
        erased = "update event set data = '{\"erased\": true}' where id = (select max(event_id) from webhook_delivery)"
        await tx.exec_driver_sql(erased)
        again = Range(datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1))
        await actions.replay_range(tx, CONSOLE, 1, again)
    shop.heard.clear()
    await teller.deliver()
    assert shop.texts == [""]
    assert await teller.stages() == [1, 3]
    kept = str(await teller.rows("select * from webhook_attempt")) + str(
        await teller.rows("select * from webhook_delivery")
    )
    assert "4111" not in kept, "the words are kept in one place only"


async def test_what_ended_long_ago_is_forgotten_and_what_waits_is_not(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    await teller.crowd(3)
    await teller.deliver()
    await teller.rows("update webhook_delivery set ended_at = now() - interval '31 days' where id = 1 returning 1")
    await teller.rows(
        "update webhook_delivery set stage = 0, ended_at = null, created_at = '2020-01-01' where id = 2 returning 1"
    )
    assert await tidy(teller.ground) == 1
    assert [row[0] for row in await teller.rows("select id from webhook_delivery order by id")] == [2, 3]
    assert len(await teller.rows("select 1 from webhook_attempt")) == 2
