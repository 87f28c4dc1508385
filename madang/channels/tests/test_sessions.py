"""Long-lived sources: whatever happens to the database, somebody goes on looking for channels to own."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from madang.channels import sessions
from madang.channels.queries import ChannelRow
from madang.ground import Ground
from madang.lib.postgres import Tx

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def test_a_database_that_stops_in_the_middle_of_a_query_does_not_end_the_sessions(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    again = asyncio.Event()

    async def channels(_tx: Tx) -> list[ChannelRow]:
        looks.append(1)
        if len(looks) == 1:
            raise OperationalError("select", {}, Exception("terminating connection due to administrator command"))
        again.set()
        return []

    monkeypatch.setattr(sessions, "channels", channels)
    running = asyncio.create_task(sessions.Sessions(ground).run())
    try:
        await asyncio.wait_for(again.wait(), 10)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
