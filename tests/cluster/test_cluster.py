"""Two web and three workers are one Madang: the same on Debian's PostgreSQL, the embedded one, and behind PgBouncer."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from sqlalchemy import text

from madang.connectors.email.tests.conftest import ADDRESS
from madang.connectors.webchat.simulator import Visitor
from madang.events.seal import verify
from tests.cluster.conftest import Company
from tests.cluster.people import Agent, Ears, listening

pytestmark = pytest.mark.slow

SENDERS, EACH = 8, 25


async def everything(ears: Ears, pattern: str, count: int, seconds: float = 30) -> list[str]:
    """What the stream has told, once that is so much."""
    async with asyncio.timeout(seconds):
        while len(said := await ears.texts(pattern)) < count:
            await asyncio.sleep(0.1)
    return said


async def stored(company: Company, word: str) -> list[str]:
    """What the database holds, in the order in which it was taken in."""
    async with company.ground.database.begin() as tx:
        query = text("select text from message where text like :word order by id")
        return list((await tx.execute(query, {"word": f"{word}%"})).scalars())


def in_order(said: list[str], word: str) -> bool:
    """Whether each sender's messages are there once, in the order she wrote them."""
    return all(
        [one for one in said if one.startswith(f"{word}/{sender}/")]
        == [f"{word}/{sender}/{number}." for number in range(EACH)]
        for sender in range(SENDERS)
    )


@pytest.mark.parametrize("cluster", ["debian", "embedded", "pgbouncer"], indirect=True)
async def test_one_house_on_five_processes(company: Company) -> None:
    cluster = company.cluster
    a, b = cluster.webs
    ada = await company.agent("ada", a)
    ada.go_to(b)
    assert (await ada.get("/")).status_code == 200  # signed in on A is signed in on B

    async with listening(ada, b) as ears:
        await company.shop.post(0, 0, "first")  # taken by A
        assert await everything(ears, r"first/0/0\.", 1) == ["first/0/0."]

        async def write(sender: int) -> None:
            for number in range(EACH):
                await company.shop.post(sender, number, "many")

        async def kill() -> None:
            for worker in cluster.workers[:2]:
                await asyncio.sleep(0.3)
                worker.kill()

        await asyncio.gather(*(write(sender) for sender in range(SENDERS)), kill())
        said = await everything(ears, r"many/\d+/\d+\.", SENDERS * EACH)
    assert Counter(said) == Counter(f"many/{s}/{n}." for s in range(SENDERS) for n in range(EACH))
    kept = await stored(company, "many/")
    assert in_order(kept, "many")
    assert len(kept) == SENDERS * EACH

    await mail_and_chat(company, ada)
    verdict = await verify(company.ground.database)
    assert verdict.faults == []
    assert verdict.seals > 0  # three workers seal, and the chain is one


async def mail_and_chat(company: Company, ada: Agent) -> None:
    """A mail in, an answer out; a visitor at B hears what Ada writes at A."""
    a, b = company.cluster.webs
    await company.mina.write(ADDRESS, "냄비", "뚜껑이 깨졌어요.")
    async with asyncio.timeout(30):
        while not await stored(company, "뚜껑"):
            await asyncio.sleep(0.05)
    async with Visitor.at(b.url, company.chat.key) as visitor:
        await visitor.say("chat: hello?")
        await visitor.open()
        async with visitor.listening():
            number = await conversation_of(company, "chat: hello?")
            ada.go_to(a)
            await ada.get(f"/c/{number}")
            answer = await ada.post(f"/c/{number}/messages", text="Hi from A", kind="reply")
            assert answer.status_code == 200, ada.text
            await visitor.hears("message", 20, text="Hi from A")
            await ada.get(f"/c/{number}")
            assert (await ada.post(f"/c/{number}/typing")).status_code == 204
            await visitor.hears("typing", 20)


async def conversation_of(company: Company, words: str) -> int:
    """The conversation in which these words were said."""
    query = text("select conversation_id from message where text = :words")
    async with asyncio.timeout(30):
        while True:
            async with company.ground.database.begin() as tx:
                found = (await tx.execute(query, {"words": words})).scalar_one_or_none()
            if found:
                return int(found)
            await asyncio.sleep(0.05)
