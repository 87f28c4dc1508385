"""An import whose worker is killed again and again: in the end every person is there once, and an undo leaves none."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest
from sqlalchemy import text

from madang.customers.imports import actions
from madang.customers.imports.models import State
from madang.customers.imports.tests.test_taking_in import given, look, run
from madang.ground import Ground
from madang.staff.permissions import CONSOLE

WORKER = """
import asyncio, sys
from pathlib import Path
from madang.customers.imports import working
from madang.ground import Ground
from madang.settings import load
import madang.models
working.BATCH = working.SMALL_BATCH = 100
async def main():
    ground = Ground.open(load({}, data=Path(sys.argv[2]), secret_key="k" * 32), sys.argv[1])
    print("ready", flush=True)
    while True:
        await working.Hands(ground).work()
        await asyncio.sleep(0.05)
asyncio.run(main())
"""
MANY = 4_000


@pytest.mark.slow
async def test_killed_again_and_again_nothing_is_twice(ground: Ground, database_url: str) -> None:
    lines = "".join(f"{n},Person {n},p{n}@b.example,010-{n:08d},t{n % 7}\n" for n in range(MANY))
    columns = ["external_id", "name", "email", "phone", "tags"]
    number = await given(ground, f"id,name,email,phone,tags\n{lines}", columns, proven=True)
    async with ground.database.begin() as tx:
        await actions.begin(tx, CONSOLE, number)
    kills = await _kill_until(ground, database_url, number, State.DONE)
    one = await look(ground, number)
    assert one.counts == {"new": MANY}
    async with ground.database.begin() as tx:
        tables = {"customer": 1, "identity": 2, "customer_tag": 1, "customer_import_row": 1}
        for table, each in tables.items():
            assert (await tx.execute(text(f"select count(*) from {table}"))).scalar_one() == MANY * each
        await actions.undo(tx, CONSOLE, number)
    kills += await _kill_until(ground, database_url, number, State.UNDONE)
    assert kills > 1
    one = await look(ground, number)
    assert one.counts["removed"] == MANY
    async with ground.database.begin() as tx:
        assert (await tx.execute(text("select count(*) from customer"))).scalar_one() == 0
        told = text("select count(*), count(distinct customer_id) from event where kind = 'customer.created'")
        assert tuple((await tx.execute(told)).one()) == (MANY, MANY)


async def _kill_until(ground: Ground, url: str, number: int, state: State) -> int:
    """Kill the worker at random moments until the import is there; returns how often."""
    chance, kills, deadline = random.Random(7), 0, time.monotonic() + 120
    while (await look(ground, number)).state != state and time.monotonic() < deadline:
        command = [sys.executable, "-c", WORKER, url, str(ground.settings.data)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as worker:
            assert worker.stdout
            worker.stdout.readline()
            time.sleep(chance.uniform(0.1, 1.5))
            worker.kill()
        kills += 1
    return kills


@pytest.mark.slow
async def test_two_workers_at_once_double_nothing(ground: Ground, database_url: str) -> None:
    lines = "".join(f"{n},Person {n}\n" for n in range(3_000))
    number = await given(ground, f"id,name\n{lines}", ["external_id", "name"])
    command = [sys.executable, "-c", WORKER, database_url, str(ground.settings.data)]
    workers = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    try:
        one = await run(ground, number)
        deadline = time.monotonic() + 60
        while one.state != State.DONE and time.monotonic() < deadline:
            time.sleep(0.1)
            one = await look(ground, number)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    assert (one.state, one.counts) == (State.DONE, {"new": 3_000})
