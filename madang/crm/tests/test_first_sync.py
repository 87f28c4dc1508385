"""Both sides meet for the first time: counted before it is done, and nobody twice."""

from __future__ import annotations

import pytest

from madang.crm.actions import asking
from madang.crm.models import State
from madang.crm.tests.world import World
from madang.tests.cast import Yard


@pytest.mark.slow
async def test_a_dry_run_counts_and_writes_nothing(world: World, yard: Yard) -> None:
    await yard.says("안녕하세요", name="김미나", value="mina@naver.example")
    await yard.says("Hello", name="Mia Berg", value="mia@juniper.example")
    world.there.add(email="MINA@naver.example", firstname="미나", lastname="김", company="하늘")
    world.there.add(email="new@x.example", firstname="Nora", lastname="Ny", phone="010-1234-5678")
    world.there.add(firstname="Nobody")
    writes = world.there.writes
    await world.choose()
    await world.work()
    account = await world.account()
    assert account.state == State.CHECKED
    assert account.checked == {"linked": 1, "changed_here": 1, "made_here": 1, "skipped": 1, "made_there": 1}
    assert world.there.writes == writes
    assert await world.sql("select 1 from crm_link") == []
    assert set(await world.people()) == {"김미나", "Mia Berg"}


async def test_the_first_sync_joins_who_is_one_and_makes_who_is_missing_on_either_side(
    world: World, yard: Yard
) -> None:
    await yard.says("안녕하세요", name="김미나", value="mina@naver.example")
    await yard.says("Hello", name="Mia Berg", value="mia@juniper.example")
    await yard.says("누구세요", name="방문자", kind="scoped", value="v1")
    world.there.add(email="mina@naver.example", firstname="미나", lastname="김", company="하늘", country="South Korea")
    world.there.add(email="new@x.example", firstname="Nora", lastname="Ny", phone="010-1234-5678")
    await world.live()
    people = await world.people()
    assert set(people) == {"김미나", "Mia Berg", "Nora Ny", "방문자"}
    assert (people["김미나"]["company"], people["김미나"]["region"]) == ("하늘", "KR")
    mia = world.contact("mia@juniper.example")
    assert (mia["firstname"], mia["lastname"]) == ("Mia", "Berg")
    found = await world.sql("select kind, value from identity where customer_id = :c", c=people["Nora Ny"]["id"])
    assert {tuple(row) for row in found} == {("email", "new@x.example"), ("phone", "+821012345678")}
    assert len(await world.sql("select 1 from crm_link")) == 3
    writes = world.there.writes
    await world.ask(asking.refill)
    await world.work()
    assert world.there.writes == writes
    assert len(await world.people()) == 4
