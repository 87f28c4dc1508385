"""Addresses by an agent's word: what each finds, whose it is, and which is written to."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from madang.customers.actions import change, merge, undo
from madang.customers.actions.addresses import add_address, forget_claim, make_main, remember_claim
from madang.customers.queries import person
from madang.lib.errors import NotFound, Refused
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard

CLAIMS = text("select customer_id, home_id, kind, value, proof, main, at from claim order by customer_id")
ADDRESSES = text("select kind, value, proof, proved_by from identity where customer_id = 1 order by id")


async def test_a_proven_one_finds_her_and_a_said_one_does_not(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("안녕하세요")
    async with yard.ground.database.begin() as tx:
        await add_address(tx, ada, 1, "phone", "010-1234-5678", proven=True)
        await add_address(tx, ada, 1, "email", "Mina@Work.example", proven=False)
        rows = (await tx.execute(ADDRESSES)).all()
    assert [tuple(row) for row in rows][1:] == [("phone", "+821012345678", "an agent's word", str(ada.actor))]
    await yard.says("제가 썼어요", value="+821012345678", kind="phone")
    await yard.says("저는 회사에서", value="mina@work.example", name="Somebody")
    async with yard.ground.database.begin() as tx:
        owners = await tx.execute(text("select distinct customer_id from conversation order by 1"))
        assert list(owners.scalars()) == [1, 2]


async def test_somebody_elses_address_is_not_taken_and_a_person_is_asked(yard: Yard) -> None:
    await yard.says("안녕하세요")
    await yard.says("Hello", name="Mia", value="mia@mail.example")
    async with yard.ground.database.begin() as tx:
        assert await add_address(tx, CONSOLE, 1, "email", "mia@mail.example", proven=True) == 2
        asked = (await tx.execute(text("select one_id, two_id, reason from suggestion"))).one()
        assert tuple(asked) == (1, 2, "conflict")
    for wrong in (("email", "no address"), ("phone", "12"), ("cookie", "browser")):
        with pytest.raises(Refused, match="no e-mail"):
            async with yard.ground.database.begin() as tx:
                await add_address(tx, CONSOLE, 1, *wrong, proven=True)


async def test_the_main_one_of_its_kind_is_written_to_proven_or_said(yard: Yard) -> None:
    await yard.says("안녕하세요")
    async with yard.ground.database.begin() as tx:
        await add_address(tx, CONSOLE, 1, "email", "new@naver.example", proven=True)
        await add_address(tx, CONSOLE, 1, "email", "said@naver.example", proven=False)
        for value in ("new@naver.example", "mina@naver.example", "said@naver.example", "said@naver.example"):
            await make_main(tx, CONSOLE, 1, "email", value)
            hers = await person(tx, 1)
            assert [one.value for one in (*hers.identities, *hers.claims) if one.main] == [value]
        with pytest.raises(NotFound):
            await make_main(tx, CONSOLE, 1, "email", "nobody@naver.example")
        events = await tx.execute(text("select count(*) from event where kind = 'customer.changed' and data ? 'main'"))
        assert events.scalar_one() == 3


async def test_a_wrong_claim_is_forgotten_and_comes_back_as_it_was(yard: Yard) -> None:
    await yard.says("안녕하세요")
    await yard.says("Hello", name="Mia", value="mia@mail.example")
    async with yard.ground.database.begin() as tx:
        for number in (1, 2):
            await add_address(tx, CONSOLE, number, "email", "typo@naver.example", proven=False)
        await make_main(tx, CONSOLE, 2, "email", "typo@naver.example")
        before = (await tx.execute(CLAIMS)).all()
        await merge(tx, CONSOLE.actor, 1, 2)
        merged = (await tx.execute(CLAIMS)).all()
        gone = await forget_claim(tx, CONSOLE, 2, "email", "typo@naver.example")
        assert (await tx.execute(CLAIMS)).all() == []
        with pytest.raises(NotFound):
            await forget_claim(tx, CONSOLE, 1, "email", "typo@naver.example")
        await remember_claim(tx, CONSOLE, 1, gone)
        await remember_claim(tx, CONSOLE, 1, gone)
        number = (await tx.execute(text("select id from merge"))).scalar_one()
        assert (await tx.execute(CLAIMS)).all() == merged
        await undo(tx, CONSOLE.actor, number)
        assert (await tx.execute(CLAIMS)).all() == before


async def test_what_was_forgotten_of_another_is_not_taken_back_here(yard: Yard) -> None:
    await yard.says("안녕하세요")
    await yard.says("Hello", name="Mia", value="mia@mail.example")
    async with yard.ground.database.begin() as tx:
        await add_address(tx, CONSOLE, 1, "email", "typo@naver.example", proven=False)
        gone = await forget_claim(tx, CONSOLE, 1, "email", "typo@naver.example")
        for customer, event in ((2, gone), (1, gone - 1), (1, 10**9)):
            with pytest.raises(NotFound):
                await remember_claim(tx, CONSOLE, customer, event)


async def test_a_national_number_is_read_where_she_lives(yard: Yard) -> None:
    await yard.says("Hello", name="Mia", value="mia@mail.example")
    async with yard.ground.database.begin() as tx:
        await change(tx, CONSOLE, 1, {"region": "US"})
        await add_address(tx, CONSOLE, 1, "phone", "(415) 555-2671", proven=False)
        assert [one.value for one in (await person(tx, 1)).claims] == ["+14155552671"]


async def test_a_word_of_a_colleague_is_hers_in_the_log(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("안녕하세요")
    async with yard.ground.database.begin() as tx:
        await add_address(tx, ada, 1, "email", "said@naver.example", proven=False)
        actor = await tx.execute(text("select actor from event where kind = 'claim.added'"))
        assert actor.scalar_one() == str(ada.actor)
