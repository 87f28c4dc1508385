"""How good the customers' data is, for programs: numbers, who is behind them, and for whom they are not."""

from __future__ import annotations

from sqlalchemy import text

from madang.api.tests.conftest import Program
from madang.conversations.quality.actions import counting
from madang.tests.cast import Yard

HERE = "/api/v1/data-quality"


async def test_numbers_and_their_customers(administrator: Program, yard: Yard) -> None:
    assert (await administrator.get(HERE))["counted_at"] is None
    await yard.says("안녕하세요")
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("insert into customer (name) values ('Mia')"))
    assert await administrator.send("POST", f"{HERE}/count") == {"begun": True}
    assert await administrator.send("POST", f"{HERE}/count") == {"begun": False}
    assert (await administrator.get(HERE))["counting"] is True
    await counting.Hands(yard.ground.database, 6).work()
    found = await administrator.get(HERE)
    assert (found["customers"], found["stale_months"], found["counting"]) == (2, 6, False)
    assert found["numbers"][0] == {"name": "unreachable", "value": 1, "share": 0.5}
    assert {"field": "email", "filled": 1, "share": 0.5} in found["fields"]
    assert [(one["customers"], one["numbers"]["unreachable"]) for one in found["trend"]] == [(2, 1)]
    page = await administrator.get(f"{HERE}/unreachable/customers")
    assert [(one["name"], one["problems"]) for one in page["items"]] == [("Mia", ["unreachable", "unproven"])]
    assert (await administrator.get(HERE, brand=yard.brand_id))["customers"] == 1
    page = await administrator.get(f"{HERE}/missing.company/customers", limit=1)
    assert [one["name"] for one in page["items"]] == ["Mia"]
    page = await administrator.get(f"{HERE}/missing.company/customers", cursor=page["next"])
    assert [one["name"] for one in page["items"]] == ["미나"]
    for wrong in ("nonsense/customers", "stale/customers?cursor=x", "stale/customers?brand=99999999999999999999"):
        assert (await administrator("GET", f"{HERE}/{wrong}")).status_code in (400, 404), wrong


async def test_who_is_no_lead_gets_nothing(program: Program, onlooker: Program) -> None:
    """T4. Tokens see every brand; of brands that are not all hers see conversations/quality/tests."""
    for one in (program, onlooker):
        for path in (HERE, f"{HERE}/stale/customers"):
            assert (await one("GET", path)).status_code == 403
        assert (await one("POST", f"{HERE}/count")).status_code == 403
