"""Failures and what to do about them, the pace, merged contacts, searches that are deep, names in two parts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from madang.channels.connector import SetupError
from madang.channels.crm import CrmError, Write
from madang.connectors.hubspot import connector
from madang.connectors.hubspot.calls import Calls
from madang.connectors.hubspot.simulator import Simulator
from madang.connectors.hubspot.tests.conftest import HubSpotSide, bound
from madang.lib.person_names import join, split
from madang.lib.steady import Steady


async def test_a_wrong_token_is_told_at_its_field(simulator: Simulator) -> None:
    crm = bound(simulator, token="pat-wrong")
    with pytest.raises(SetupError) as caught:
        await crm.check()
    assert caught.value.field == "token"
    await crm.close()


async def test_a_missing_permission_is_named(side: HubSpotSide) -> None:
    side.simulator.api.scopes.remove("crm.objects.contacts.write")
    with pytest.raises(SetupError, match=r"crm\.objects\.contacts\.write") as caught:
        await side.crm.check()
    assert caught.value.field == "token"


async def test_an_address_that_is_no_hubspot_is_told_at_its_field(simulator: Simulator) -> None:
    crm = bound(simulator)
    crm._calls = Calls(f"{simulator.url}/elsewhere", simulator.token, ["127.0.0.0/8"])
    with pytest.raises(SetupError) as caught:
        await crm.check()
    assert caught.value.field == "api_url"
    await crm.close()


@pytest.mark.parametrize(
    ("mood", "why"), [(429, "rate"), (500, "down"), (502, "down"), ("drop", "down"), (401, "auth"), (403, "auth")]
)
async def test_each_failure_says_what_to_do(side: HubSpotSide, mood: int, why: str) -> None:
    side.simulator.will(mood)
    with pytest.raises(CrmError) as caught:
        await side.crm.count()
    assert caught.value.why == why
    assert (caught.value.retry == timedelta(seconds=1)) is (mood == 429)


async def test_calls_keep_to_the_pace() -> None:
    steady, clock = Steady(50, burst=3), asyncio.get_running_loop().time
    begun = clock()
    for _ in range(3):
        await steady.turn()
    assert clock() - begun < 0.015
    for _ in range(3):
        await steady.turn()
    assert clock() - begun >= 0.055


async def test_a_contact_is_found_by_the_number_it_had_before_it_was_merged(side: HubSpotSide) -> None:
    one, two = await side.add("a@x.example", "a"), await side.add("b@x.example", "b")
    new = side.simulator.portal.merge(one, two)
    read = await side.crm.read([one], ["company"])
    assert read[one].id == new
    assert set(read[one].merged) == {one, two}
    assert read[one].emails == ("a@x.example", "b@x.example")


async def test_an_address_that_is_anothers_further_one_is_that_contact(side: HubSpotSide) -> None:
    one, two = await side.add("a@x.example", "a"), await side.add("b@x.example", "b")
    new = side.simulator.portal.merge(one, two)
    (answer,) = await side.crm.write([Write(1, {"company": "c"}, email="b@x.example")])
    assert answer.contact is not None
    assert (answer.contact.id, answer.contact.values["company"], answer.new) == (new, "a", False)


async def test_more_changes_of_one_moment_than_a_page_holds(side: HubSpotSide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "PAGE", 5)
    cursor = (await side.crm.changed("", [])).cursor
    at = datetime.now(UTC).replace(microsecond=0)
    made = {side.simulator.portal.add(at, email=f"m{n}@x.example") for n in range(13)}
    found: set[str] = set()
    more, pages = True, 0
    while more:
        page = await side.crm.changed(cursor, [])
        found |= {one.id for one in page.contacts}
        cursor, more, pages = page.cursor, page.more, pages + 1
        assert pages < 20
    assert found == made


async def test_the_cursor_stays_behind_what_the_search_knows(side: HubSpotSide) -> None:
    cursor = (await side.crm.changed("", [])).cursor
    await side.add("a@x.example", "a")
    after = (await side.crm.changed(cursor, ["company"])).cursor
    late = side.simulator.portal.add(datetime.now(UTC) - timedelta(seconds=30), email="late@x.example")
    assert late in {one.id for one in (await side.crm.changed(after, ["company"])).contacts}


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("김미나", "미나", "김"),
        ("남궁민수", "민수", "남궁"),
        ("김 미나", "미나", "김"),
        ("미나", "미나", ""),
        ("Mia Berg", "Mia", "Berg"),
        ("Anna Maria van Berg", "Anna Maria van", "Berg"),
        ("Mia", "Mia", ""),
        ("", "", ""),
    ],
)
def test_names_are_two_there_and_one_here(name: str, first: str, last: str) -> None:
    assert split(name) == (first, last)
    assert join(first, last) == name.replace("김 미나", "김미나")


async def test_time_zones_are_spelled_as_there(side: HubSpotSide) -> None:
    one = await side.add("a@x.example", "a")
    (answer,) = await side.crm.write([Write(1, {"hs_timezone": "Europe/Berlin"}, id=one)])
    assert side.simulator.portal.people[one].properties["hs_timezone"] == "europe_slash_berlin"
    assert answer.contact is not None
    assert answer.contact.values["hs_timezone"] == "Europe/Berlin"
