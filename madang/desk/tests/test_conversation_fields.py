"""Fields of the company's own about conversations: defined beside those of customers, filled in, asked for."""

from __future__ import annotations

import pytest

from madang.desk.tests.test_customer_fields import hana
from madang.desk.tests.visitor import SCRIPT, Visitor
from madang.tests.cast import Yard

__all__ = ["hana"]
pytestmark = pytest.mark.slow
DAMAGE = {"label": "파손 정도", "name": "damage", "kind": "choice", "choices": "작음\n큼", "about": "conversation"}


async def put(visitor: Visitor, path: str, **fields: str) -> int:
    headers = SCRIPT | {"x-desk": "1", "x-csrf-token": visitor.csrf}
    return (await visitor.http.put(path, data=fields, headers=headers)).status_code


async def test_a_field_of_conversations_is_no_field_of_customers(hana: Visitor, yard: Yard) -> None:
    (number,) = await yard.conversations()
    await hana.post("/settings/fields/new", **DAMAGE, seen_by="everyone")
    await hana.get("/settings/fields")
    assert "파손 정도" in hana.page
    await hana.get("/customers/1")
    assert "파손 정도" not in hana.page
    await hana.get(f"/c/{number}")
    assert "파손 정도" in hana.page
    assert await put(hana, f"/c/{number}/fields", field="damage", value="큼") == 204
    assert await put(hana, f"/c/{number}/fields", field="damage", value="중간") == 400
    assert await put(hana, f"/c/{number}/fields", field="nothing", value="x") == 400
    assert await put(hana, "/c/999/fields", field="damage", value="큼") == 404
    await hana.fetch("/list?view=all&f=fields.damage:any_of:%25ED%2581%25BC")
    assert f"c-{number}" in hana.page
    await hana.fetch("/list?view=all&f=fields.damage:any_of:%25EC%259E%2591%25EC%259D%258C")
    assert f'id="c-{number}"' not in hana.page
