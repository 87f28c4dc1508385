"""Addresses by an agent's word: what each finds, whose it is, and which is written to."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from madang.conversations.ways import ways
from madang.customers.actions.addresses import add_address, make_main, take_claim
from madang.lib.errors import NotFound, Refused
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard

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


async def test_the_main_one_is_written_to(yard: Yard) -> None:
    await yard.says("안녕하세요")
    async with yard.ground.database.begin() as tx:
        await add_address(tx, CONSOLE, 1, "email", "new@naver.example", proven=True)
        numbers = list((await tx.execute(text("select id from identity order by id"))).scalars())
        await make_main(tx, CONSOLE, numbers[1])
        await make_main(tx, CONSOLE, numbers[0])
        mains = (await tx.execute(text("select id from identity where main"))).scalars()
        assert list(mains) == numbers[:1]
        with pytest.raises(NotFound):
            await make_main(tx, CONSOLE, 999)
        assert await ways(tx, 1)


async def test_a_wrong_claim_is_forgotten(yard: Yard) -> None:
    await yard.says("안녕하세요")
    async with yard.ground.database.begin() as tx:
        await add_address(tx, CONSOLE, 1, "email", "typo@naver.example", proven=False)
        await take_claim(tx, CONSOLE, 1, "email", "typo@naver.example")
        with pytest.raises(NotFound):
            await take_claim(tx, CONSOLE, 1, "email", "typo@naver.example")
