"""A second CRM is one folder that registers itself: it fulfils the contract, is offered, and is kept in step."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest

from madang.channels import registry
from madang.channels.connector import Config
from madang.channels.crm_testing import CrmContractTests, Side
from madang.crm import pairs, queries, working
from madang.crm.actions import asking
from madang.crm.tests.tiny import connector as tiny
from madang.crm.tests.world import World
from madang.events import dispatch
from madang.ground import Ground
from madang.staff.permissions import CONSOLE
from madang.tests.cast import Yard
from madang.wiring import REACTIONS


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As a package with an entry point would be."""
    point = EntryPoint("tiny", "madang.crm.tests.tiny", "madang.connectors")
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])
    registry.every.cache_clear()
    tiny.PEOPLE.clear()
    tiny.LOG.clear()
    yield
    registry.every.cache_clear()
    registry.crm.cache_clear()
    registry.fields.cache_clear()


class TinySide(Side):
    text = "firm"
    refused = ("mail", "other@x.example")

    def __init__(self) -> None:
        self.crm = tiny.Tiny(Config(0, "tiny", "Tiny", {}, {"password": "open"}))

    async def add(self, email: str, text: str) -> str:
        return tiny.put(str(len(tiny.PEOPLE) + 1), mail=email, firm=text, full="")

    async def change(self, number: str, text: str) -> None:
        tiny.put(number, firm=text)

    async def delete(self, number: str) -> None:
        del tiny.PEOPLE[number]


@pytest.fixture
def side() -> TinySide:
    return TinySide()


class TestContract(CrmContractTests):
    connector = "tiny"


async def test_it_is_kept_in_step_with_no_line_of_the_house_changed(
    ground: Ground, yard: Yard, side: TinySide, monkeypatch: pytest.MonkeyPatch
) -> None:
    await yard.says("안녕하세요", name="김미나", value="mina@naver.example")
    await side.add("mia@juniper.example", "Juniper")
    async with ground.database.begin() as tx:
        for one in REACTIONS:
            await tx.execute(dispatch.SEED, {"name": one.name})
        number = await asking.connect(
            tx, CONSOLE, ground.keys, connector="tiny", name="Tiny", account="",
            settings={}, secrets={"password": "open"}, properties=await side.crm.properties(),
        )  # fmt: skip
    world = World(ground, None, number, working.Hands(ground))  # type: ignore[arg-type]
    async with ground.database.begin() as tx:
        guessed = pairs.read((await queries.account(tx, CONSOLE, number)).mapping)
    assert {(one.field, one.theirs) for one in guessed} == {("name", "full"), ("company", "firm")}
    await world.live(guessed)
    people = await world.people()
    assert {one["company"] for one in people.values()} == {"", "Juniper"}
    assert {one["mail"]: one.get("full") for one in tiny.PEOPLE.values()}["mina@naver.example"] == "김미나"
    await world.edit(people["김미나"]["id"], company="하늘")
    await side.change("1", "Juniper Outdoor")
    await world.poll()
    assert {one["firm"] for one in tiny.PEOPLE.values()} == {"하늘", "Juniper Outdoor"}
    assert {one["company"] for one in (await world.people()).values()} == {"하늘", "Juniper Outdoor"}
    log = len(tiny.LOG)
    await world.poll()
    assert len(tiny.LOG) == log
    await world.hands.finish()
    registry.every.cache_clear()
    monkeypatch.setattr(registry, "entry_points", lambda group: [])
    await world.edit(people["김미나"]["id"], company="later")
    await world.work()  # its package is gone: it rests, and nothing breaks
    assert {one["firm"] for one in tiny.PEOPLE.values()} == {"하늘", "Juniper Outdoor"}
