"""A first sync whose worker is killed again and again: in the end everybody is there once, on both sides."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time

import pytest

from madang.crm.actions import asking
from madang.crm.models import State
from madang.crm.tests.world import World
from madang.tests.cast import Yard

WORKER = """
import asyncio, sys
from pathlib import Path
from madang.connectors.hubspot import calls
from madang.crm.working import Hands
from madang.ground import Ground
from madang.settings import load
import madang.models
calls.RATE = calls.SEARCHES = 1000.0
async def main():
    settings = load({}, data=Path(sys.argv[2]), secret_key="k" * 32, allow_hosts=("127.0.0.0/8",))
    hands = Hands(Ground.open(settings, sys.argv[1]))
    print("ready", flush=True)
    while True:
        await hands.work()
        await asyncio.sleep(0.05)
asyncio.run(main())
"""
MANY = 1_200


@pytest.mark.slow
async def test_killed_again_and_again_nobody_is_twice(world: World, yard: Yard, database_url: str) -> None:
    for n in range(MANY):
        world.there.add(email=f"p{n}@x.example", firstname=f"P{n}", company="" if n % 2 else f"C{n}")
    rows = ", ".join(f"({n}, 'Here {n}', 'H{n}')" for n in range(900_001, 900_001 + 150))
    await world.sql(f"insert into customer (id, name, company) values {rows}")
    mails = ", ".join(f"({n}, 'email', 'here{n}@x.example')" for n in range(900_001, 900_001 + 150))
    await world.sql(f"insert into identity (customer_id, kind, value) values {mails}")
    await world.choose()
    await world.work()
    await world.ask(asking.begin)
    await world.hands.finish()
    kills, until = 0, time.monotonic() + 300
    while (await world.account()).state != State.LIVE:
        assert time.monotonic() < until
        command = [sys.executable, "-c", WORKER, database_url, str(world.ground.settings.data)]
        worker = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert worker.stdout is not None
        await asyncio.to_thread(worker.stdout.readline)
        await asyncio.sleep(random.uniform(0.05, 0.3) * (1 + kills / 10))  # a slow machine gets on as well
        worker.kill()
        worker.wait()
        worker.stdout.close()
        kills += 1
    await world.work()
    assert kills > 1
    assert len(await world.people()) == MANY + 150
    assert len(world.there.people) == MANY + 150
    ((links, people),) = await world.sql("select count(*), count(distinct customer_id) from crm_link")
    assert (links, people) == (MANY + 150, MANY + 150)
    assert await world.sql("select 1 from field_change") == []
    assert await world.sql("select 1 from event where kind = 'crm.conflict'") == []
    assert world.contact("here900001@x.example")["company"] == "H900001"
