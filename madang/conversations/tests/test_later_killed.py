"""A worker that is killed while it hands answers over: each leaves once, and none is forgotten."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from madang.conversations import actions
from madang.conversations.actions.recount import differences
from madang.conversations.scheduling import Later
from madang.tests import cast
from madang.tests.cast import Yard

WORKER = """
import asyncio, sys
from pathlib import Path
from madang.conversations.actions import later
from madang.ground import Ground
from madang.settings import load
import madang.models
async def main():
    ground = Ground.open(load({}, data=Path(sys.argv[2]), secret_key="k" * 32), sys.argv[1])
    print("ready", flush=True)
    while True:
        await later.go(ground)
        await asyncio.sleep(0.01)
asyncio.run(main())
"""
MANY = 120
SOON = 0.4  # seconds after which it has been killed
LEFT = """
select (select count(*) from outbox), (select count(distinct m.client_key) from outbox o join message m
  on m.id = o.message_id), (select count(*) from event where kind = 'message.queued'),
  (select count(*) from message where direction = 'out'), (select count(*) from scheduled)
"""


@pytest.mark.slow
async def test_killed_again_and_again_each_answer_leaves_once(yard: Yard, database_url: str) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("언제 오나요?")
    async with yard.ground.database.begin() as tx:
        for number in range(MANY):
            when = Later(datetime.now(UTC) + timedelta(hours=1), undo=number % 2 == 0)
            await actions.reply(tx, ada, 1, text=f"답장 {number}", later=when)
        await tx.execute(text("update scheduled set at = now()"))
    kills, until, left, patience = 0, time.monotonic() + 300, MANY, SOON
    while waiting := await _waiting(yard):
        patience = SOON if waiting < left else patience * 1.5  # a slow machine needs longer for a program's first one
        left = waiting
        assert time.monotonic() < until
        command = [sys.executable, "-c", WORKER, database_url, str(yard.ground.settings.data)]
        worker = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert worker.stdout is not None
        await asyncio.to_thread(worker.stdout.readline)
        await asyncio.sleep(random.uniform(0.05, patience))
        worker.kill()
        worker.wait()
        worker.stdout.close()
        kills += 1
    assert kills > 1
    async with yard.ground.database.begin() as tx:
        assert tuple((await tx.execute(text(LEFT))).one()) == (MANY, MANY, MANY, MANY, 0)
        assert await differences(tx) == []


async def _waiting(yard: Yard) -> int:
    async with yard.ground.database.begin() as tx:
        return int((await tx.execute(text("select count(*) from scheduled"))).scalar_one())
