"""One owner of a mailbox: whoever slept through losing it stores nothing, and does not turn the cursor back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import asyncpg
import pytest
from sqlalchemy import text

from madang.channels import sessions
from madang.channels.connector import Delivery
from madang.channels.queries import ChannelRow, channels
from madang.ground import Ground
from madang.lib import lease as leases
from madang.lib.lease import Lease, lease
from madang.tests.cast import Yard

# What the driver makes of a connection that ended depends on the moment in which it notices.
GONE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class Source:
    """A source that says what the test puts in."""

    said: asyncio.Queue[tuple[Sequence[Delivery], str]]
    began: list[str]

    def __init__(self, _config: object) -> None:
        return

    async def listen(self, cursor: str) -> AsyncIterator[tuple[Sequence[Delivery], str]]:
        self.began.append(cursor)
        while True:
            yield await self.said.get()

    async def close(self) -> None:
        return


@pytest.fixture
async def mailbox(ground: Ground, yard: Yard, monkeypatch: pytest.MonkeyPatch) -> ChannelRow:
    Source.said, Source.began = asyncio.Queue(), []
    monkeypatch.setattr(sessions, "get", lambda _name: Source)
    async with ground.database.begin() as tx:
        return (await channels(tx))[0]


async def stand(ground: Ground) -> tuple[str, int]:
    """The channel's cursor, and how many deliveries are stored."""
    async with ground.database.begin() as tx:
        query = text("select cursor, (select count(*) from envelope) from channel")
        return tuple((await tx.execute(query)).one())


async def until(ground: Ground, wanted: tuple[str, int]) -> None:
    async with asyncio.timeout(10):
        while await stand(ground) != wanted:
            await asyncio.sleep(0.01)


async def test_an_owner_who_was_overtaken_stores_nothing(ground: Ground, mailbox: ChannelRow) -> None:
    async with lease(ground.database) as held:
        old = asyncio.create_task(sessions.Sessions(ground)._listen(held, mailbox.id))
        Source.said.put_nowait(([Delivery("1", "mina", b"one")], "1:1:"))
        await until(ground, ("1:1:", 1))
        async with ground.database.begin() as tx:  # the other owner reads on while this one sleeps
            await tx.execute(text("update channel set cursor = '1:9:'"))
        Source.said.put_nowait(([Delivery("2", "mina", b"two")], "1:2:"))
        with pytest.raises(sessions.Overtaken):
            await asyncio.wait_for(old, 10)
    assert await stand(ground) == ("1:9:", 1)


@pytest.mark.slow
async def test_who_wakes_after_the_locks_are_gone_acts_no_more(
    ground: Ground, mailbox: ChannelRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with lease(ground.database) as held:
        task = asyncio.create_task(sessions.Sessions(ground)._keep(held, mailbox))
        Source.said.put_nowait(([Delivery("1", "mina", b"one")], "1:1:"))
        await until(ground, ("1:1:", 1))
        held._connection.terminate()  # as PostgreSQL has done meanwhile
        slept = leases.now() + 3600
        monkeypatch.setattr(leases, "now", lambda: slept)
        assert not held.ours
        Source.said.put_nowait(([Delivery("2", "mina", b"two")], "1:2:"))
        await asyncio.wait_for(task, 20)
    assert await stand(ground) == ("1:1:", 1)
    async with ground.database.begin() as tx:
        assert (await channels(tx))[0].problem == ""


@pytest.mark.slow
async def test_a_silent_owner_loses_its_locks_and_a_living_one_does_not(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "SILENCE", 0.4)
    monkeypatch.setattr(leases, "BEAT", 0.1)
    async with lease(ground.database) as living, lease(ground.database) as other:
        silent = Lease(await ground.database.bare(0.4))
        assert await living.take(1, 1)
        assert await silent.take(1, 2)
        assert not await other.take(1, 2)
        async with asyncio.timeout(10):
            while not await other.take(1, 2):
                await asyncio.sleep(0.02)
        assert not await other.take(1, 1)
        with pytest.raises(GONE):
            await silent.renew()


async def test_a_session_that_ended_in_doubt_is_begun_again(
    ground: Ground, mailbox: ChannelRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "LOOK", 0.05)
    monkeypatch.setattr(sessions, "_pulled", lambda _row: True)
    running = sessions.Sessions(ground)
    task = asyncio.create_task(running.run())
    async with asyncio.timeout(10):
        while not Source.began:
            await asyncio.sleep(0.01)
        running._running[mailbox.id][1].cancel()
        while len(Source.began) < 2:
            await asyncio.sleep(0.01)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
