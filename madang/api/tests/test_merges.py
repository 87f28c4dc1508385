"""Who is this, for programs: fields with their history, merges that can be undone, questions that are answered."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from madang.api.tests.conftest import Program
from madang.customers.actions.suggesting import Pair, suggest
from madang.ground import Ground
from madang.tests.cast import Yard

EVIDENCE = [{"field": "name", "level": "alike", "weight": 3.5, "one": "미나", "two": "김미나"}]


@pytest.fixture
async def two(yard: Yard) -> None:
    """Customer 1 is 미나, customer 2 김미나, and they may be one."""
    await yard.says("하나", name="미나", value="mina@naver.example")
    await yard.says("둘", name="김미나", value="mina@work.example")
    async with yard.ground.database.begin() as tx:
        await suggest(tx, [Pair(1, 2, 0.93, EVIDENCE)])


async def _events(ground: Ground) -> list[str]:
    async with ground.database.begin() as tx:
        query = text("select kind from event where kind ~ '^(customer.(un)?merged|suggestion.decided)' order by id")
        return list((await tx.execute(query)).scalars())


async def test_a_merge_is_made_once_leads_on_and_is_undone_once(program: Program, two: None, ground: Ground) -> None:
    body = {"customer": 2, "keep": {"name": "loser"}}
    made = await program.send("POST", "/api/v1/customers/1/merges", json=body)
    again = await program.send("POST", "/api/v1/customers/1/merges", json=body)
    other_way = await program.send("POST", "/api/v1/customers/2/merges", json={"customer": 1})
    assert made == again == other_way
    assert (made["winner"]["id"], made["loser"]["id"]) == (1, 2)
    assert made["choices"] == [{"field": "name", "winner": "미나", "loser": "김미나", "kept": "김미나"}]

    person = await program.get("/api/v1/customers/2")
    assert (person["id"], person["name"], person["merged_from"]) == (1, "김미나", [2])
    assert {one["value"] for one in person["addresses"]} == {"mina@naver.example", "mina@work.example"}
    (listed,) = (await program.get("/api/v1/customers/2/merges"))["items"]
    assert listed == made
    (change,) = (await program.get("/api/v1/customers/1/history"))["items"]
    assert (change["field"], change["after"], change["merge_id"]) == ("name", "김미나", made["id"])

    undone = await program.send("DELETE", f"/api/v1/merges/{made['id']}")
    assert undone["undone_at"]
    assert await program.send("DELETE", f"/api/v1/merges/{made['id']}") == undone
    assert [(await program.get(f"/api/v1/customers/{n}"))["name"] for n in (1, 2)] == ["미나", "김미나"]
    assert await _events(ground) == ["customer.merged", "customer.unmerged"]


async def test_a_question_is_accepted_once(program: Program, two: None, ground: Ground) -> None:
    (asked,) = (await program.get("/api/v1/suggestions"))["items"]
    assert (asked["reason"], asked["score"], asked["state"]) == ("match", 0.93, "open")
    assert (asked["one"]["name"], asked["two"]["name"]) == ("미나", "김미나")
    assert asked["evidence"] == EVIDENCE
    where = f"/api/v1/suggestions/{asked['id']}"
    made = await program.send("POST", f"{where}/acceptance", json={"stays": 2})
    assert (made["winner"]["id"], made["score"], made["evidence"]) == (2, 0.93, EVIDENCE)
    assert await program.send("POST", f"{where}/acceptance", json={}) == made
    refused = await program("POST", f"{where}/rejection", json={})
    assert refused.status_code == 400, "it was decided the other way"
    assert (await program.get("/api/v1/suggestions"))["items"] == []
    assert await _events(ground) == ["customer.merged", "suggestion.decided"]


async def test_a_question_is_rejected_once(program: Program, two: None) -> None:
    said = await program.send("POST", "/api/v1/suggestions/1/rejection", json={"never": True})
    assert said["state"] == "never"
    assert await program.send("POST", "/api/v1/suggestions/1/rejection", json={"never": True}) == said
    wrong = await program("POST", "/api/v1/suggestions/1/acceptance", json={"stays": 7})
    assert wrong.json()["errors"][0]["field"] == "stays"


async def test_fields_are_changed_and_remembered(program: Program, two: None) -> None:
    changed = await program.send("PATCH", "/api/v1/customers/1", json={"company": "하늘", "region": "kr"})
    assert (changed["company"], changed["region"], changed["name"]) == ("하늘", "KR", "미나")
    await program.send("PATCH", "/api/v1/customers/1", json={"company": "하늘"})
    page = await program.get("/api/v1/customers/1/history", limit=1)
    rest = await program.get("/api/v1/customers/1/history", limit=1, cursor=page["next"])
    fields = [(one["field"], one["before"], one["after"]) for one in page["items"] + rest["items"]]
    assert sorted(fields) == [("company", None, "하늘"), ("region", None, "KR")]
    assert rest["next"] is None
    bad = await program("PATCH", "/api/v1/customers/1", json={"timezone": "Mars/Olympus"})
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (400, "timezone")
    unknown = await program("PATCH", "/api/v1/customers/1", json={"blocked_at": None})
    assert unknown.status_code == 400


async def test_who_may_only_read_changes_nothing(onlooker: Program, two: None, ground: Ground) -> None:
    tries: list[tuple[str, str, Any]] = [
        ("PATCH", "/api/v1/customers/1", {"name": "x"}),
        ("POST", "/api/v1/customers/1/block", None),
        ("POST", "/api/v1/customers/1/merges", {"customer": 2}),
        ("POST", "/api/v1/suggestions/1/acceptance", {}),
        ("POST", "/api/v1/suggestions/1/rejection", {}),
        ("GET", "/api/v1/suggestions", None),
        ("DELETE", "/api/v1/merges/1", None),
    ]
    for method, path, body in tries:
        assert (await onlooker(method, path, json=body)).status_code == 403, path
    assert await _events(ground) == []


async def test_nobody_is_merged_with_herself_or_with_nobody(program: Program, two: None) -> None:
    for other, status in ((1, 400), (0, 400), (2**70, 400), (999, 404)):
        answer = await program("POST", "/api/v1/customers/1/merges", json={"customer": other})
        assert answer.status_code == status, other


async def test_blocking_is_seen(program: Program, two: None) -> None:
    assert (await program.send("POST", "/api/v1/customers/1/block"))["blocked_at"]
    assert (await program.send("DELETE", "/api/v1/customers/1/block"))["blocked_at"] is None
