"""In step: what is said on one side stands on the other, nothing comes back as an echo, and who wins is recorded."""

from __future__ import annotations

import pytest

from madang.crm.actions import asking
from madang.crm.pairs import Pair
from madang.crm.tests.world import PAIRS, World
from madang.customers.actions import undo_change
from madang.customers.actions.defining import define, fill_in
from madang.staff.permissions import CONSOLE
from madang.tests.cast import Yard


async def test_a_change_here_stands_there_and_does_not_come_back(world: World, mina: int) -> None:
    await world.edit(mina, name="이미나", region="KR")
    await world.work()
    there = world.contact("mina@naver.example")
    assert (there["firstname"], there["lastname"], there["country"]) == ("미나", "이", "South Korea")
    writes, before = world.there.writes, await world.history(mina)
    await world.poll()
    await world.poll()
    assert world.there.writes == writes
    assert await world.history(mina) == before


async def test_a_change_there_stands_here_with_its_actor_and_is_not_written_back(world: World, mina: int) -> None:
    world.there.change("101", company="하늘 홈", country="US")
    writes = world.there.writes
    await world.poll()
    await world.hear()
    assert await world.sql("select 1 from crm_task") == []  # what it brought itself is no news to it
    await world.poll()
    person = (await world.people())["김미나"]
    assert (person["company"], person["region"]) == ("하늘 홈", "US")
    assert ("company", "하늘", "하늘 홈", f"crm:{world.number}", False) in await world.history(mina)
    assert world.there.writes == writes
    async with world.ground.database.begin() as tx:
        (number,) = [
            row.id
            for row in await world.sql("select id from field_change where field = 'company' order by id desc limit 1")
        ]
        await undo_change(tx, CONSOLE, mina, number)
    await world.work()
    assert world.contact("mina@naver.example")["company"] == "하늘"


@pytest.mark.slow
@pytest.mark.parametrize(("wins", "stays"), [("here", "우리"), ("there", "그쪽"), ("later", "그쪽")])
async def test_when_both_changed_the_rule_decides_and_the_history_says_so(
    world: World, mina: int, wins: str, stays: str
) -> None:
    await world.choose([Pair("company", "company", "both", wins)])  # type: ignore[arg-type]
    await world.edit(mina, company="우리")
    world.there.change("101", company="그쪽")
    await world.work()
    assert (await world.people())["김미나"]["company"] == stays
    assert world.contact("mina@naver.example")["company"] == stays
    crm = [one for one in await world.history(mina) if one[3].startswith("crm:")][-1]
    assert crm == ("company", "우리", "그쪽", f"crm:{world.number}", wins == "here")
    (told,) = await world.sql("select actor, data from event where kind = 'crm.conflict'")
    assert told.data["fields"] == {"company": "here" if wins == "here" else "there"}
    await world.poll()
    assert len(await world.sql("select 1 from event where kind = 'crm.conflict'")) == 1


@pytest.mark.slow
async def test_a_field_that_only_comes_in_is_never_written_there(world: World, mina: int) -> None:
    await world.choose([Pair("company", "company", "in"), Pair("region", "country", "out")])
    writes = world.there.writes
    await world.edit(mina, company="Juniper")
    await world.work()
    assert world.there.writes == writes
    world.there.change("101", country="US")
    await world.poll()
    assert (await world.people())["김미나"]["region"] == ""


@pytest.mark.slow
async def test_what_is_emptied_on_one_side_is_emptied_on_the_other(world: World, mina: int) -> None:
    world.there.change("101", company="")
    await world.poll()
    assert (await world.people())["김미나"]["company"] == ""
    await world.edit(mina, company="하늘")
    await world.work()
    assert world.contact("mina@naver.example")["company"] == "하늘"
    await world.edit(mina, company="")
    await world.work()
    assert world.contact("mina@naver.example")["company"] == ""


@pytest.mark.slow
async def test_fields_of_the_companys_own_are_typed(world: World, mina: int) -> None:
    async with world.ground.database.begin() as tx:
        await define(tx, CONSOLE, "points", "Points", "number")
        await define(tx, CONSOLE, "born", "Born", "date")
        await define(tx, CONSOLE, "letters", "Letters", "bool")
    await world.choose(
        [*PAIRS, Pair("fields.points", "points"), Pair("fields.born", "birthday"), Pair("fields.letters", "newsletter")]
    )
    async with world.ground.database.begin() as tx:
        await fill_in(tx, CONSOLE, mina, {"points": "1,200", "letters": "yes"})
    await world.work()
    there = world.contact("mina@naver.example")
    assert (there["points"], there["newsletter"]) == ("1200", "true")
    world.there.change("101", birthday="1990-05-01", newsletter="false", points="3.5")
    await world.poll()
    assert (await world.people())["김미나"]["fields"] == {"points": 3.5, "letters": False, "born": "1990-05-01"}


@pytest.mark.slow
async def test_somebody_new_here_is_made_there_once_and_strangers_are_not(world: World, yard: Yard, mina: int) -> None:
    await yard.says("Hello", name="Mia Berg", value="mia@juniper.example")
    await yard.says("chat", name="방문자", kind="scoped", value="v9")
    await world.work()
    await world.work()
    assert world.contact("mia@juniper.example")["lastname"] == "Berg"
    assert len(world.there.people) == 2


@pytest.mark.slow
async def test_an_address_that_was_only_typed_leads_to_nobodys_contact(world: World, yard: Yard, mina: int) -> None:
    world.there.add(email="boss@x.example", firstname="Bo", lastname="Ss", phone="+821099998888")
    await yard.says("hi", name="방문자", kind="scoped", value="v1")
    visitor = (await world.people())["방문자"]["id"]
    await world.sql("insert into claim (customer_id, kind, value) values (:c, 'email', 'boss@x.example')", c=visitor)
    await world.edit(visitor, company="Evil")
    await world.poll()
    assert world.contact("boss@x.example").get("company") is None
    assert await world.sql("select 1 from crm_link where customer_id = :c", c=visitor) == []
    people = await world.people()
    assert people["방문자"]["id"] == visitor
    assert "Bo Ss" in people


@pytest.mark.slow
async def test_a_phone_is_added_never_overwritten(world: World, mina: int) -> None:
    await world.sql("insert into identity (customer_id, kind, value) values (:c, 'phone', '+821011112222')", c=mina)
    await world.edit(mina, company="A")
    await world.work()
    assert world.contact("mina@naver.example")["phone"] == "+821011112222"
    world.there.change("101", phone="010-3333-4444")
    await world.poll()
    phones = await world.sql("select value from identity where customer_id = :c and kind = 'phone'", c=mina)
    assert {row.value for row in phones} == {"+821011112222", "+821033334444"}
    assert world.contact("mina@naver.example")["phone"] == "010-3333-4444"


@pytest.mark.slow
async def test_a_field_that_becomes_another_property_empties_nothing(world: World, mina: int) -> None:
    await world.choose([Pair("company", "membership")])
    await world.ask(asking.refill)
    await world.work()
    assert (await world.people())["김미나"]["company"] == "하늘"
    there = world.contact("mina@naver.example")
    assert (there["company"], there["membership"]) == ("하늘", "하늘")
