"""A code on its way: sent once, whatever dies; to no one too often (T20); for no one who may not (T2, T4)."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from madang.channels.connector import Cap, Kind, SendError
from madang.connectors.api.connector import Api
from madang.conversations import profiles, proving, questions
from madang.customers.actions.addresses import add_address
from madang.customers.proving import limits, queries, sending
from madang.customers.proving.actions import handing
from madang.customers.proving.tests.hands import WORK, Post, ask, enter, rows, send, wrong
from madang.lib.errors import NotFound, Refused
from madang.staff.attempts import Limit, TooMany
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def test_a_code_is_kept_nowhere_but_as_a_hash(yard: Yard, post: Post, mina: int) -> None:
    await ask(yard)
    await send(yard)
    for table in ("challenge", "event", "message", "outbox", "attempt"):
        for (row,) in await rows(yard, f'select t::text from "{table}" t'):
            assert post.code not in re.findall(r"(?<![\d.:])\d{6}(?!\d)", row), table


async def test_killed_between_send_and_record_it_goes_out_anew(yard: Yard, post: Post, mina: int) -> None:
    number = await ask(yard)
    async with yard.ground.database.begin() as tx:
        (job,) = await handing.take(tx, sending.key_of(yard.ground), 10)  # handed over, and then nothing more
    assert await send(yard) == 0  # in somebody's hands
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update challenge set leased_until = now() - interval '1 second'"))
    assert await send(yard) == 1
    async with yard.ground.database.begin() as tx:
        await handing.sent(tx, job)  # it was only slow: another has it by now
    assert await rows(yard, "select count(*) from event where kind = 'proof.sent'") == [(1,)]
    assert job.code == post.code or (await enter(yard, number, job.code)).state == "wrong"
    assert (await enter(yard, number, post.code)).state == "proven"
    assert await send(yard) == 0


async def test_two_workers_send_it_once(yard: Yard, post: Post, mina: int) -> None:
    await ask(yard)
    assert sorted(await asyncio.gather(send(yard), send(yard))) == [0, 1]
    assert len(post.sent) == 1


async def test_a_provider_that_is_away_is_tried_again_and_one_that_refuses_is_not(
    yard: Yard, post: Post, mina: int
) -> None:
    post.fails = [SendError("down", "busy")]
    number = await ask(yard)
    await send(yard)
    assert await rows(yard, "select outcome, problem, leased_until from challenge") == [("", "busy", None)]
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update challenge set due = now()"))
    await send(yard)
    assert (await enter(yard, number, post.code)).state == "proven"
    async with yard.ground.database.begin() as tx:
        await add_address(tx, CONSOLE, 1, "email", "typo@work.example", proven=False)
    post.fails = [SendError("invalid", "no such mailbox")]
    number = await ask(yard, value="typo@work.example")
    await send(yard)
    async with yard.ground.database.begin() as tx:
        found = await queries.one(tx, number)
    assert (found.state, found.problem) == ("failed", "no such mailbox")


async def test_what_cannot_go_out_in_time_fails_visibly(yard: Yard, post: Post, mina: int) -> None:
    number = await ask(yard)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update challenge set expires_at = now()"))
    assert await send(yard) == 0
    async with yard.ground.database.begin() as tx:
        assert (await queries.one(tx, number)).state == "failed"
    assert post.sent == []


async def test_how_often_it_may_be_asked(yard: Yard, post: Post, mina: int) -> None:
    for _ in range(limits.ADDRESS.most):
        await ask(yard)
    with pytest.raises(TooMany):
        await ask(yard)
    await yard.says("Hello", name="Mia", value="mia@mail.example")
    async with yard.ground.database.begin() as tx:
        await add_address(tx, CONSOLE, 2, "email", WORK, proven=False)
    with pytest.raises(TooMany):  # the address is flooded by nobody, whoever says that it is hers
        await ask(yard, customer=2)
    assert await send(yard) == 1  # only the last was still to go


async def test_how_often_a_code_may_be_tried(
    yard: Yard, post: Post, mina: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TYPED", Limit("proof.typed", 2, timedelta(hours=1)))
    number = await ask(yard)
    await send(yard)
    for _ in range(2):
        await enter(yard, number, wrong(post.code))
    with pytest.raises(TooMany):
        await enter(yard, number, post.code)


async def test_nobody_asks_for_whom_she_does_not_see(yard: Yard, post: Post, mina: int) -> None:
    ben = await cast.agent(yard.ground, "Ben", sees="assigned")
    number = await ask(yard)
    await send(yard)
    for act in (ask(yard, ben), enter(yard, number, post.code, ben)):
        with pytest.raises(NotFound):
            await act
    await yard.says("Hello", name="Mia", value="mia@mail.example")
    with pytest.raises(NotFound):  # a code of another's
        await enter(yard, number, post.code, CONSOLE, 2)


async def test_without_a_channel_that_can_there_is_a_word(
    yard: Yard, post: Post, mina: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Api, "caps", Api.caps & ~Cap.VERIFY)
    with pytest.raises(Refused, match="No channel of this brand"):
        await ask(yard)
    monkeypatch.setattr(Api, "caps", Api.caps | Cap.VERIFY)
    monkeypatch.setattr(Api, "identity", Kind.PHONE)  # a text message goes to no mail address
    with pytest.raises(Refused, match="No channel of this brand"):
        await ask(yard)
    async with yard.ground.database.begin() as tx:
        await add_address(tx, CONSOLE, 1, "phone", "010-1234-5678", proven=False)
        await proving.ask(tx, CONSOLE, 1, "phone", "+821012345678")
    await send(yard)
    assert (post.sent[-1].to.kind, post.sent[-1].subject) == (Kind.PHONE, "")
    assert len(post.sent[-1].text.encode("cp949")) <= 90


async def test_somebody_elses_address_looks_like_any_to_who_does_not_see_her(yard: Yard, post: Post) -> None:
    """T2, T4: what is added says nothing of customers outside one's scope; the question goes to who sees both."""
    ada = await cast.agent(yard.ground)
    ben = await cast.agent(yard.ground, "Ben", sees="assigned")
    await yard.says("안녕하세요")
    await yard.says("Hello", name="Mia", value="mia@mail.example")
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update conversation set assignee_id = :ben where id = 1"), {"ben": ben.user_id})
        pages = []
        for value in ("nobody@mail.example", "mia@mail.example"):
            assert await profiles.add_address(tx, ben, 1, "email", value, proven=True) is False
            seen = await profiles.person(tx, ben, 1)
            pages.append(
                [(one.kind, one.value == value, one.proof, one.proved_by, one.main) for one in seen.identities]
            )
            await profiles.make_main(tx, ben, 1, "email", value)
            assert next(one for one in (await profiles.person(tx, ben, 1)).identities if one.main).value == value
        assert pages[0][-1] == pages[1][-1] == ("email", True, "an agent's word", str(ben.actor), False)
        assert seen.claims == []
        assert await profiles.disputed(tx, ben, seen) == set()
        assert await profiles.disputed(tx, ada, seen) == {("email", "mia@mail.example")}
        assert await questions.count(tx, ben) == 0
        assert await questions.count(tx, ada) == 1
        assert await profiles.add_address(tx, ada, 1, "email", "mia@mail.example", proven=True) is True
