"""An address is proven by a code that went there: once, in time, in a few tries, by whom it went to."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from madang.conversations import merging
from madang.customers.actions.addresses import add_address, forget_claim
from madang.customers.proving import queries
from madang.customers.proving.entering import Answer
from madang.customers.proving.tests.hands import WORK, Post, ask, enter, proofs, rows, send, wrong
from madang.customers.queries import person
from madang.customers.trees import root_of
from madang.lib.errors import NotFound
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def test_the_right_code_proves_the_address_and_says_by_whom(yard: Yard, post: Post, mina: int) -> None:
    ada = await cast.agent(yard.ground)
    number = await ask(yard, ada)
    assert await send(yard) == 1
    out = post.sent[-1]
    assert (out.to.value, out.conversation, out.auto, out.language) == (WORK, 0, True, "ko")
    assert (await enter(yard, number, f" {post.code[:3]} {post.code[3:]} ", ada)).state == "proven"
    assert await proofs(yard) == [(WORK, "code", str(ada.actor), 1)]
    assert await rows(yard, "select value from claim") == []
    kinds = await rows(
        yard, "select kind, actor from event where kind like 'proof%' or kind = 'identity.added' order by id"
    )
    assert kinds[-4:] == [
        ("proof.asked", str(ada.actor)),
        ("proof.sent", "system"),
        ("identity.added", str(ada.actor)),
        ("proof.given", str(ada.actor)),
    ]
    # From now on it finds her.
    await yard.says("회사에서 씁니다", value=WORK)
    assert await rows(yard, "select distinct customer_id from conversation") == [(1,)]


async def test_it_is_good_once(yard: Yard, post: Post, mina: int) -> None:
    number = await ask(yard)
    await send(yard)
    assert [(await enter(yard, number, post.code)).state for _ in range(2)] == ["proven", "over"]
    assert len(await proofs(yard)) == 1


async def test_said_twice_at_the_same_moment_it_counts_once(yard: Yard, post: Post, mina: int) -> None:
    number = await ask(yard)
    await send(yard)
    answers = await asyncio.gather(*(enter(yard, number, post.code) for _ in range(3)))
    assert sorted(one.state for one in answers) == ["over", "over", "proven"]
    assert await rows(yard, "select count(*) from event where kind = 'proof.given'") == [(1,)]


async def test_five_tries_and_no_more_even_all_at_once(yard: Yard, post: Post, mina: int) -> None:
    number = await ask(yard)
    await send(yard)
    answers = await asyncio.gather(*(enter(yard, number, wrong(post.code)) for _ in range(8)))
    assert sorted(one.left for one in answers if one.state == "wrong") == [1, 2, 3, 4]
    assert sum(one.state == "over" for one in answers) == 4
    assert (await enter(yard, number, post.code)).state == "over"
    assert await proofs(yard) == []
    assert await rows(yard, "select outcome from challenge") == [("tries",)]


async def test_what_is_no_code_costs_no_try(yard: Yard, post: Post, mina: int) -> None:
    number = await ask(yard)
    await send(yard)
    for typed in ("", "12345", "hello", "1" * 5000):
        assert await enter(yard, number, typed) == Answer("wrong", 5)
    assert (await enter(yard, number, post.code)).state == "proven"


async def test_after_ten_minutes_it_is_over(yard: Yard, post: Post, mina: int) -> None:
    number = await ask(yard)
    await send(yard)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update challenge set expires_at = now() - interval '1 second'"))
        assert (await queries.one(tx, number)).state == "expired"
    assert (await enter(yard, number, post.code)).state == "over"
    assert await proofs(yard) == []


async def test_an_older_code_is_none_after_a_newer_one(yard: Yard, post: Post, mina: int) -> None:
    first = await ask(yard)
    await send(yard)
    old = post.code
    second = await ask(yard)
    await send(yard)
    assert (await enter(yard, first, old)).state == "over"
    assert old == post.code or (await enter(yard, second, old)).state == "wrong"
    assert (await enter(yard, second, post.code)).state == "proven"


async def test_whoever_proved_it_too_turns_out_to_be_her(yard: Yard, post: Post, mina: int) -> None:
    await yard.says("회사에서 씁니다", value=WORK)  # somebody else, as far as is known
    number = await ask(yard)
    await send(yard)
    assert (await enter(yard, number, post.code)).state == "proven"
    async with yard.ground.database.begin() as tx:
        assert await root_of(tx, 2) == await root_of(tx, 1)
        both = await person(tx, await root_of(tx, 1))
    assert {one.value for one in both.identities} == {"mina@naver.example", WORK}
    assert both.claims == []
    assert await rows(yard, "select why ->> 'reason' from merge") == [("the same proven address",)]


async def test_a_shared_telephone_joins_nobody_and_a_person_is_asked(yard: Yard, post: Post) -> None:
    await yard.says("가족 전화예요", kind="phone", value="+821012345678")
    await yard.says("회사에서 씁니다", value=WORK)
    async with yard.ground.database.begin() as tx:
        await add_address(tx, CONSOLE, 1, "email", WORK, proven=False)
    number = await ask(yard)
    await send(yard)
    assert (await enter(yard, number, post.code)).state == "proven"
    async with yard.ground.database.begin() as tx:
        assert await root_of(tx, 2) == 2
        hers = await person(tx, 1)
    assert [(one.value, one.proof) for one in hers.identities] == [("+821012345678", "channel"), (WORK, "code")]
    assert await rows(yard, "select one_id, two_id, reason from suggestion") == [(1, 2, "conflict")]


async def test_merged_meanwhile_it_is_hers_who_she_is_now(yard: Yard, post: Post, mina: int) -> None:
    await yard.says("Hello", name="Mia", value="mia@mail.example")
    number = await ask(yard)
    await send(yard)
    async with yard.ground.database.begin() as tx:
        merge = await merging.merge(tx, CONSOLE, 2, 1)
    assert (await enter(yard, number, post.code)).state == "proven"
    assert await proofs(yard) == [(WORK, "code", "system", 2)]
    async with yard.ground.database.begin() as tx:
        await merging.undo(tx, CONSOLE, merge)
    assert await proofs(yard) == [(WORK, "code", "system", 1)]


async def test_a_forgotten_claim_cannot_be_proven(yard: Yard, post: Post, mina: int) -> None:
    number = await ask(yard)
    await send(yard)
    async with yard.ground.database.begin() as tx:
        await forget_claim(tx, CONSOLE, 1, "email", WORK)
    assert (await enter(yard, number, post.code)).state == "over"
    assert await proofs(yard) == []
    with pytest.raises(NotFound):
        await ask(yard)


async def test_a_mail_from_the_address_proves_it_as_before(yard: Yard, post: Post, mina: int) -> None:
    number = await ask(yard)
    await send(yard)
    async with yard.ground.database.begin() as tx:
        await add_address(tx, CONSOLE, 1, "email", WORK, proven=True)
    assert (await enter(yard, number, post.code)).state == "proven"
    assert await rows(yard, "select count(*) from identity where value = :w", w=WORK) == [(1,)]
