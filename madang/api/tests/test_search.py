"""Programs search what their token may see."""

from __future__ import annotations

import httpx
import pytest

from madang.api.tests.conftest import Program
from madang.api.tests.test_scope import narrowed
from madang.conversations.search.tests.indexed import catch_up, listen
from madang.tests import cast
from madang.tests.cast import Yard


@pytest.mark.slow
async def test_a_program_finds_what_was_said_and_who_said_it(administrator: Program, yard: Yard) -> None:
    await listen(yard.ground)
    await yard.says("배송지를 바꾸고 싶어요. 주문번호는 A-20931이에요")
    await catch_up(yard.ground)
    found = await administrator.get("/api/v1/search", q="배송지 바꿔")
    one = found["conversations"][0]
    assert one["conversation"]["id"] == 1
    assert [one["excerpt"]["text"][a:b] for a, b in one["excerpt"]["marks"]] == ["배송지", "바꾸"]
    assert (found["next"], found["behind"]) == (None, 0)
    people = await administrator.get("/api/v1/search", q="미나", type="customers")
    assert people["conversations"] == []
    assert people["customers"][0]["name"]["text"] == "미나"
    for filters in ({"status": "closed"}, {"by": "us"}, {"since": "2100-01-01T00:00:00Z"}, {"brand": 99}):
        assert (await administrator.get("/api/v1/search", q="배송지", **filters))["conversations"] == []
    for filters in ({"channel": "api"}, {"assignee": "none"}, {"until": "2100-01-01T00:00:00Z"}):
        assert len((await administrator.get("/api/v1/search", q="배송지", **filters))["conversations"]) == 1


async def test_mistakes_are_named(administrator: Program) -> None:
    for wrong in ({"since": "2026-11-22T00:00:00"}, {"type": "x"}, {"by": "x"}, {"cursor": "x"}, {"limit": 999}):
        answer = await administrator("GET", "/api/v1/search", params={"q": "환불", **wrong})
        assert answer.status_code == 400, wrong


async def test_outside_of_the_scope_nothing_is_found(
    web: httpx.AsyncClient, yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T2: neither words nor names nor addresses lead out of it."""
    await listen(yard.ground)
    await yard.says("환불은 언제 되나요?")
    await catch_up(yard.ground)
    ben = await cast.agent(yard.ground, "Ben", brands=frozenset({424242}))
    program = await narrowed(web, monkeypatch, ben)
    for asked in ("환불", "미나", "mina@naver.example"):
        found = await program.get("/api/v1/search", q=asked)
        assert (found["conversations"], found["customers"]) == ([], [])
