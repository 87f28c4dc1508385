"""A shop tells what customers did: each event once, with whoever the customer is now (T2, T20)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from madang.api.tests.conftest import Program
from madang.api.tests.test_scope import narrowed
from madang.conversations import merging
from madang.conversations.telling import AT_ONCE
from madang.customers.actions import merge
from madang.events.record import SYSTEM
from madang.lib.postgres import Database
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard


def order(key: str = "order-1", **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": "order", "at": "2026-03-02T09:00:00+09:00", "title": "담요", **more}


def batch(*events: dict[str, Any], source: str = "shop") -> dict[str, Any]:
    return {"source": source, "events": list(events)}


async def customers(database: Database) -> list[int]:
    async with database.begin() as tx:
        return list((await tx.execute(text("select id from customer order by id"))).scalars())


async def test_a_batch_is_told_once_however_often_it_is_sent(program: Program, yard: Yard) -> None:
    await yard.says("담요가 아직 안 왔어요.")
    (mina,) = await customers(yard.ground.database)
    path = f"/api/v1/customers/{mina}/events"
    some = batch(order(amount=39_000, currency="KRW"), order("order-2"), order("order-2", title="twice in one"))
    assert await program.send("POST", path, json=some) == {"new": 2, "known": 1, "customers": [mina] * 3}
    assert (await program.send("POST", path, json=some))["new"] == 0
    assert (await program.send("POST", path, json=batch(order(), source="app")))["new"] == 1
    page = await program.get(path)
    assert [(one["source"], one["key"]) for one in page["items"]] == [
        ("app", "order-1"),
        ("shop", "order-2"),
        ("shop", "order-1"),
    ]
    assert page["items"][2]["amount"] == 39_000
    assert page["items"][2]["at"] == "2026-03-02T00:00:00Z"
    async with yard.ground.database.begin() as tx:
        said = await tx.execute(text("select customer_id, data from event where kind = 'customer.told' order by id"))
        assert [(row.customer_id, row.data["events"]) for row in said] == [(mina, 2), (mina, 1)]


async def test_pages_and_filters(program: Program, yard: Yard) -> None:
    await yard.says("hello")
    (mina,) = await customers(yard.ground.database)
    path = f"/api/v1/customers/{mina}/events"
    pages = [order(f"p{n}", kind="page", at=f"2026-03-{n + 1:02d}T00:00:00Z") for n in range(5)]
    await program.send("POST", path, json=batch(*pages, order(at="2026-03-03T12:00:00Z")))
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    for _ in range(3):
        page = await program.get(path, limit=2, **cursor)
        seen += [one["key"] for one in page["items"]]
        cursor = {"cursor": page["next"]}
    assert seen == ["p4", "p3", "order-1", "p2", "p1", "p0"]
    assert page["next"] is None

    async def found(**asked: str) -> list[str]:
        return [one["key"] for one in (await program.get(path, **asked))["items"]]

    assert await found(kind="order") == ["order-1"]
    assert await found(since="2026-03-03T12:00:00Z", until="2026-03-05T00:00:00Z") == ["p3", "order-1"]
    assert (await program("GET", path, params={"since": "2026-03-03T12:00:00"})).status_code == 400


WRONG = [
    (order(key=""), "key"),
    (order(kind="gift"), "kind"),
    (order(kind="custom.Ω"), "kind"),
    (order(at="1970-01-01T00:00:00Z"), "at"),
    (order(at="2999-01-01T00:00:00Z"), "at"),
    (order(at="2026-03-02T09:00:00"), "at"),
    (order(url="javascript:alert(1)"), "url"),
    (order(amount=5), "currency"),
    (order(amount=10**17, currency="KRW"), "amount"),
    (order(currency="KRW"), "amount"),
    (order(title="가" * 301), "title"),
    (order(data={"x": "y" * 2_100}), "data"),
    (order(data={"x": "\0"}), "data"),
    (order(key="a\0b"), "key"),
]


async def test_a_bad_batch_is_kept_not_at_all_and_says_what_is_wrong_with_which(program: Program, yard: Yard) -> None:
    await yard.says("hello")
    (mina,) = await customers(yard.ground.database)
    path = f"/api/v1/customers/{mina}/events"
    for wrong, field in WRONG:
        answer = await program("POST", path, json=batch(order("good"), wrong))
        assert answer.status_code == 400, wrong
        assert [one["field"] for one in answer.json()["errors"]] == [f"events[1].{field}"], wrong
    for some in (batch(), batch(*[order(f"o{n}") for n in range(1_001)]), batch(order(), source="My Shop")):
        assert (await program("POST", path, json=some)).status_code == 400
    many = await program("POST", path, json=batch(*[order(kind="gift")] * 500))
    assert len(many.json()["errors"]) == 20
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update customer set blocked_at = now()"))
    refused = (await program("POST", path, json=batch(order()))).json()
    assert "blocked" in refused["detail"]
    assert (await program.get(path))["items"] == []


async def test_a_thousand_at_once(program: Program, yard: Yard) -> None:
    await yard.says("hello")
    (mina,) = await customers(yard.ground.database)
    some = batch(*[order(f"<script>{n}\\u0000' or 1=1", title="<b>담요</b>") for n in range(1_000)])
    assert (await program.send("POST", f"/api/v1/customers/{mina}/events", json=some))["new"] == 1_000


async def test_by_address_whoever_is_not_known_becomes_a_customer(
    program: Program, administrator: Program, yard: Yard
) -> None:
    await yard.says("hello", value="mina@naver.example")
    (mina,) = await customers(yard.ground.database)
    some = batch(
        order(email=" MINA@naver.example "),
        order("order-2", phone="010-1234-5678", name="미아"),
        order("order-3", phone="+82 10 1234 5678"),
        order("order-4", account="u7", channel=yard.channel.id),
    )
    answer = await program.send("POST", "/api/v1/events", json=some)
    assert (answer["new"], answer["customers"][0]) == (4, mina)
    mia, same, other = answer["customers"][1:]
    assert mia == same != other
    person = await administrator.get(f"/api/v1/customers/{mia}")
    assert person["name"] == "미아"
    assert (await program.send("POST", "/api/v1/events", json=some))["new"] == 0
    for wrong in (
        order(),
        order(email="no address"),
        order(email="a@b.example", phone="010-1234-5678"),
        order(account="u7", channel=99),
    ):
        answer = await program("POST", "/api/v1/events", json=batch(wrong))
        assert answer.status_code == 400, wrong
        assert answer.json()["errors"][0]["field"].startswith("events[0]")


async def test_what_is_told_of_a_merged_number_goes_home_when_that_is_undone(program: Program, yard: Yard) -> None:
    await yard.says("one", value="one@naver.example")
    await yard.says("two", value="two@naver.example")
    one, two = await customers(yard.ground.database)
    async with yard.ground.database.begin() as tx:
        number = await merge(tx, SYSTEM, one, two)
    answer = await program.send("POST", f"/api/v1/customers/{two}/events", json=batch(order("hers")))
    assert answer["customers"] == [one]
    await program.send("POST", "/api/v1/events", json=batch(order("by mail", email="two@naver.example")))
    await program.send("POST", f"/api/v1/customers/{one}/events", json=batch(order("the other's")))
    page = await program.get(f"/api/v1/customers/{two}/events")
    assert (page["customer_id"], len(page["items"])) == (one, 3)
    async with yard.ground.database.begin() as tx:
        await merging.undo(tx, CONSOLE, number)
    kept = {who: (await program.get(f"/api/v1/customers/{who}/events"))["items"] for who in (one, two)}
    assert {who: sorted(row["key"] for row in rows) for who, rows in kept.items()} == {
        one: ["the other's"],
        two: ["by mail", "hers"],
    }
    async with yard.ground.database.begin() as tx:
        seen = await tx.execute(text("select customer_id, n from customer_tally where what = 'seen' order by 1"))
        assert [tuple(row) for row in seen] == [(one, 1), (two, 2)]


async def test_outside_of_the_scope_nobody_is_told_of(
    web: httpx.AsyncClient, onlooker: Program, yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    await yard.says("hello")
    (mina,) = await customers(yard.ground.database)
    assert (await onlooker("POST", f"/api/v1/customers/{mina}/events", json=batch(order()))).status_code == 403
    ben = await narrowed(web, monkeypatch, await cast.agent(yard.ground, "Ben", brands=frozenset({4242})))
    assert (await ben("POST", f"/api/v1/customers/{mina}/events", json=batch(order()))).status_code == 404
    assert (await ben("GET", f"/api/v1/customers/{mina}/events")).status_code == 404
    assert (await ben("POST", "/api/v1/events", json=batch(order(email="mina@naver.example")))).status_code == 400


async def test_one_caller_has_only_so_many_batches_under_way(
    program: Program, yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    await yard.says("hello")
    monkeypatch.setattr(AT_ONCE, "_most", 0)
    answer = await program("POST", "/api/v1/events", json=batch(order(email="mina@naver.example")))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")


async def test_notes_tags_and_a_glance(program: Program, onlooker: Program, yard: Yard) -> None:
    await yard.says("hello")
    (mina,) = await customers(yard.ground.database)
    path = f"/api/v1/customers/{mina}"
    note = await program.send("POST", f"{path}/notes", json={"text": "단골\r\n<b>"})
    assert (note["text"], note["author"]) == ("단골\n<b>", "agent program")
    again = await program.send("PUT", f"{path}/notes/{note['id']}", json={"text": "VIP"})
    assert again["edited_at"]
    for _ in range(2):
        assert (await program.send("DELETE", f"{path}/notes/{note['id']}"))["deleted_at"]
    assert (await program("PUT", f"{path}/notes/{note['id']}", json={"text": "x"})).status_code == 400
    assert (await program.get(f"{path}/notes"))["items"] == []
    assert await program.send("PUT", f"{path}/tags", json={"tags": ["b", " a  c ", "b", ""]}) == {"tags": ["a c", "b"]}
    await program.send("POST", f"{path}/events", json=batch(order(amount=39_000, currency="KRW")))
    glance = await program.get(f"{path}/glance")
    assert (glance["tags"], glance["spent"]) == (["a c", "b"], [{"currency": "KRW", "amount": 39_000}])
    assert (len(glance["weeks"]), glance["first_seen"]) == (52, "2026-03-02T00:00:00Z")
    assert (await onlooker("POST", f"{path}/notes", json={"text": "x"})).status_code == 403
    assert (await onlooker("PUT", f"{path}/tags", json={"tags": []})).status_code == 403
    assert (await program("PUT", f"{path}/tags", json={"tags": ["x"] * 51})).status_code == 200
    assert (await program("PUT", f"{path}/tags", json={"tags": [str(n) for n in range(51)]})).status_code == 400
