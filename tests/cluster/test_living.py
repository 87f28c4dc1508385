"""Living on several webs: restarts nobody notices, and what one web knows the other knows too."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from functools import partial

import httpx
import pytest
from sqlalchemy import text

from madang.connectors.webchat.simulator import Visitor
from madang.staff.sign_in import BY_ACCOUNT
from tests.cluster.conftest import Company
from tests.cluster.people import Agent, Ears, listening
from tests.cluster.processes import until
from tests.cluster.test_cluster import conversation_of, everything

pytestmark = pytest.mark.slow

ROUNDS, EACH = 2, 60


async def eventually(true: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.05)


async def test_a_rolling_restart_loses_no_delivery_and_no_news(company: Company) -> None:
    a, b = company.cluster.webs
    ada = await company.agent("ada", a)
    async with listening(ada, a) as ears:

        async def write() -> None:
            for number in range(ROUNDS * EACH):
                await company.shop.post(0, number, "roll")
                await asyncio.sleep(0.05)

        async def roll() -> None:
            for web, other in ((a, b), (b, a)):
                await asyncio.sleep(0.7)
                ears.web = other  # where the balancer sends her when this one closes her stream
                web.send(signal.SIGTERM)
                assert await asyncio.to_thread(web.wait) in (0, -signal.SIGTERM)  # in order; uvicorn ends by its signal
                web.start()
                await asyncio.to_thread(until, partial(_is_ready, web.port), 30, company.cluster.told)

        await asyncio.gather(write(), roll())
        said = await everything(ears, r"roll/0/\d+\.", ROUNDS * EACH)
    assert Counter(said) == Counter(f"roll/0/{number}." for number in range(ROUNDS * EACH))
    assert ears.opened >= 3
    assert ears.refused == 0  # she was signed in all the time


def _is_ready(port: int) -> bool:
    """What a balancer asks."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


async def test_ready_says_which_part_is_missing_at_each_web(company: Company) -> None:
    a, b = company.cluster.webs
    ada = Agent(a)
    company.agents.append(ada)
    for worker in company.cluster.workers:
        worker.kill()
    for web in (a, b):
        ada.go_to(web)
        async with asyncio.timeout(40):  # until the last heartbeat is old
            while (answer := await ada.get("/readyz")).status_code == 200:
                await asyncio.sleep(0.3)
        assert answer.json()["worker"] == "missing"
        assert answer.json()["database"] == "ok"
        assert (await ada.get("/readyz/web")).status_code == 200  # it still takes in what providers bring


async def test_what_one_web_knows_the_other_knows(company: Company) -> None:
    """One cluster for all of them: none of these leaves anything behind."""
    await _who_is_here_and_who_writes(company)
    await _a_session_ends_everywhere_at_once(company)
    await _limits_count_tries_everywhere(company)  # last: nobody signs in as Ada after so many tries


async def _limits_count_tries_everywhere(company: Company) -> None:
    guesser = Agent(company.cluster.webs[0])
    company.agents.append(guesser)
    answers = []
    for number in range(BY_ACCOUNT.most + 2):
        guesser.go_to(company.cluster.webs[number % 2])
        answers.append((await guesser.sign_in("ada@haneul.kr", "a wrong password")).status_code)
    assert answers[-1] == answers[-2] == 429
    assert answers.count(429) == 2


async def _a_session_ends_everywhere_at_once(company: Company) -> None:
    a, b = company.cluster.webs
    ada, elsewhere = await company.agent("ada", a), await company.agent("ada", b)
    old = dict(elsewhere.http.cookies)
    async with listening(elsewhere, b) as ears:
        await ada.get("/settings/account")
        assert (await ada.post("/settings/account/sessions/end-others")).status_code in (200, 303)
        await eventually(lambda: ears.ended > 0)  # her stream at B was closed from A,
        await eventually(lambda: ears.refused > 0)  # and does not open again
    assert (await elsewhere.get("/")).status_code == 303
    await elsewhere.enter("ada@haneul.kr")
    assert dict(elsewhere.http.cookies) != old  # another token than the one that was ended
    elsewhere.go_to(a)
    assert (await elsewhere.get("/")).status_code == 200


async def _who_is_here_and_who_writes(company: Company) -> None:
    a, b = company.cluster.webs
    ada = await company.agent("ada", a)
    async with listening(ada, a) as ears, Visitor.at(b.url, company.chat.key) as mina:
        await mina.say("chat: is anybody there?")
        number = await conversation_of(company, "chat: is anybody there?")
        await mina.open()
        async with mina.listening():
            await eventually(lambda: _heard(ears, "presence", number))
            await mina.type()
            await eventually(lambda: _heard(ears, "typing", number))
    async with company.ground.database.begin() as tx:
        assert (await tx.execute(text("select count(*) from presence where until > now()"))).scalar_one() == 1


def _heard(ears: Ears, kind: str, number: int) -> bool:
    return any(name == kind and data.get("c") == number for name, data in ears.heard)
