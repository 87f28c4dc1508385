"""Who is probably one person is asked about; who only shares a telephone or a common name is not."""

from __future__ import annotations

from sqlalchemy import text

from madang.customers.actions import merge, suggesting
from madang.customers.actions.addresses import add_address
from madang.events import dispatch
from madang.events.record import SYSTEM
from madang.staff.permissions import CONSOLE
from madang.tests.cast import Yard
from madang.wiring import REACTIONS

OPEN = text("select one_id, two_id, score, evidence from suggestion where state = 0 order by id")


async def _asked(yard: Yard) -> list[tuple[int, int]]:
    alike = [one for one in REACTIONS if one.name == "customers alike"]
    while any([await dispatch.advance(yard.ground.database, one) for one in alike]):
        pass
    async with yard.ground.database.begin() as tx:
        rows = (await tx.execute(OPEN)).all()
    assert all(row.score >= 0.9 and row.evidence for row in rows)
    return [(row.one_id, row.two_id) for row in rows]


async def _begin(yard: Yard) -> None:
    await dispatch.seed(yard.ground.database, REACTIONS)


async def _knows(yard: Yard, customer: int, phone: str) -> None:
    async with yard.ground.database.begin() as tx:
        await add_address(tx, CONSOLE, customer, "phone", phone, proven=False)


async def test_the_same_name_and_telephone_by_another_door_is_asked_about(yard: Yard) -> None:
    await _begin(yard)
    await yard.says("안녕하세요", name="김미나", value="mina.kim@naver.example")
    await yard.says("저예요", name="김 미나", value="minakim87@daum.example")
    await yard.says("전화번호가 같은 엄마", name="박순자", value="sunja@naver.example")
    for customer in (1, 2, 3):
        await _knows(yard, customer, "010-1234-5678")
    assert await _asked(yard) == [(1, 2)], "a family's telephone alone asks nobody"


async def test_what_was_rejected_for_ever_is_not_asked_again_and_what_is_one_neither(yard: Yard) -> None:
    await _begin(yard)
    for number in range(3):
        await yard.says("안녕하세요", name="김미나", value=f"mina.kim@home{number}.example")
        await _knows(yard, number + 1, "010-1234-5678")
    assert await _asked(yard) == [(1, 2), (1, 3), (2, 3)]
    async with yard.ground.database.begin() as tx:
        rows = {(row.one_id, row.two_id): row.id for row in await tx.execute(text("select * from suggestion"))}
        await suggesting.reject(tx, SYSTEM, rows[1, 3], 3)
        await merge(tx, SYSTEM, 1, 2)
        await suggesting.reject(tx, SYSTEM, rows[2, 3], 3)
    for number in (1, 3):
        await _knows(yard, number, "010-9999-8888")
    asked = await _asked(yard)
    assert (1, 3) not in asked
