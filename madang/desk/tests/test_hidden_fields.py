"""A field for leads and administrators only: an agent meets it at no door, whatever she asks for by name or number."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from madang.api.tests.conftest import Program, door, token
from madang.conversations import merging, questions, timeline
from madang.conversations.exports import people as exports
from madang.conversations.exports.people import Asked
from madang.conversations.search import people as search
from madang.conversations.search.tests import indexed
from madang.conversations.segments import actions as segments
from madang.conversations.segments import counting, queries
from madang.conversations.segments.actions import saving, upkeep
from madang.conversations.segments.fields import custom_names
from madang.customers.actions import defining
from madang.customers.actions.suggesting import Pair, suggest
from madang.desk.tests.visitor import Visitor, join
from madang.lib.conditions.values import Wrong
from madang.lib.errors import NotFound, Refused
from madang.staff import permissions
from madang.staff.grants import Grant
from madang.staff.permissions import CONSOLE, Viewer
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

SECRET = "zebra"
RATED = {"field": "fields.rating", "op": "is", "value": SECRET}


@pytest.fixture
async def ada(yard: Yard) -> Viewer:
    """An agent to whom every customer exists. 미나 has a rating (for leads) and a size (for everyone)."""
    await indexed.listen(yard.ground)
    await yard.says("안녕하세요")
    await yard.says("hi", value="mina@work.example")
    async with yard.ground.database.begin() as tx:
        await defining.define(tx, CONSOLE, "rating", "Zebra rating", "text", seen_by="leads")
        await defining.define(tx, CONSOLE, "size", "Size", "text")
        await defining.define(tx, CONSOLE, "birth", "Birth", "text", seen_by="leads")
        await defining.fill_in(tx, CONSOLE, 1, {"rating": SECRET, "size": "tall", "birth": "1990-01-01"})
        await defining.fill_in(tx, CONSOLE, 2, {"rating": "zebra again", "size": "small"})
        await segments.create(tx, CONSOLE, "Zebras", {"any": [{"not": RATED}, RATED]})
        await segments.create(tx, CONSOLE, "Tall", {"field": "fields.size", "op": "known"})
        birth = {"field": "birth", "level": "same", "weight": 9.0}
        await suggest(tx, [Pair(1, 2, 0.9, [birth, {"field": "name", "level": "same", "weight": 3.0}])])
    await upkeep.keep(yard.ground.database)
    await indexed.catch_up(yard.ground)
    return await cast.agent(yard.ground)


@pytest.fixture
async def desk(ada: Viewer, yard: Yard) -> AsyncIterator[tuple[Visitor, Visitor]]:
    """An agent's browser and a lead's."""
    made = []
    for name, grant in (("Ivo", Grant("agent")), ("Lea", Grant("lead"))):
        await join(yard.ground, name, grant)
        made.append(Visitor(yard.ground))
        await made[-1].sign_in(f"{name.lower()}@haneul.kr")
    yield made[0], made[1]
    for one in made:
        await one.http.aclose()


async def test_on_no_page_of_the_desk(desk: tuple[Visitor, Visitor], yard: Yard) -> None:
    ivo, lea = desk
    pages = ["/customers/1", "/customers/1/timeline", "/customers/1/merge?other=2", "/suggestions/1", "/segments"]
    hers = "".join([(await lea.get(page)).text for page in pages])
    assert SECRET in hers
    assert "Zebras" in hers
    for page in pages:
        answer = await (ivo.fetch(page) if page.endswith("timeline") else ivo.get(page))
        assert answer.status_code == 200, page
        assert SECRET not in answer.text.lower(), page
        assert "1990-01-01" not in answer.text, page
    assert "tall" in (await ivo.get("/customers/1")).text
    for page in ("/segments/1", "/settings/fields"):
        assert (await ivo.get(page)).status_code in (403, 404)
    assert (await ivo.post("/customers/1/custom", field="rating", value="x")).status_code == 400
    async with yard.ground.database.begin() as tx:
        change = await tx.execute(text("select id from field_change where field = 'fields.rating' order by id"))
        number = change.scalars().first()
    assert (await ivo.post(f"/customers/1/changes/{number}/reversal")).status_code == 400
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(text("select fields ->> 'rating' from customer where id = 1"))).scalar() == SECRET


async def test_in_no_answer_of_the_api(ada: Viewer, yard: Yard) -> None:
    async with yard.ground.database.begin() as tx:
        await merging.merge(tx, CONSOLE, 1, 2)
    paths = ["customers/1", "customers/1/history", "customers/1/merges", "customers/1/timeline", "segments"]
    transport = httpx.ASGITransport(app=door(yard.ground))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.haneul.example") as web:
        for role, sees in (("lead", True), ("agent", False), ("viewer", False)):
            program = Program(web, await token(yard.ground, role))  # type: ignore[arg-type]
            said = [(await program("GET", f"/api/v1/{path}")).text for path in [*paths, "segments/fields"]]
            assert ("fields.size" in said[1], "fields.size" in said[5]) == (True, True)
            assert [SECRET in one.lower() or "fields.rating" in one for one in said] == [
                False, sees, sees, False, sees, sees,
            ]  # fmt: skip
            for path in ("segments/1", "segments/1/members"):
                assert (await program("GET", f"/api/v1/{path}")).status_code == (200 if sees else 404)
            tried = await program("POST", "/api/v1/segments/preview", json={"condition": RATED})
            assert tried.status_code == (200 if sees else 403)


async def test_in_no_query_that_a_door_asks(ada: Viewer, yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever her role may do one day: the fields are kept from her by what asks for them."""
    every = permissions.PERMISSIONS["administrator"]
    monkeypatch.setitem(permissions.PERMISSIONS, "agent", every)
    async with yard.ground.database.begin() as tx:
        assert "rating" not in await custom_names(tx, ada)
        assert [name for _, name in await queries.of_customer(tx, ada, 1)] == ["Tall"]
        assert [name for _, name in await queries.of_customer(tx, CONSOLE, 1)] == ["Tall", "Zebras"]
        with pytest.raises(Wrong):
            await counting.preview(tx, ada, RATED)
        with pytest.raises(Wrong):
            await saving.create(tx, ada, "mine", {"all": [RATED]})
        for asked in (Asked(), Asked(segment=2)):
            assert "field_rating" not in await exports.columns(tx, ada, asked)
            assert "field_size" in await exports.columns(tx, ada, asked)
        assert await exports.columns(tx, ada, Asked(segment=1)) == list(exports.COLUMNS)
        assert await search.find_customers(tx, ada, SECRET) == []
        asked_ = (await questions.waiting(tx, ada)).items[0]
        assert [one["field"] for one in asked_.evidence] == ["name"]
        assert set(await merging.differences(tx, ada, 1, 2)) == {"fields.size"}
        found = await timeline.of_customer(tx, ada, 1, timeline.Asked())
        assert SECRET not in str(found)
        with pytest.raises(Refused):
            await defining.fill_in(tx, ada, 1, {"rating": "x"})
        with pytest.raises(NotFound):
            await queries.segment(tx, ada, 1)
    rows = [row async for page in exports.pages(yard.ground.database, ada, Asked()) for row in page]
    assert {name for row in rows for name in row if name.startswith("field_")} == {"field_size"}
    mine = [row async for page in exports.pages(yard.ground.database, ada, Asked(segment=1)) for row in page]
    assert mine == []


async def test_a_merge_by_who_does_not_see_it_keeps_it_as_it_is(ada: Viewer, yard: Yard) -> None:
    keep: Any = {"fields.rating": "loser", "fields.size": "loser"}
    async with yard.ground.database.begin() as tx:
        await merging.merge(tx, ada, 1, 2, keep=keep)
        kept = (await tx.execute(text("select fields from customer where id = 1"))).scalar_one()
        assert (kept["rating"], kept["size"]) == (SECRET, "small")
        [journal] = await merging.merges(tx, ada, 1)
        assert set(journal.why["choices"]) == {"fields.size"}
        [whole] = await merging.merges(tx, CONSOLE, 1)
        assert {"fields.size", "fields.rating"} <= set(whole.why["choices"])
