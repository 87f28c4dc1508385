"""The data quality pages: numbers that open their customers, a count by a button, and only what is the viewer's."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from madang.conversations.quality.actions import counting
from madang.customers.actions.suggesting import Pair, suggest
from madang.desk.tests.visitor import Visitor, join
from madang.staff.grants import Grant
from madang.staff.tests.people import cheap_passwords
from madang.tests.cast import Yard


async def test_a_number_opens_its_customers_and_what_mends_them(yard: Yard, hana: Visitor) -> None:
    await hana.get("/quality")
    assert "Not counted yet" in hana.text
    await counting.Hands(yard.ground.database, 12).work()
    await hana.get("/quality")
    assert "No customers yet" in hana.text
    async with yard.ground.database.begin() as tx:
        for name in ("<b>Mia</b>", "미나"):
            await tx.execute(text("insert into customer (name) values (:name)"), {"name": name})
        await tx.execute(text("insert into claim (customer_id, kind, value) values (1, 'email', 'x@y.example')"))
        await suggest(tx, [Pair(1, 2, 0.9, [])])
    asked = await hana.post("/quality/count")
    assert (asked.status_code, asked.headers["location"]) == (303, "/quality")
    await hana.get("/quality")
    assert "Being counted" in hana.text
    assert (await hana.post("/quality/count")).status_code == 303, "twice is once"
    await counting.Hands(yard.ground.database, 12).work()
    await hana.get("/quality")
    assert 'href="/quality/unreachable"' in hana.page
    assert 'href="/quality/missing.company"' in hana.page
    await hana.get("/quality/unreachable")
    assert "Only said: x@y.example" in hana.text
    assert "No address at all" in hana.text
    assert "<b>Mia" not in hana.page
    assert 'href="/customers/2#addresses-head"' in hana.page
    await hana.get("/quality/duplicate")
    assert 'href="/suggestions/1"' in hana.page
    await hana.get("/quality/conflicting")
    assert "Nobody is in this list" in hana.text
    await hana.get("/quality/missing.email")
    assert "미나" in hana.text
    assert "Mia" not in hana.text
    assert "format=csv&amp;quality=missing.email" in hana.page
    taken = await hana.http.get("/settings/imports/export?format=jsonl&quality=missing.email")
    assert [line for line in taken.text.splitlines() if '"id":2' in line] == taken.text.splitlines()
    for wrong in ("/quality/nonsense", "/quality/missing.nothing", "/quality/stale?after=x", "/quality?brand=x"):
        assert (await hana.http.get(wrong)).status_code in (400, 404), wrong
    assert (await hana.http.get("/settings/imports/export?quality=nonsense")).status_code == 404


async def test_only_whom_the_numbers_are_about(yard: Yard) -> None:
    """T4: a lead of a brand gets its numbers, rows and files; one who sees less gets none."""
    async with yard.ground.database.begin() as tx:
        other = (await tx.execute(text("insert into brand (name) values ('Juniper') returning id"))).scalar_one()
    await yard.says("안녕하세요")
    await counting.Hands(yard.ground.database, 12).work()
    people = {
        "Ada": Grant("lead", "all", frozenset({yard.brand_id})),
        "Ben": Grant("lead", "all", frozenset({other})),
        "Tea": Grant("lead", "team"),
        "Ivo": Grant("agent"),
    }
    found: dict[str, tuple[int, int, int, bool]] = {}
    with cheap_passwords():
        for name, grant in people.items():
            await join(yard.ground, name, grant)
            visitor = Visitor(yard.ground)
            await visitor.sign_in(f"{name.lower()}@haneul.kr")
            whole = await visitor.get("/quality")
            listed = await visitor.get("/quality/missing.company")
            file = await visitor.http.get(
                f"/settings/imports/export?format=jsonl&quality=missing.company&brand={yard.brand_id}"
            )
            has = "미나" in listed.text or "미나" in file.text
            found[name] = (whole.status_code, listed.status_code, file.status_code, has)
            foreign = await visitor.http.get(f"/quality/missing.company?brand={yard.brand_id}")
            assert ("미나" in foreign.text) == (name == "Ada")
            assert (await visitor.post("/quality/count")).status_code == (303 if name in ("Ada", "Ben") else 403)
            await visitor.http.aclose()
    assert found == {
        "Ada": (200, 200, 200, True),
        "Ben": (200, 200, 404, False),
        "Tea": (403, 403, 403, False),
        "Ivo": (403, 403, 403, False),
    }


@pytest.mark.parametrize("role", ["agent", "lead"])
async def test_a_segments_members_are_taken_out_by_who_may(yard: Yard, hana: Visitor, role: str) -> None:
    """A lead takes out those in it whom she sees; an agent nobody, and has no button."""
    await yard.says("안녕하세요")
    async with yard.ground.database.begin() as tx:
        other = (await tx.execute(text("insert into brand (name) values ('Juniper') returning id"))).scalar_one()
        statement = "insert into customer (name) values ('Mia') returning id"
        mia = (await tx.execute(text(statement))).scalar_one()
        await tx.execute(
            text("insert into conversation (customer_id, brand_id) values (:c, :b)"), {"c": mia, "b": other}
        )
        await tx.execute(
            text(
                "insert into segment (name, condition, timezone, reads, moves, created_by, filled_to) "
                "values ('All', cast(:c as jsonb), 'UTC', '{}', false, 'system', null)"
            ),
            {"c": '{"all": []}'},
        )
        await tx.execute(text("insert into segment_member select 1, id, now() from customer"))
    await hana.get("/segments/1")
    assert "format=xlsx&amp;segment=1" in hana.page
    with cheap_passwords():
        await join(yard.ground, "Ada", Grant("lead" if role == "lead" else "agent", "all", frozenset({yard.brand_id})))
        ada = Visitor(yard.ground)
        await ada.sign_in("ada@haneul.kr")
    await ada.get("/segments/1")
    assert ("export-menu" in ada.page) == (role == "lead")
    for format in ("csv", "xlsx", "jsonl"):
        taken = await ada.http.get(f"/settings/imports/export?format={format}&segment=1")
        assert taken.status_code == (200 if role == "lead" else 403)
    assert ("미나" in taken.text) == (role == "lead")
    assert "Mia" not in taken.text
    await ada.http.aclose()
