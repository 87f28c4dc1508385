"""Merges and deletions on either side: links follow, nothing is destroyed, an undo gives everything back."""

from __future__ import annotations

import pytest

from madang.conversations import merging
from madang.crm.planning import ERASED
from madang.crm.tests.world import World
from madang.staff.permissions import CONSOLE
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # whole rounds, several each


async def links(world: World) -> dict[str, tuple[int, bool]]:
    rows = await world.sql("select external_id, customer_id, gone_at from crm_link order by id")
    return {row.external_id: (row.customer_id, row.gone_at is not None) for row in rows}


async def test_a_merge_there_of_two_who_are_two_here_is_a_question(world: World, yard: Yard, mina: int) -> None:
    await yard.says("Hello", name="Mia Berg", value="mia@juniper.example")
    await world.work()
    mia = (await world.people())["Mia Berg"]["id"]
    new = world.there.merge("101", "102")
    await world.poll()
    assert await links(world) == {new: (mina, False), "102": (mia, True)}
    (asked,) = await world.sql("select one_id, two_id, state from suggestion where state = 0")
    assert (asked.one_id, asked.two_id) == (mina, mia)
    assert len(await world.people()) == 2
    await world.edit(mina, company="함께")
    await world.work()
    assert world.there.find(new).properties["company"] == "함께"


async def test_a_merge_there_with_somebody_unknown_only_moves_the_link(world: World, mina: int) -> None:
    await world.choose(make_here=False)
    other = world.there.add(email="second@x.example", firstname="M")
    new = world.there.merge("101", other)
    await world.edit(mina, company="새로")  # by the old number, before we have heard of it
    await world.work()
    assert await links(world) == {new: (mina, False)}
    assert world.there.find(new).properties["company"] == "새로"
    assert await world.sql("select 1 from suggestion") == []


async def test_a_deletion_there_unlinks_and_nothing_is_made_again_until_it_is_restored(world: World, mina: int) -> None:
    world.there.delete("101")
    await world.edit(mina, company="다시")
    await world.work()
    assert await links(world) == {"101": (mina, True)}
    assert (await world.people())["김미나"]["company"] == "다시"
    assert list(world.there.living()) == []
    (told,) = await world.sql("select customer_id, actor from event where kind = 'crm.unlinked'")
    assert (told.customer_id, told.actor) == (mina, f"crm:{world.number}")
    world.there.restore("101")
    await world.poll()
    assert await links(world) == {"101": (mina, False)}
    assert world.there.find("101").properties["company"] == "다시"


async def test_contacts_that_are_gone_are_found_by_the_daily_look(world: World, mina: int) -> None:
    world.there.delete("101")
    await world.sql("update crm_account set position = '{}'")
    await world.work()
    assert await links(world) == {"101": (mina, True)}


async def test_erased_there_is_shown_to_a_person(world: World, mina: int) -> None:
    world.there.delete("101", privacy=True)
    await world.sql(
        "insert into crm_task (account_id, way, key, what) values (:a, 'in', '101', 'erased')", a=world.number
    )
    await world.work()
    assert await links(world) == {"101": (mina, True)}
    assert await world.stuck() == [("in", ERASED)]
    assert "김미나" in await world.people()


async def test_a_merge_here_keeps_both_links_and_an_undo_gives_them_back(world: World, yard: Yard, mina: int) -> None:
    await yard.says("Hello", name="Mia Berg", value="mia@juniper.example", region="KR")
    await world.work()
    mia = (await world.people())["Mia Berg"]["id"]
    await world.edit(mia, region="DE")
    await world.work()
    async with world.ground.database.begin() as tx:
        merge = await merging.merge(tx, CONSOLE, mina, mia)
    await world.work()
    assert await links(world) == {"101": (mina, False), "102": (mina, False)}
    assert world.contact("mina@naver.example")["country"] == "Germany"  # she had none; hers came with the merge
    assert world.contact("mia@juniper.example")["firstname"] == "Mia"  # the other contact is left as it is
    world.there.change("102", company="Juniper", jobtitle="x")
    await world.poll()
    assert (await world.people())["김미나"]["company"] == "Juniper"
    assert world.contact("mina@naver.example")["company"] == "Juniper"
    async with world.ground.database.begin() as tx:
        await merging.undo(tx, CONSOLE, merge)
    await world.work()
    await world.poll()
    assert await links(world) == {"101": (mina, False), "102": (mia, False)}
    people = await world.people()
    assert (people["Mia Berg"]["region"], people["Mia Berg"]["company"]) == ("DE", "Juniper")
    assert world.contact("mia@juniper.example")["country"] == "Germany"
    assert world.contact("mia@juniper.example")["company"] == "Juniper"
    assert people["김미나"]["region"] == ""
    assert world.contact("mina@naver.example")["country"] == ""
