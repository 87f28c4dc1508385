"""Webhooks: proven, kept before they are answered, and brought in within the moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from madang.crm.actions import queueing
from madang.crm.tests.world import World
from madang.tests import frames

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

HOST = "https://desk.haneul.example"


@pytest.fixture
async def web(world: World) -> AsyncIterator[httpx.AsyncClient]:
    app: Any = frames.app(world.ground)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=HOST) as client:
        yield client


async def told(world: World, web: httpx.AsyncClient, **more: Any) -> httpx.Response:
    """What has happened there, posted as HubSpot posts it."""
    key = (await world.account()).key
    body = msgspec.json.encode(world.there.news)
    headers = world.simulator.headers(more.get("address", f"{HOST}/crm/{key}"), body)
    return await web.post(f"/crm/{key}", content=body, headers=headers)


async def test_a_change_there_is_here_without_waiting_for_the_next_look(
    world: World, web: httpx.AsyncClient, mina: int
) -> None:
    world.there.news.clear()
    world.there.change("101", company="지금")
    assert (await told(world, web)).status_code == 200
    assert (await told(world, web)).status_code == 200  # it repeats what it has no answer to
    assert len(await world.sql("select 1 from crm_task")) == 1
    await world.work()
    assert (await world.people())["김미나"]["company"] == "지금"
    assert (await world.account()).heard_at is not None
    assert await world.sql("select 1 from crm_task") == []


async def test_a_forged_one_is_refused_and_nothing_is_kept(world: World, web: httpx.AsyncClient, mina: int) -> None:
    assert (await told(world, web, address=f"{HOST}/crm/another")).status_code == 403
    assert (await web.post("/crm/nobody", content=b"[]")).status_code == 404
    assert (await web.post("/crm/../../x", content=b"[]")).status_code == 404
    key = (await world.account()).key
    assert (await web.post(f"/crm/{key}", content=b"x" * (1 << 20) + b"x")).status_code == 413
    assert (await web.get(f"/crm/{key}")).status_code == 405
    assert await world.sql("select 1 from crm_task") == []


async def test_what_is_said_during_a_round_is_looked_at_again(world: World, web: httpx.AsyncClient, mina: int) -> None:
    world.there.change("101", company="eins")
    await told(world, web)
    async with world.ground.database.begin() as tx:
        tasks = await queueing.due(tx, world.number, 10)
    await told(world, web)
    async with world.ground.database.begin() as tx:
        await queueing.done(tx, world.number, tasks)
    assert len(await world.sql("select 1 from crm_task where key = '101'")) == 1
