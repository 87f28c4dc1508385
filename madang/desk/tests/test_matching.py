"""Settings of the matching, what was merged by itself (T2), and an open queue that hears of new questions."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import text

from madang.customers.actions import matching, suggesting
from madang.customers.actions.automatic import merge_sure
from madang.customers.actions.suggesting import Pair
from madang.customers.learned import Fate
from madang.customers.matching.weights import shipped
from madang.desk.tests.visitor import Visitor, join
from madang.events.record import SYSTEM
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.tests.cast import Yard, message

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

EVIDENCE = [{"field": "name", "level": "same", "weight": 6.5}]
QUALITY = {"pairs": 9, "suggested": 5, "precision": 0.97, "recall": 0.91, "true": 5.3}
DECIDED = {"decided": 40, "right": 31, "before_right": 38, "surprise": 0.9, "before_surprise": 0.2}
FORM = {"asks": "learned", "nightly": "on", "learns": "on", "hour": "4", "timezone": "Asia/Seoul"}


async def _three(yard: Yard) -> None:
    for number, name in enumerate(("미나", "김미나", "Mia"), 1):
        await yard.says(f"{number}", name=name, value=f"c{number}@naver.example")


async def _merge(yard: Yard, one: int, two: int, score: float = 0.9995) -> int:
    async with yard.ground.database.begin() as tx:
        asked = await suggesting.suggest(tx, [Pair(one, two, score, EVIDENCE)])
        assert await merge_sure(tx, asked, 0.999) == 1
        return int((await tx.execute(text("select max(id) from merge"))).scalar_one())


@pytest.fixture
async def hana(ground: Ground, browser: Callable[[], Visitor]) -> Visitor:
    """An administrator."""
    await join(ground, "Hana", Grant("administrator"))
    made = browser()
    await made.sign_in("hana@haneul.kr")
    return made


async def test_it_is_off_and_says_what_it_would_take(hana: Visitor, yard: Yard) -> None:
    await hana.get("/settings/matching")
    for said in (
        "Past decisions do not bear any chance yet",
        "The weights Madang comes with are in use",
        "Nothing yet.",
    ):
        assert said in hana.text, said
    refused = await hana.post("/settings/matching", merges="on", automatic="99.9", **FORM)
    assert refused.status_code == 400
    assert "does not bear this out" in hana.text
    for typed in ("98", "nonsense", "100"):
        refused = await hana.post("/settings/matching", merges="on", automatic=typed, confirmed="on", **FORM)
        assert refused.status_code == 400
        assert f'value="{typed}"' in hana.page, "what was typed stays"
    led = await hana.post("/settings/matching", merges="on", automatic="99,95", confirmed="on", **FORM)
    assert led.status_code == 303
    async with yard.ground.database.begin() as tx:
        row = (await tx.execute(text("select * from matching_settings"))).one()
        told = (await tx.execute(text("select data, actor from event where kind = 'matching.changed'"))).one()
    assert (row.automatic, row.confirmed, row.hour) == (0.9995, True, 4)
    assert told.data["automatic"] == 0.9995
    assert told.actor.startswith("user:")
    await hana.get("/settings/matching")
    assert 'value="99.95"' in hana.page


async def test_a_run_is_asked_for_and_the_weights_are_chosen(hana: Visitor, yard: Yard) -> None:
    await hana.get("/settings/matching")
    await hana.post("/settings/matching/runs")
    await hana.get("/settings/matching")
    assert "It begins within a minute." in hana.text
    counts = {"customers": 31_000, "pairs": 9, "found": 5, "suggested": 4, "merged": 1}
    async with yard.ground.database.begin() as tx:
        number = await matching.begin(tx, SYSTEM)
        await matching.end(tx, number, counts, None)
        weights = msgspec.to_builtins(shipped())
        await matching.keep(tx, weights, 31_000, QUALITY, Fate.TAKEN)
        held = await matching.keep(tx, weights, 32_000, QUALITY | DECIDED, Fate.HELD)
    await hana.get("/settings/matching")
    for said in ("31,000 customers, 5 pairs", "newest weights were not taken", "31 of 40; those before 38", "97%"):
        assert said in hana.text, said
    await hana.post(f"/settings/matching/models/{held}")
    await hana.get("/settings/matching")
    assert "were not taken" not in hana.text
    await hana.post("/settings/matching/shipped")
    await hana.get("/settings/matching")
    assert "The weights Madang comes with are in use" in hana.text
    assert (await hana.post("/settings/matching/models/424242")).status_code == 404


async def test_what_was_merged_by_itself_is_listed_and_undone_for_ever(ada: Visitor, yard: Yard) -> None:
    await _three(yard)
    await ada.get("/suggestions/automatic")
    assert "Nobody has been merged without asking" in ada.text
    number = await _merge(yard, 1, 2)
    await ada.get("/suggestions/automatic")
    for said in ("미나", "김미나", "99.95%", "The same name", "+6.5", "Today"):
        assert said in ada.text, said
    undo = 'data-key="z" data-label="They are two: undo"'
    assert undo in ada.page
    led = await ada.post(f"/suggestions/automatic/{number}/reversal")
    await ada.get(led.headers["location"])
    assert "it is not asked again" in ada.text
    assert "nothing merges them by itself again" in ada.text
    assert undo not in ada.page
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(text("select state from suggestion"))).scalar_one() == suggesting.NEVER
    assert (await ada.post(f"/suggestions/automatic/{number}/reversal")).status_code == 400
    assert (await ada.get("/customers/2")).status_code == 200


async def test_it_pages_by_key_and_a_merge_by_hand_is_none_of_these(ada: Visitor, yard: Yard) -> None:
    await yard.put_all([message("x", name=f"N{number:03}", value=f"n{number}@x.example") for number in range(106)])
    await yard.take_in()
    for number in range(1, 106, 2):
        await _merge(yard, number, number + 1)
    await ada.get("/suggestions/automatic")
    first = re.findall(r"/suggestions/automatic/(\d+)\"", ada.page)
    older = re.search(r"/suggestions/automatic\?cursor=([\w-]+)", ada.page)
    assert older
    await ada.get(older[0])
    rest = re.findall(r"/suggestions/automatic/(\d+)\?cursor", ada.page)
    assert len(set(rest)) == 3
    assert not set(rest) & set(first)
    assert (await ada.get("/suggestions/automatic?cursor=nonsense")).status_code == 400
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update merge set why = '{}' where id = 1"))
    assert (await ada.get("/suggestions/automatic/1")).status_code == 404


async def test_who_sees_neither_sees_no_merge_of_theirs(
    ground: Ground, yard: Yard, browser: Callable[[], Visitor]
) -> None:
    await _three(yard)
    number = await _merge(yard, 1, 2)
    await join(ground, "Ben", Grant("agent", "assigned"))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    await ben.get("/suggestions/automatic")
    assert "Nobody has been merged" in ben.text
    assert "Day by day" not in ben.text
    tries = [await ben.get(f"/suggestions/automatic/{number}")]
    await ben.get("/suggestions/automatic")
    tries.append(await ben.post(f"/suggestions/automatic/{number}/reversal"))
    assert {one.status_code for one in tries} == {404}
    for path in ("", "/runs", "/shipped", "/models/1"):
        assert (await ben.post(f"/settings/matching{path}", **FORM)).status_code == 403
    assert (await ben.get("/settings/matching")).status_code == 403


async def test_an_open_queue_hears_how_many_are_new(ada: Visitor, yard: Yard) -> None:
    await _three(yard)
    async with yard.ground.database.begin() as tx:
        await suggesting.suggest(tx, [Pair(1, 2, 0.93, EVIDENCE)])
    await ada.get("/suggestions")
    assert 'data-stream="/stream"' in ada.page
    since = re.search(r'data-since="(\d+)"', ada.page)
    assert since
    fetched = f"/suggestions/newer?since={since[1]}"
    assert "new" not in (await ada.fetch(fetched)).text
    async with yard.ground.database.begin() as tx:
        await suggesting.suggest(
            tx, [Pair(1, 2, 0.95, EVIDENCE), Pair(1, 3, 0.91, EVIDENCE), Pair(2, 3, 0.92, EVIDENCE)]
        )
    assert "2 new" in (await ada.fetch(fetched)).text
    assert (await ada.fetch("/suggestions/newer?since=999999999999999999")).status_code == 200
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update matching_settings set suggest_from = 0.94"))
    assert "new" not in (await ada.fetch(fetched)).text
    await ada.get("/suggestions")
    assert "95%" in ada.text
    assert "92%" not in ada.text
