"""Messages as a program meets them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from madang.api.tests.conftest import Program
from madang.channels import templates
from madang.channels.connector import KnownTemplate
from madang.tests.cast import Yard


@pytest.fixture
async def matter(yard: Yard) -> str:
    """The messages of one conversation, by path."""
    await yard.says("담요가 아직 안 왔어요.")
    (number,) = await yard.conversations()
    return f"/api/v1/conversations/{number}/messages"


async def said(program: Program, matter: str) -> list[str]:
    return [item["text"] for item in (await program.get(matter, limit=100))["items"]]


async def test_an_answer_is_queued_and_told(program: Program, yard: Yard, matter: str) -> None:
    answer = await program("POST", matter, json={"text": "내일 도착합니다."})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["text"], made["direction"], made["state"]) == ("내일 도착합니다.", "out", "queued")
    assert made["author"] == "agent program"
    assert made["channel"]["id"] == yard.channel.id
    assert await program.get(answer.headers["location"]) == made
    assert await said(program, matter) == ["담요가 아직 안 왔어요.", "내일 도착합니다."]
    conversation = await program.get(matter.removesuffix("/messages"))
    assert conversation["last_message"]["state"] == "queued"
    assert conversation["unread"] == 0


async def test_messages_come_back_page_by_page(program: Program, yard: Yard, matter: str) -> None:
    for number in range(4):
        await yard.says(f"{number}")
    newest = await program.get(matter, limit=2)
    assert [item["text"] for item in newest["items"]] == ["2", "3"]
    middle = await program.get(matter, limit=2, cursor=newest["next"])
    assert [item["text"] for item in middle["items"]] == ["0", "1"]
    first = await program.get(matter, limit=2, cursor=middle["next"])
    assert [item["text"] for item in first["items"]] == ["담요가 아직 안 왔어요."]
    assert first["next"] is None


async def test_a_note_stays_among_colleagues(program: Program, yard: Yard, matter: str) -> None:
    note = await program.send("POST", matter.replace("/messages", "/notes"), json={"text": "Ben knows her."})
    assert (note["direction"], note["channel"], note["state"]) == ("note", None, None)
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(text("select count(*) from outbox"))).scalar_one() == 0


async def test_the_same_key_is_the_same_message(program: Program, matter: str) -> None:
    key = {"Idempotency-Key": "order 7, shipped"}
    first = await program.send("POST", matter, json={"text": "Shipped."}, headers=key)
    again = await program.send("POST", matter, json={"text": "Shipped.\n"}, headers=key)
    quoted = await program.send(
        "POST", matter, json={"text": "Shipped."}, headers={"Idempotency-Key": '"order 7, shipped"'}
    )
    assert first["id"] == again["id"] == quoted["id"]
    assert (await said(program, matter)).count("Shipped.") == 1


async def test_the_same_key_at_the_same_moment_is_the_same_message(program: Program, matter: str) -> None:
    key = {"Idempotency-Key": "k"}
    sent = [program("POST", matter, json={"text": "Once."}, headers=key) for _ in range(8)]
    answers = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await said(program, matter)).count("Once.") == 1


async def test_the_same_key_for_something_else_is_refused(program: Program, yard: Yard, matter: str) -> None:
    key = {"Idempotency-Key": "k"}
    await program.send("POST", matter, json={"text": "Shipped."}, headers=key)
    await yard.says("hello", value="mia@juniper.example")
    other = f"/api/v1/conversations/{(await yard.conversations())[1]}/messages"
    for path, body in [
        (matter, {"text": "Lost."}),
        (matter.replace("/messages", "/notes"), {"text": "Shipped."}),
        (other, {"text": "Shipped."}),
    ]:
        answer = await program("POST", path, json=body, headers=key)
        assert answer.status_code == 422, answer.text
        assert answer.json()["type"] == "/api/docs#problem-key-reused"
    assert await said(program, matter) == ["담요가 아직 안 왔어요.", "Shipped."]
    assert await said(program, other) == ["hello"]


async def test_two_programs_may_choose_the_same_key(program: Program, administrator: Program, matter: str) -> None:
    key = {"Idempotency-Key": "1"}
    one = await program.send("POST", matter, json={"text": "From one."}, headers=key)
    other = await administrator.send("POST", matter, json={"text": "From the other."}, headers=key)
    assert one["id"] != other["id"]


async def test_without_a_key_each_is_its_own(program: Program, matter: str) -> None:
    one, other = [await program.send("POST", matter, json={"text": "Hello."}) for _ in range(2)]
    assert one["id"] != other["id"]


async def test_the_channel_may_be_chosen(program: Program, yard: Yard, matter: str) -> None:
    for chosen in ("api", yard.channel.id, str(yard.channel.id)):
        made = await program.send("POST", matter, json={"text": "Hello.", "channel": chosen})
        assert made["channel"]["id"] == yard.channel.id


WRONG_BODIES: list[tuple[Any, str]] = [
    ({}, "text"),
    ({"text": ""}, "text"),
    ({"text": " \n "}, "text"),
    ({"text": "\0"}, "text"),
    ({"text": "x" * 50_001}, "text"),
    ({"text": 7}, "text"),
    ({"text": None}, "text"),
    ({"text": "x", "channel": 424242}, "channel"),
    ({"text": "x", "channel": 2**70}, "channel"),
    ({"text": "x", "channel": -1}, "channel"),
    ({"text": "x", "channel": "fax"}, "channel"),
    ({"text": "x", "channel": "9" * 30}, "channel"),
    ({"text": "x", "channel": {}}, "channel"),
]


async def test_a_wrong_body_is_told_by_field(program: Program, matter: str) -> None:
    for body, field in WRONG_BODIES:
        answer = await program("POST", matter, json=body)
        assert answer.status_code == 400, (body, answer.text)
        assert field in str(answer.json()["errors"]), answer.text
    assert len(await said(program, matter)) == 1


async def test_nothing_else_can_be_set(program: Program, matter: str) -> None:
    """T3: mass assignment."""
    for extra in ("author", "author_id", "direction", "state", "conversation_id", "at", "id", "viewer"):
        answer = await program("POST", matter, json={"text": "x", extra: 1})
        assert answer.status_code == 400, extra
        assert extra in answer.json()["detail"]
    assert len(await said(program, matter)) == 1


async def test_what_is_no_json_is_told_so(program: Program, matter: str) -> None:
    hostile = [b"", b"{", b"\xff", b"[]", b"null", b'"x"', b'{"text": "\\ud800"}', b"[" * 20_000, b'{"text":"x"} x']
    for body in hostile:
        answer = await program("POST", matter, content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400, (body[:20], answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_body_that_is_too_large_is_told_so(program: Program, matter: str) -> None:
    answer = await program("POST", matter, content=b'{"text":"' + b"x" * (1 << 20) + b'"}')
    assert answer.status_code == 413
    assert answer.json()["status"] == 413


async def test_a_key_that_is_none_is_told_so(program: Program, matter: str) -> None:
    for key in ("", " ", '""', "k" * 256):
        answer = await program("POST", matter, json={"text": "x"}, headers={"Idempotency-Key": key})
        assert answer.status_code == 400, repr(key)
    assert len(await said(program, matter)) == 1


async def test_a_message_is_only_found_in_its_own_conversation(program: Program, yard: Yard, matter: str) -> None:
    (item,) = (await program.get(matter))["items"]
    await yard.says("hello", value="mia@juniper.example")
    other = (await yard.conversations())[1]
    assert (await program("GET", f"/api/v1/conversations/{other}/messages/{item['id']}")).status_code == 404
    assert (await program("GET", f"{matter}/{item['id']}")).status_code == 200


async def test_choices_and_templates_go_with_an_answer(program: Program, yard: Yard, matter: str) -> None:
    given = {"text": "골라 주세요", "buttons": [{"label": "교환"}, {"label": "보기", "url": "https://haneul.example"}]}
    assert (await program("POST", matter, json=given)).status_code == 201
    known = KnownTemplate("t1", "배송 안내", "#{이름}님, 출발했어요.", "approved", places=("이름",))
    async with yard.ground.database.begin() as tx:
        await templates.keep(tx, yard.channel.id, [known])
        data = (await tx.execute(text("select data -> 'buttons' from message where direction = 'out'"))).scalar_one()
    assert [one["value"] for one in data] == ["교환", "보기"]
    (kept,) = (await program.get(f"/api/v1/channels/{yard.channel.id}/templates"))["items"]
    assert (kept["body"], kept["places"], kept["usable"]) == ("#{이름}님, 출발했어요.", ["이름"], True)
    by = {"channel": yard.channel.id, "template": {"id": kept["id"], "values": {"이름": "미나"}}}
    assert (await program("POST", matter, json=by)).json()["text"] == "미나님, 출발했어요."
    for wrong in (
        {**by, "template": {"id": kept["id"]}},
        {**by, "template": {"id": 999}},
        {"text": ""},
        {**given, "buttons": [{"label": "x", "url": "javascript:alert(1)"}]},
    ):
        assert (await program("POST", matter, json=wrong)).status_code in (400, 404)
