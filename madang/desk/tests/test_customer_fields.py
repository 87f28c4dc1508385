"""Fields of the company's own: defined in the settings, filled in on a customer's page, checked by kind."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from madang.customers import typed
from madang.customers.typed import Defined
from madang.desk.tests.visitor import Visitor, join
from madang.lib.errors import Refused
from madang.staff.grants import Grant
from madang.staff.tests.people import cheap_passwords
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


@pytest.fixture
async def hana(yard: Yard) -> AsyncIterator[Visitor]:
    """An administrator."""
    await yard.says("hello")
    with cheap_passwords():
        await join(yard.ground, "Hana", Grant(role="administrator"))
        visitor = Visitor(yard.ground)
        await visitor.sign_in("hana@haneul.kr")
    yield visitor
    await visitor.http.aclose()


GOOD = [
    ("text", " a  b ", "a b"),
    ("text", "", None),
    ("number", "1,200", 1200),
    ("number", "3.5", 3.5),
    ("date", "2026-11-22", "2026-11-22"),
    ("bool", "on", True),
    ("bool", "false", False),
    ("choice", "Gold", "Gold"),
    ("url", "https://haneul.example/x", "https://haneul.example/x"),
]
BAD = [
    ("text", "x" * 1_001),
    ("number", "viel"),
    ("number", "nan"),
    ("number", "1e400"),
    ("date", "22.11.2026"),
    ("bool", "maybe"),
    ("choice", "Tin"),
    ("url", "javascript:alert(1)"),
    ("url", "https://a b"),
]


def test_values_are_checked_by_kind() -> None:
    for kind, given, kept in GOOD:
        found = typed.value(Defined(1, "x", "X", kind, ("Gold",)), given)
        assert (found, type(found)) == (kept, type(kept)), (kind, given)
    for kind, given in BAD:
        with pytest.raises(Refused):
            typed.value(Defined(1, "x", "X", kind, ("Gold",)), given)


async def test_a_field_is_defined_filled_in_and_retired(hana: Visitor, yard: Yard) -> None:
    await hana.get("/settings/fields")
    assert "No field yet" in hana.text
    made = await hana.post(
        "/settings/fields/new", name="level", label="등급", kind="choice", choices="Gold\nSilver\nGold\n"
    )
    assert made.status_code == 303
    await hana.post("/settings/fields/new", name="paid", label="<b>Paid</b>", kind="bool")
    for wrong in (
        {"name": "level", "label": "again", "kind": "text"},
        {"name": "Level", "label": "x", "kind": "text"},
        {"name": "x", "label": "", "kind": "text"},
        {"name": "x", "label": "x", "kind": "blob"},
        {"name": "x", "label": "x", "kind": "choice", "choices": "\n"},
    ):
        assert (await hana.post("/settings/fields/new", **wrong)).status_code == 400, wrong
    await hana.post("/settings/fields/2/up")
    await hana.get("/settings/fields")
    assert hana.page.index("&lt;b&gt;Paid") < hana.page.index("등급")
    await hana.get("/customers/1")
    assert "등급" in hana.text
    for field, value in (("level", "Gold"), ("paid", "false")):
        assert (await hana.post("/customers/1/custom", field=field, value=value)).status_code == 303
    assert (await hana.post("/customers/1/custom", field="level", value="Tin")).status_code == 400
    assert (await hana.post("/customers/1/custom", field="name", value="x")).status_code == 400
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(text("select fields from customer"))).scalar_one() == {"level": "Gold", "paid": False}
        changes = await tx.execute(text("select field, after from field_change order by id"))
        assert [tuple(row) for row in changes] == [("fields.level", "Gold"), ("fields.paid", False)]
    await hana.get("/customers/1")
    assert "Gold" in hana.text
    await hana.post("/customers/1/custom", field="level", value="")
    await hana.post("/settings/fields/1", label="Level", choices="Gold")
    await hana.post("/settings/fields/1/retirement")
    assert (await hana.post("/customers/1/custom", field="level", value="Gold")).status_code == 400
    await hana.post("/settings/fields/1/restoration")
    assert (await hana.post("/customers/1/custom", field="level", value="Gold")).status_code == 303


async def test_only_administrators_define_and_viewers_fill_in_nothing(hana: Visitor, yard: Yard) -> None:
    await hana.get("/settings/fields")
    await hana.post("/settings/fields/new", name="level", label="Level", kind="text")
    with cheap_passwords():
        await join(yard.ground, "Ada")
        await join(yard.ground, "Vera", Grant(role="viewer"))
    for name, fills in (("ada", 303), ("vera", 403)):
        other = Visitor(yard.ground)
        with cheap_passwords():
            await other.sign_in(f"{name}@haneul.kr")
        assert (await other.http.get("/settings/fields")).status_code == 403
        assert (await other.post("/settings/fields/new", name="x", label="x", kind="text")).status_code == 403
        assert (await other.post("/settings/fields/1/retirement")).status_code == 403
        assert (await other.post("/customers/1/custom", field="level", value="x")).status_code == fills
        await other.http.aclose()
