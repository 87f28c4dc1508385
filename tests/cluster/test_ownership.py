"""A mailbox has one owner in the cluster: it moves when that one dies, sleeps or loses its power, and loses no mail."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import text

from madang.connectors.email.tests.conftest import ADDRESS
from tests.cluster.conftest import Company
from tests.cluster.processes import Machine

pytestmark = pytest.mark.slow

MOVED = 10.0  # seconds a mailbox may be without an owner
HELD_UP = 40.0  # seconds for which whoever stops in the middle of a query may hold the others up
MAILS = 20


async def owner(company: Company, but: int = 0) -> int:
    """The pid of the one process that holds the mailbox, once it is another than ``but``."""
    async with asyncio.timeout(40):
        while True:
            found = await company.cluster.owners(company.mail.id)
            assert len(found) <= 1
            if found and found[0] != but:
                return found[0]
            await asyncio.sleep(0.05)


async def nobody(company: Company) -> None:
    """Wait until nobody holds it."""
    async with asyncio.timeout(20):
        while await company.cluster.owners(company.mail.id):
            await asyncio.sleep(0.05)


async def mails(company: Company, count: int) -> Counter[str]:
    """What the mails in the database say, once there are so many."""
    async with asyncio.timeout(HELD_UP + 60):
        while True:
            async with company.ground.database.begin() as tx:
                said = (await tx.execute(text("select text from message where text like 'mail %'"))).scalars().all()
            if len(said) >= count:
                return Counter(said)
            await asyncio.sleep(0.1)


async def write(company: Company, begin: int, count: int, then: Callable[[], None] = lambda: None) -> None:
    """Mails one after the other; in the middle something happens."""
    for number in range(begin, begin + count):
        await company.mina.write(ADDRESS, "냄비", f"mail {number}")
        if number == begin + count // 2:
            then()


async def moved(company: Company, before: int, name: str) -> Machine:
    """The next owner, in time."""
    began = time.monotonic()
    after = await owner(company, before)
    seconds = time.monotonic() - began
    print(f"{name}: the mailbox moved after {seconds:.1f} s")
    assert seconds < MOVED
    return company.cluster.worker(after)


async def test_it_moves_when_its_owner_is_killed(company: Company) -> None:
    first = await owner(company)
    await write(company, 0, MAILS, company.cluster.worker(first).kill)
    second = await moved(company, first, "kill -9")
    await write(company, MAILS, MAILS, second.kill)
    await moved(company, second.pid, "kill -9")
    assert await mails(company, 2 * MAILS) == Counter(f"mail {number}" for number in range(2 * MAILS))


async def test_an_owner_that_sleeps_loses_it_and_touches_nothing_when_it_wakes(company: Company) -> None:
    first = await owner(company)
    sleeper = company.cluster.worker(first)
    await write(company, 0, MAILS, lambda: sleeper.send(signal.SIGSTOP))
    second = await moved(company, first, "SIGSTOP")
    await write(company, MAILS, MAILS)
    await mails(company, 2 * MAILS)
    cursor = await cursor_of(company)
    sleeper.send(signal.SIGCONT)
    await write(company, 2 * MAILS, MAILS)
    assert await mails(company, 3 * MAILS) == Counter(f"mail {number}" for number in range(3 * MAILS))
    assert await owner(company) == second.pid
    assert await cursor_of(company) > cursor  # never turned back
    async with asyncio.timeout(20):
        while "was lost" not in sleeper.told():
            await asyncio.sleep(0.1)
    second.kill()
    await moved(company, second.pid, "kill -9 of the second")  # who slept may own again


async def cursor_of(company: Company) -> tuple[int, int]:
    """How far the mailbox was read."""
    async with company.ground.database.begin() as tx:
        query = text("select cursor from channel where id = :id")
        validity, uid, _ = (await tx.execute(query, {"id": company.mail.id})).scalar_one().split(":")
    return int(validity), int(uid)


async def test_it_moves_when_its_owner_is_stopped_in_order_and_a_pause_at_one_web_stops_it_everywhere(
    company: Company,
) -> None:
    a, b = company.cluster.webs
    first = await owner(company)
    assert company.cluster.worker(first).stop() == 0
    await moved(company, first, "SIGTERM")
    await write(company, 0, 3)
    assert await mails(company, 3) == Counter(f"mail {number}" for number in range(3))
    hana = await company.agent("hana", a)
    channel = f"/settings/channels/{company.mail.id}"
    assert (await hana.post(f"{channel}/pause")).status_code == 303
    await nobody(company)
    await write(company, 3, 2)
    hana.go_to(b)
    assert (await hana.post(f"{channel}/resume")).status_code == 303
    await moved(company, 0, "resumed")
    assert await mails(company, 5) == Counter(f"mail {number}" for number in range(5))
