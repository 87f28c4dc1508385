"""T20 T21: what is dear is counted, and one caller cannot take what everybody needs."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from madang.alerts import actions as alerts
from madang.channels.registry import get
from madang.conversations import dry_run, ledger_rows
from madang.conversations.actions import replays
from madang.conversations.search import queries as search
from madang.conversations.search.asked import Asked
from madang.lib.crypto import Keys
from madang.lib.pace import AtOnce
from madang.staff.attempts import TooMany
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard
from madang.webhooks import actions as webhooks
from madang.webhooks.actions import Range, Wanted, again
from madang.webhooks.targets import Target


async def test_a_button_is_no_hammer(yard: Yard) -> None:
    """Test mails go to one address, test calls to somebody else's server."""
    hana = await cast.agent(yard.ground, "Hana", "administrator")
    async with yard.ground.database.begin() as tx:
        made = await webhooks.create(tx, CONSOLE, Keys(b"x"), Wanted(Target("https://8.8.8.8/"), ("*",)))

    async def press(button: Any) -> int:
        for done in range(100):
            try:
                async with yard.ground.database.begin() as tx:
                    await button(tx)
            except TooMany:
                return done
        return 100

    assert await press(lambda tx: alerts.test(tx, hana, "en", "http://x")) == 10
    assert await press(lambda tx: webhooks.test(tx, hana, made.id)) == 30
    async with yard.ground.database.begin() as tx:
        kept = text("select (select count(*) from alert_mail), (select count(*) from webhook_delivery)")
        assert tuple((await tx.execute(kept)).one()) == (10, 30)


async def test_what_is_given_in_or_sent_again_is_counted(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay makes work for the workers, or for somebody else's server."""
    hana = await cast.agent(yard.ground, "Hana", "administrator")
    await yard.says("hello")
    for module, limit in ((replays, "STARTS"), (again, "REPLAYS"), (again, "RANGES")):
        monkeypatch.setattr(module, limit, replace(getattr(module, limit), most=3))
    async with yard.ground.database.begin() as tx:
        made = await webhooks.create(tx, CONSOLE, Keys(b"x"), Wanted(Target("https://8.8.8.8/"), ("*",)))
        sent = await webhooks.test(tx, hana, made.id)
    since = Range(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), failed=True)
    buttons: list[Any] = [
        lambda tx: replays.start(tx, hana, yard.channel.id, 1, 2**40),
        lambda tx: webhooks.replay(tx, hana, made.id, sent),
        lambda tx: webhooks.replay_range(tx, hana, made.id, since),
    ]
    for button in buttons:
        for _press in range(3):
            async with yard.ground.database.begin() as tx:
                await button(tx)
        with pytest.raises(TooMany):
            async with yard.ground.database.begin() as tx:
                await button(tx)
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(text("select count(*) from replay"))).scalar_one() == 3


async def test_one_caller_searches_only_so_much_at_once(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "AT_ONCE", AtOnce(2))
    ada, ben = await cast.agent(yard.ground), await cast.agent(yard.ground, "Ben")
    go, begun = asyncio.Event(), asyncio.Semaphore(0)

    async def slow(*_: object) -> Any:
        begun.release()
        await go.wait()

    monkeypatch.setattr(search, "_find", slow)
    nothing: Any = None
    running = [asyncio.create_task(search.find(nothing, ada, Asked("x"))) for _ in range(2)]
    for _ in running:
        await begun.acquire()
    with pytest.raises(TooMany):
        await search.find(nothing, ada, Asked("x"))
    other = asyncio.create_task(search.find(nothing, ben, Asked("x")))
    await begun.acquire()
    go.set()
    await asyncio.gather(*running, other)
    await search.find(nothing, ada, Asked("x"))


async def test_a_delivery_that_is_never_read_through_holds_up_nobody_else(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T21: whoever opens quarantine has it parsed once more, in the process that signs people in."""
    await yard.put({"type": "nonsense", "id": "1"})
    await yard.take_in()
    async with yard.ground.database.begin() as tx:
        number = (await tx.execute(text("select id from envelope where state = 2"))).scalar_one()
        one = await ledger_rows.opened(tx, CONSOLE, number)
    go = threading.Event()
    monkeypatch.setattr(get("api"), "parse", lambda *_: go.wait(30))
    monkeypatch.setattr(dry_run, "PATIENCE", 0.2)
    try:
        told = await asyncio.gather(*(dry_run.meaning(yard.ground, one, b"") for _ in range(40)))
        assert {found.problem for found in told} == {"It could not be read within 5 seconds."}
        assert await asyncio.wait_for(asyncio.to_thread(lambda: "signed in"), 5) == "signed in"
    finally:
        go.set()
