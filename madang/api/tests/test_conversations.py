"""Conversations as a program meets them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from madang.api.tests.conftest import Program
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def test_a_conversation_has_the_shape_integrations_rest_on(program: Program, yard: Yard) -> None:
    await yard.says("담요가 아직 안 왔어요.", name="미나")
    answer = await program.get("/api/v1/conversations")
    assert answer["next"] is None
    (item,) = answer["items"]
    channel = {"id": yard.channel.id, "connector": "api", "name": "api channel"}
    assert item["status"] == "open"
    assert item["subject"] == "담요가 아직 안 왔어요."
    assert item["customer"]["name"] == "미나"
    assert item["channels"] == [channel]
    assert item["assignee"] is None
    assert item["unread"] == 1
    last = item["last_message"]
    assert (last["text"], last["direction"], last["channel"]) == ("담요가 아직 안 왔어요.", "in", channel)
    assert datetime.fromisoformat(last["at"]).utcoffset() is not None
    assert await program.get(f"/api/v1/conversations/{item['id']}") == item


async def test_pages_follow_each_other_without_gap_or_repeat(program: Program, yard: Yard) -> None:
    for number in range(7):
        await yard.says(f"matter {number}", name=f"Mia {number}", value=f"mia{number}@juniper.example")
    seen: list[int] = []
    cursor: dict[str, Any] = {}
    for _ in range(4):
        page = await program.get("/api/v1/conversations", limit=2, **cursor)
        seen += [item["id"] for item in page["items"]]
        cursor = {"cursor": page["next"]}
    assert page["next"] is None
    assert len(seen) == len(set(seen)) == 7
    whole = await program.get("/api/v1/conversations", limit=100)
    assert [item["id"] for item in whole["items"]] == seen


async def test_filters_narrow_and_blank_ones_do_not(program: Program, yard: Yard) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    await yard.says("one", value="one@haneul.example")
    await yard.says("two", value="two@haneul.example")
    other = await cast.channel(yard.ground, yard.brand_id)
    await yard.put(cast.message("three", value="three@haneul.example"), channel_id=other.id)
    await yard.take_in()
    one, two, three = await yard.conversations()
    await program.send("POST", f"/api/v1/conversations/{one}/closure")
    await program.send("PUT", f"/api/v1/conversations/{two}/assignee", json={"id": ada.user_id})

    async def found(**params: Any) -> set[int]:
        return {item["id"] for item in (await program.get("/api/v1/conversations", **params))["items"]}

    assert await found(status="closed") == {one}
    assert await found(status="open") == {two, three}
    assert await found(channel=str(other.id)) == {three}
    assert await found(channel="api") == {one, two, three}
    assert await found(channel="webchat") == set()
    assert await found(assignee=str(ada.user_id)) == {two}
    assert await found(assignee="none") == {one, three}
    assert await found(status="open", assignee="none", channel=str(yard.channel.id)) == set()
    assert await found(status="", channel="", assignee="", limit="", cursor="") == {one, two, three}


WRONG_PARAMETERS = [
    ("status=lost", "status"),
    ("limit=0", "limit"),
    ("limit=101", "limit"),
    ("limit=ten", "limit"),
    ("limit=99999999999999999999999", "limit"),
    ("channel=fax", "channel"),
    ("channel=999999", "channel"),
    ("assignee=me", "assignee"),
    ("assignee=Ada", "assignee"),
    ("assignee=99999999999999999999", "assignee"),
    ("assignee=%EF%BC%97", "assignee"),
    ("cursor=nonsense", "cursor"),
    ("cursor=WyIyMDI2LTAxLTAxVDAwOjAwOjAwWiJd", "cursor"),
    ("colour=red", "colour"),
    ("status=open&order_by=customer.email", "order_by"),
]


async def test_a_wrong_parameter_is_named(program: Program, yard: Yard) -> None:
    """T1 too: there is no parameter that names a column, an operator or an order."""
    for query, field in WRONG_PARAMETERS:
        answer = await program("GET", f"/api/v1/conversations?{query}")
        assert answer.status_code == 400, query
        assert answer.headers["content-type"] == "application/problem+json"
        assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_closing_and_opening_are_a_noun(program: Program, yard: Yard) -> None:
    await yard.says("hello")
    (number,) = await yard.conversations()
    closure = f"/api/v1/conversations/{number}/closure"
    assert (await program.send("POST", closure))["status"] == "closed"
    assert (await program.send("POST", closure))["status"] == "closed"
    assert (await program.send("DELETE", closure))["status"] == "open"
    assert (await program.send("DELETE", closure))["status"] == "open"


async def test_a_message_of_the_customer_opens_it_again(program: Program, yard: Yard) -> None:
    await yard.says("hello")
    (number,) = await yard.conversations()
    await program.send("POST", f"/api/v1/conversations/{number}/closure")
    await yard.says("one more thing")
    assert (await program.get(f"/api/v1/conversations/{number}"))["status"] == "open"


async def test_it_is_handed_to_a_colleague_and_back_to_nobody(program: Program, yard: Yard) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    await yard.says("hello")
    (number,) = await yard.conversations()
    assignee = f"/api/v1/conversations/{number}/assignee"
    handed = await program.send("PUT", assignee, json={"id": ada.user_id})
    assert handed["assignee"] == {"id": ada.user_id, "name": "Ada"}
    assert (await program.send("PUT", assignee, json={"id": None}))["assignee"] is None


async def test_it_is_not_handed_to_whoever_is_not_there(program: Program, yard: Yard) -> None:
    await yard.says("hello")
    (number,) = await yard.conversations()
    bodies: list[Any] = [{"id": 424242}, {"id": 2**70}, {"id": -1}, {"id": "Ada"}, {}, [], None, "x"]
    for body in [*bodies, {"id": None, "role": "administrator"}]:
        answer = await program("PUT", f"/api/v1/conversations/{number}/assignee", json=body)
        assert answer.status_code == 400, body
    assert (await program.get(f"/api/v1/conversations/{number}"))["assignee"] is None


async def test_what_is_not_there_is_404_whatever_one_asks(program: Program, yard: Yard) -> None:
    for number in ["424242", "0", "-1", str(2**63), "9" * 40, "abc", "%00", "1%2F2", "1.0"]:
        at = f"/api/v1/conversations/{number}"
        for method, path in [
            ("GET", at),
            ("POST", f"{at}/closure"),
            ("DELETE", f"{at}/closure"),
            ("GET", f"{at}/messages"),
        ]:
            answer = await program(method, path)
            assert (answer.status_code, answer.json()["status"]) == (404, 404), path
        for method, path, body in [
            ("PUT", f"{at}/assignee", {"id": None}),
            ("POST", f"{at}/messages", {"text": "x"}),
            ("POST", f"{at}/notes", {"text": "x"}),
        ]:
            assert (await program(method, path, json=body)).status_code == 404, path
