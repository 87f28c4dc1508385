"""Files and fields of a customer, for programs: what goes in comes out, and only for who may see her (T2, T7, T8)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from madang.api.tests.conftest import Program
from madang.api.tests.test_scope import narrowed
from madang.tests import cast
from madang.tests.cast import Yard

FILES, FIELDS = "/api/v1/customers/1/files", "/api/v1/customers/1/fields"


async def test_a_file_goes_up_and_comes_down(program: Program, yard: Yard) -> None:
    await yard.says("안녕하세요")
    made = await program.send("POST", FILES, params={"name": "../계약서.pdf"}, content=b"%PDF-1.7 hello")
    assert (made["name"], made["mime"], made["size"]) == ("계약서.pdf", "application/pdf", 14)
    assert (await program.get(FILES))["items"] == [made]
    down = await program("GET", made["href"])
    assert down.content == b"%PDF-1.7 hello"
    assert down.headers["content-disposition"].startswith("attachment")
    assert down.headers["x-content-type-options"] == "nosniff"
    part = await program("GET", made["href"], headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"%PDF")
    for _ in range(2):
        assert (await program.send("DELETE", f"{FILES}/{made['id']}"))["items"] == []
    assert (await program("GET", made["href"])).status_code == 404
    assert (await program("POST", FILES)).status_code == 400


async def test_a_file_is_only_for_who_sees_its_customer(
    web: httpx.AsyncClient, program: Program, yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    await yard.says("안녕하세요")
    made = await program.send("POST", FILES, params={"name": "a.txt"}, content=b"secret")
    ben = await narrowed(web, monkeypatch, await cast.agent(yard.ground, "Ben", sees="assigned"))
    for method, path in (("GET", FILES), ("POST", FILES), ("GET", made["href"]), ("DELETE", f"{FILES}/{made['id']}")):
        answer = await ben(method, path, content=b"x" if method == "POST" else None)
        assert answer.status_code == 404, (method, path)
        assert "secret" not in answer.text
    async with yard.ground.database.begin() as tx:
        kept = await tx.execute(text("select count(*) from customer_file where deleted_at is null"))
        assert kept.scalar_one() == 1
    zoe = await narrowed(web, monkeypatch, await cast.agent(yard.ground, "Zoe", "viewer"))
    assert (await zoe("POST", FILES, content=b"x")).status_code == 403


async def test_fields_are_defined_filled_and_kept_when_they_are_retired(administrator: Program, yard: Yard) -> None:
    await yard.says("안녕하세요")
    made = await administrator.send(
        "POST",
        "/api/v1/customer-fields",
        json={"name": "grade", "label": "등급", "kind": "choice", "choices": ["gold", "silver"]},
    )
    await administrator.send(
        "POST", "/api/v1/customer-fields", json={"name": "pets", "label": "Pets", "kind": "number"}
    )
    hers = await administrator.send("PATCH", FIELDS, json={"values": {"grade": "gold", "pets": 2}})
    assert hers == {"customer_id": 1, "values": {"grade": "gold", "pets": 2}}
    wrong: list[Any] = [{"grade": "bronze", "pets": 3}, {"nothing": "x"}]
    for values in wrong:
        answer = await administrator("PATCH", FIELDS, json={"values": values})
        assert answer.status_code == 400
    assert await administrator.get(FIELDS) == hers
    assert (await administrator.send("PATCH", FIELDS, json={"values": {"pets": None}}))["values"] == {"grade": "gold"}
    at = f"/api/v1/customer-fields/{made['id']}"
    changed = await administrator.send("PATCH", at, json={"choices": ["gold", "silver", "bronze"]})
    assert (changed["label"], changed["choices"]) == ("등급", ["gold", "silver", "bronze"])
    assert (await administrator.send("DELETE", at))["retired"]
    assert (await administrator("PATCH", FIELDS, json={"values": {"grade": "silver"}})).status_code == 400
    assert not (await administrator.send("POST", f"{at}/restoration"))["retired"]
    assert (await administrator.get(FIELDS))["values"] == {"grade": "gold"}
    history = await administrator.get("/api/v1/customers/1/history")
    assert {one["field"] for one in history["items"]} == {"fields.grade", "fields.pets"}


async def test_who_may_not_sees_no_field_of_the_leads_and_defines_none(
    administrator: Program, program: Program, yard: Yard
) -> None:
    await yard.says("안녕하세요")
    made = {"name": "margin", "label": "Margin", "kind": "number", "seen_by": "leads"}
    await administrator.send("POST", "/api/v1/customer-fields", json=made)
    await administrator.send("PATCH", FIELDS, json={"values": {"margin": 12}})
    assert (await program.get("/api/v1/customer-fields"))["items"] == []
    assert (await program.get(FIELDS))["values"] == {}
    assert (await program("PATCH", FIELDS, json={"values": {"margin": 1}})).status_code == 400
    assert (await program("POST", "/api/v1/customer-fields", json=made | {"name": "other"})).status_code == 403
    assert (await program("PATCH", "/api/v1/customer-fields/1", json={"label": "x"})).status_code == 403
