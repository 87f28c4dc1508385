"""Whatever goes wrong: nothing is lost, nothing is twice, and a person can see it and try again."""

from __future__ import annotations

import pytest

from madang.alerts import queries
from madang.alerts.conditions import Thresholds, troubles
from madang.alerts.words import title
from madang.channels.crm import CrmError
from madang.crm.actions import asking, filing
from madang.crm.models import State
from madang.crm.pairs import Pair
from madang.crm.planning import NOBODY
from madang.crm.tests.world import PAIRS, World, connected
from madang.customers.actions.defining import define
from madang.lib.errors import NotFound, Refused
from madang.lib.language import speaking
from madang.staff.permissions import CONSOLE, NotPermitted
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # whole rounds, several each


async def rested(world: World) -> None:
    await world.sql("update crm_account set rest_until = now() - interval '1 s' where rest_until is not null")
    await world.work()


@pytest.mark.parametrize("mood", [429, 503, 500, "drop"])
async def test_what_passes_is_tried_again(world: World, mina: int, mood: int | str) -> None:
    world.simulator.will(mood, path="/batch/update")  # type: ignore[arg-type]
    await world.edit(mina, company="나중")
    await world.work()
    assert world.contact("mina@naver.example")["company"] == "하늘"
    account = await world.account()
    assert account.rest_until is not None
    assert bool(account.problem) is (mood != 429)
    await rested(world)
    assert world.contact("mina@naver.example")["company"] == "나중"
    account = await world.account()
    assert (account.problem, account.rest_until, account.tries) == ("", None, 0)


async def test_a_write_whose_answer_was_lost_is_no_conflict_afterwards(world: World, yard: Yard, mina: int) -> None:
    await yard.says("Hello", name="Mia Berg", value="mia@juniper.example")
    world.simulator.will("half", path="/batch/upsert")
    await world.edit(mina, company="도착")
    await world.work()
    await rested(world)
    await world.poll()
    assert len(world.there.people) == 2
    assert len(await world.sql("select 1 from crm_link")) == 2
    assert await world.sql("select 1 from event where kind = 'crm.conflict'") == []
    assert await world.sql("select 1 from crm_task") == []


async def test_a_round_that_broke_off_before_it_was_noted_is_done_again_without_harm(
    world: World, mina: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object) -> None:
        raise CrmError("down", "killed")

    world.there.change("101", country="US")
    await world.edit(mina, company="둘 다")
    with monkeypatch.context() as patched:
        patched.setattr(filing, "settle", killed)
        await world.work()
    await rested(world)
    await world.poll()
    person = (await world.people())["김미나"]
    assert (person["company"], person["region"]) == ("둘 다", "US")
    assert world.contact("mina@naver.example")["company"] == "둘 다"
    assert len([one for one in await world.history(mina) if one[0] == "region"]) == 1
    assert await world.sql("select 1 from crm_task") == []


async def test_a_token_that_no_longer_works_pauses_it_and_says_so(world: World, mina: int) -> None:
    world.simulator.token = "pat-another"
    await world.edit(mina, company="기다림")
    await world.work()
    account = await world.account()
    assert account.paused_at is not None
    assert "access token" in account.problem
    world.simulator.token = "pat-na1-test"
    await world.ask(asking.resume)
    await world.work()
    assert world.contact("mina@naver.example")["company"] == "기다림"


async def test_one_wrong_value_holds_up_nobody_and_can_be_tried_again(world: World, yard: Yard, mina: int) -> None:
    async with world.ground.database.begin() as tx:
        await define(tx, CONSOLE, "stage", "Stage", "text")
        await define(tx, CONSOLE, "points", "Points", "number")
    await world.choose([*PAIRS, Pair("fields.stage", "lifecyclestage"), Pair("fields.points", "membership")])
    await yard.says("Hello", name="Mia Berg", value="mia@juniper.example")
    await world.sql('update customer set fields = \'{"stage": "nonsense"}\' where id = :c', c=mina)
    await world.edit(mina, company="둘째")
    world.there.change("101", membership="not a number")
    await world.poll()
    assert world.contact("mia@juniper.example")["firstname"] == "Mia"
    assert world.contact("mina@naver.example")["company"] == "둘째"
    (task,) = await world.sql("select * from crm_task where stuck")
    assert {name for name, _why in task.detail["fields"]} == {"fields.stage", "fields.points"}
    assert task.customer_id == mina
    world.there.change("101", membership="7")
    await world.sql('update customer set fields = \'{"stage": "lead"}\' where id = :c', c=mina)
    assert await world.ask(asking.retry, "in", "101") == 1
    await world.work()
    assert await world.stuck() == []
    assert (await world.people())["김미나"]["fields"] == {"stage": "lead", "points": 7}
    assert world.contact("mina@naver.example")["lifecyclestage"] == "lead"


async def test_what_the_crm_refuses_is_listed_in_its_words(world: World, mina: int) -> None:
    async with world.ground.database.begin() as tx:
        await define(tx, CONSOLE, "points", "Points", "text")
    await world.choose([*PAIRS, Pair("fields.points", "points")])
    await world.sql('update customer set fields = \'{"points": "viele"}\' where id = :c', c=mina)
    await world.edit(mina, company="x")
    await world.work()
    ((way, problem),) = await world.stuck()
    assert way == "in"
    assert "not a valid number" in problem


async def test_nobody_is_made_of_a_contact_without_an_address(world: World, mina: int) -> None:
    world.there.add(firstname="Ghost")
    await world.poll()
    assert await world.stuck() == [("in", NOBODY)]
    await world.choose(make_here=False)
    world.there.add(firstname="Other", email="other@x.example")
    await world.poll()
    assert set(await world.people()) == {"김미나"}


async def test_the_blocked_are_left_alone(world: World, mina: int) -> None:
    await world.sql("update customer set blocked_at = now() where id = :c", c=mina)
    world.there.change("101", company="gone")
    await world.poll()
    assert (await world.people())["김미나"]["company"] == "하늘"


async def test_paused_nothing_moves_and_what_happened_waits(world: World, mina: int) -> None:
    await world.ask(asking.pause)
    await world.edit(mina, company="쉼")
    world.there.change("101", country="US")
    await world.poll()
    assert (world.contact("mina@naver.example")["company"], (await world.people())["김미나"]["region"]) == ("하늘", "")
    await world.ask(asking.resume)
    await world.poll()
    assert (world.contact("mina@naver.example")["company"], (await world.people())["김미나"]["region"]) == ("쉼", "US")


async def test_disconnected_everything_stays_and_the_secrets_are_forgotten(world: World, mina: int) -> None:
    await world.ask(asking.disconnect)
    await world.edit(mina, company="끝")
    await world.work()
    assert world.contact("mina@naver.example")["company"] == "하늘"
    ((secrets,),) = await world.sql("select secrets from crm_account")
    assert secrets == b""
    with pytest.raises(NotFound):
        await world.account()


async def test_values_from_there_are_bounded_and_hold_nothing_a_database_cannot(world: World, mina: int) -> None:
    world.there.people["101"].properties["company"] = "a\0b" + "x" * 9_000
    world.there.change("101", jobtitle="y")
    await world.poll()
    company = (await world.people())["김미나"]["company"]
    assert company.startswith("abx")
    assert len(company) == 200
    writes = world.there.writes
    await world.poll()
    assert world.there.writes == writes


async def test_only_administrators_who_see_all_may(world: World) -> None:
    agent = await cast.agent(world.ground, "Ada")
    partial = await cast.agent(world.ground, "Ben", "administrator", brands=frozenset({1}))
    async with world.ground.database.begin() as tx:
        with pytest.raises(NotPermitted):
            await asking.pause(tx, agent, world.number)
        with pytest.raises(NotFound):
            await asking.pause(tx, partial, world.number)
        with pytest.raises(Refused):
            await asking.begin(tx, CONSOLE, world.number)
        with pytest.raises(Refused):
            await asking.choose(tx, CONSOLE, world.number, [Pair("name", "createdate")], {"region": "KR"})


async def test_the_first_sync_of_many_goes_on_where_it_was(world: World) -> None:
    for n in range(250):
        world.there.add(email=f"p{n}@x.example", firstname=f"P{n}")
    await world.choose()
    await world.work()
    await world.ask(asking.begin)
    calls = 0
    while (await world.account()).state == State.FILLING:
        world.simulator.will(503, path="/contacts")
        await world.work()
        await rested(world)
        calls += 1
        assert calls < 20
    assert len(await world.people()) == 250
    assert (await world.account()).counts["made_here"] == 250


async def test_administrators_are_told_when_it_needs_them(world: World, mina: int) -> None:
    world.simulator.token = "pat-another"
    await world.edit(mina, company="x")
    await world.work()
    async with world.ground.database.begin() as tx:
        seen = await queries.see(tx, ())
    (trouble,) = [one for one in troubles(seen, Thresholds()) if one.kind == "apart"]
    assert (trouble.subject, trouble.facts["name"]) == (f"crm:{world.number}", "HubSpot")
    with speaking("en"):
        assert title("apart", trouble.facts) == "HubSpot: customers and contacts are not kept in step"


async def test_connected_again_the_same_account_finds_everybody(world: World, mina: int) -> None:
    world.there.add(email="unproven@x.example", firstname="Una")
    await world.choose(proven=False)
    await world.poll()
    before = {one["id"] for one in (await world.people()).values()}
    await world.sql("update crm_account set account = '' where id = :a", a=world.number)  # as if it had told no number
    await world.ask(asking.disconnect)
    again = await connected(world.ground, world.simulator)
    assert again.number != world.number
    await again.live(proven=False)
    assert {one["id"] for one in (await again.people()).values()} == before
    await again.ask(asking.disconnect)
    third = await connected(world.ground, world.simulator)
    assert third.number == again.number
    with pytest.raises(Refused):
        await connected(world.ground, world.simulator)
    await third.live(proven=False)
    assert {one["id"] for one in (await third.people()).values()} == before
    for one in (again, third):
        await one.hands.finish()
