"""Answers that wait, and drafts, as programs meet them: made once, moved, taken back, never somebody else's (T2)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from madang.api.tests.conftest import Program
from madang.conversations import actions, drafts
from madang.conversations.actions import later
from madang.conversations.scheduling import Later
from madang.staff.actions import create_token
from madang.staff.permissions import CONSOLE, NotPermitted, Role, Viewer
from madang.tests import cast
from madang.tests.cast import Yard

HERE = "/api/v1/conversations/1"


def at(**more: float) -> str:
    return (datetime.now(UTC) + timedelta(**more)).isoformat()


async def speaks_for(web: httpx.AsyncClient, yard: Yard, who: Viewer, role: Role = "administrator") -> Program:
    async with yard.ground.database.begin() as tx:
        return Program(web, (await create_token(tx, CONSOLE, name="hers", role=role, user=who.email)).token)


async def _run(yard: Yard, query: str) -> list[Any]:
    async with yard.ground.database.begin() as tx:
        return list((await tx.execute(text(query))).all())


@pytest.fixture
async def key(yard: Yard, program: Program) -> str:
    """Of an answer that waits in conversation 1."""
    await yard.says("언제 오나요?")
    body = {"text": "월요일에 보내요.", "send_at": at(days=2), "hold_on_news": True}
    head = {"Idempotency-Key": "monday"}
    made = await program.send("POST", f"{HERE}/messages", json=body, headers=head)
    again = await program.send("POST", f"{HERE}/messages", json=body, headers=head)
    assert (made["id"], made["scheduled"], made["state"]) == (again["id"], again["scheduled"], "queued")
    return str(made["scheduled"])


async def test_an_answer_waits_once_is_moved_and_goes_once(program: Program, yard: Yard, key: str) -> None:
    (one,) = (await program.get(f"{HERE}/scheduled"))["items"]
    assert (one["key"], one["text"], one["state"], one["customer"]) == (key, "월요일에 보내요.", "waiting", "미나")
    moved = await program.send("PUT", f"{HERE}/scheduled/{key}", json={"send_at": "2027-01-04T09:00:00+09:00"})
    assert (moved["send_at"], moved["hold_on_news"]) == ("2027-01-04T00:00:00Z", True)
    assert [one["text"] for one in (await program.get(f"{HERE}/messages"))["items"]] == ["언제 오나요?"]
    await yard.says("여보세요?")
    await _run(yard, "update scheduled set at = now() - interval '1 second' returning 1")
    await later.go(yard.ground)
    held = await program.get(f"{HERE}/scheduled/{key}")
    assert (held["state"], held["customer_wrote"]) == ("held", True)
    sent = await program.send("POST", f"{HERE}/scheduled/{key}/departure")
    assert (sent["text"], sent["send_at"], sent["scheduled"]) == ("월요일에 보내요.", None, None)
    for method, path in (("POST", "/departure"), ("DELETE", ""), ("GET", "")):
        assert (await program(method, f"{HERE}/scheduled/{key}{path}")).status_code == 404
    body = {"text": "월요일에 보내요.", "send_at": at(days=-1)}
    again = await program.send("POST", f"{HERE}/messages", json=body, headers={"Idempotency-Key": "monday"})
    assert again["id"] == sent["id"], "the moment has been, and it is a repeat all the same"
    assert await _run(yard, "select count(*) from outbox") == [(1,)]


async def test_what_waits_is_listed_by_author_page_by_page(
    program: Program, yard: Yard, key: str, web: httpx.AsyncClient
) -> None:
    ada = await cast.agent(yard.ground)
    async with yard.ground.database.begin() as tx:
        for hours in (3, 1, 2):
            when = Later(datetime.now(UTC) + timedelta(hours=hours))
            await actions.reply(tx, ada, 1, text=f"{hours}", later=when)
        await actions.reply(tx, ada, 1, text="undone in time", later=Later(when.at, undo=True))
    hers = await speaks_for(web, yard, ada)
    first = await hers.get("/api/v1/scheduled", author="me", limit=2)
    rest = await hers.get("/api/v1/scheduled", author="me", limit=2, cursor=first["next"])
    assert [one["text"] for one in (*first["items"], *rest["items"])] == ["1", "2", "3"]
    assert rest["next"] is None
    assert [one["key"] for one in (await program.get("/api/v1/scheduled", author="none"))["items"]] == [key]
    assert len((await program.get("/api/v1/scheduled"))["items"]) == 4
    assert (await program("GET", "/api/v1/scheduled", params={"author": "me"})).status_code == 400


async def test_what_is_taken_back_is_a_draft_of_its_author(
    program: Program, yard: Yard, key: str, web: httpx.AsyncClient
) -> None:
    ada = await cast.agent(yard.ground)
    back = await program.send("DELETE", f"{HERE}/scheduled/{key}")
    assert (back["text"], back["draft_of"]) == ("월요일에 보내요.", None)
    repeat = {"json": {"text": "월요일에 보내요."}, "headers": {"Idempotency-Key": "monday"}}
    answer = await program("POST", f"{HERE}/messages", **repeat)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")
    name = uuid.uuid4()
    async with yard.ground.database.begin() as tx:
        when = Later(datetime.now(UTC) + timedelta(hours=1))
        await actions.reply(tx, ada, 1, text="**내일** 봐요", client_key=name, marks=True, later=when)
    back = await program.send("DELETE", f"{HERE}/scheduled/{name}")
    assert back["draft_of"] == {"id": ada.user_id, "name": "Ada"}
    async with yard.ground.database.begin() as tx:
        assert (await drafts.of(tx, ada, 1)).text == "**내일** 봐요"
    told = await _run(yard, "select kind, actor from event where kind like 'message.%scheduled' order by id")
    assert [row.kind for row in told][-1] == "message.unscheduled"
    assert all(row.actor.startswith("token:") for row in told if row.kind == "message.unscheduled")
    assert await _run(yard, "select count(*) from outbox") == [(0,)]


async def test_a_wrong_moment_is_told_by_its_field(program: Program, yard: Yard, key: str) -> None:
    messages = f"{HERE}/messages"
    for moment in (at(hours=-1), at(days=400), "2027-01-04T09:00:00", "monday", 7, at(seconds=5)):
        for method, path, body in (
            ("POST", messages, {"text": "x", "send_at": moment}),
            ("PUT", f"{HERE}/scheduled/{key}", {"send_at": moment}),
        ):
            answer = await program(method, path, json=body)
            assert answer.status_code == 400, (path, moment)
            assert "send_at" in answer.text, answer.text
    answer = await program("POST", messages, json={"text": "x", "hold_on_news": True})
    assert "send_at" in answer.json()["detail"]
    answer = await program("POST", messages, json={"text": "x", "send_at": at(days=1), "channel": 4242})
    assert answer.json()["errors"][0]["field"] == "channel"
    assert len((await program.get(f"{HERE}/scheduled"))["items"]) == 1


async def test_an_unknown_key_is_not_there_and_is_not_used_up(
    program: Program, onlooker: Program, yard: Yard, key: str
) -> None:
    other = str(uuid.uuid4())
    for wrong in (other, "x", "%00", "k" * 100):
        assert (await program("DELETE", f"{HERE}/scheduled/{wrong}")).status_code == 404
    assert await _run(yard, f"select 1 from message_key where key = '{other}'") == []
    await yard.says("hello", value="mia@juniper.example")
    assert (await program("DELETE", f"/api/v1/conversations/2/scheduled/{key}")).status_code == 404
    assert (await onlooker("DELETE", f"{HERE}/scheduled/{key}")).status_code == 403
    assert (await onlooker.get(f"{HERE}/scheduled/{key}"))["key"] == key


async def test_a_closed_conversation_stays_closed_until_then_and_after(program: Program, yard: Yard, key: str) -> None:
    await program.send("POST", f"{HERE}/closure")
    made = await program.send("POST", f"{HERE}/messages", json={"text": "일주일 뒤에", "send_at": at(days=7)})
    assert made["scheduled"]
    await program.send("POST", f"{HERE}/scheduled/{made['scheduled']}/departure")
    assert (await program.get(HERE))["status"] == "closed"


async def test_ones_own_draft_is_kept_read_and_dropped(yard: Yard, web: httpx.AsyncClient) -> None:
    await yard.says("언제 오나요?")
    ada, ben = await cast.agent(yard.ground), await cast.agent(yard.ground, "Ben")
    hers, his = await speaks_for(web, yard, ada), await speaks_for(web, yard, ben)
    assert (await hers.get("/api/v1/me"))["kind"] == "user"
    assert (await hers("GET", f"{HERE}/draft")).status_code == 404
    body = {"text": "**내일** 도착해요", "cc": ["mia@juniper.example"], "subject": "배송"}
    first = await hers.send("PUT", f"{HERE}/draft", json=body)
    assert (first["text"], first["cc"], first["kind"]) == ("**내일** 도착해요", ["mia@juniper.example"], "reply")
    assert await hers.get(f"{HERE}/draft") == first
    await his.send("PUT", f"{HERE}/draft", json={"text": "Ben was here", "kind": "note"})
    assert (await hers.get(f"{HERE}/draft"))["text"] == first["text"], "his is his"
    assert [one["text"] for one in (await his.get("/api/v1/drafts"))["items"]] == ["Ben was here"]
    newer = await hers.send("PUT", f"{HERE}/draft", json={"text": "모레 도착해요", "base": first["rev"] - 1})
    assert newer["other"] == "**내일** 도착해요", "what was written meanwhile is not lost"
    assert (await his("DELETE", f"{HERE}/draft")).status_code == 204
    assert (await hers.get(f"{HERE}/draft"))["text"] == "모레 도착해요"
    assert [(await hers("DELETE", f"{HERE}/draft")).status_code for _twice in range(2)] == [204, 204]
    assert (await hers.get("/api/v1/drafts"))["items"] == []


async def test_what_a_program_says_for_her_leaves_what_she_writes(yard: Yard, web: httpx.AsyncClient) -> None:
    await yard.says("언제 오나요?")
    ada = await cast.agent(yard.ground)
    hers = await speaks_for(web, yard, ada)
    async with yard.ground.database.begin() as tx:  # as the composer keeps it
        beside = {"to": "mina@naver.example, mia@juniper.example", "cc": ", "}
        await actions.save_draft(tx, ada, 1, "제가 알아볼게요", "reply", beside)
    await hers.send("POST", f"{HERE}/notes", json={"text": "order 7 is on its way"})
    await hers.send("POST", f"{HERE}/messages", json={"text": "접수됐어요."})
    kept = await hers.get(f"{HERE}/draft")
    assert (kept["text"], kept["to"]) == ("제가 알아볼게요", ["mina@naver.example", "mia@juniper.example"])
    assert kept["cc"] == []


async def test_files_that_wait_with_a_draft_stay(yard: Yard, web: httpx.AsyncClient) -> None:
    await yard.says("표 주세요")
    ada = await cast.agent(yard.ground)
    file = {"key": "k", "name": "표.pdf", "mime": "application/pdf", "size": 1}
    async with yard.ground.database.begin() as tx:
        await actions.save_draft(tx, ada, 1, "여기요", "reply", {"files": [file]})
    hers = await speaks_for(web, yard, ada)
    assert (await hers.send("PUT", f"{HERE}/draft", json={"text": "여기 있어요"}))["files"] == ["표.pdf"]


async def test_a_draft_is_somebodys_and_of_what_she_sees(program: Program, yard: Yard, web: httpx.AsyncClient) -> None:
    await yard.says("언제 오나요?")
    for method in ("GET", "PUT", "DELETE"):
        answer = await program(method, f"{HERE}/draft", json={"text": "x"} if method == "PUT" else None)
        assert (answer.status_code, "--user" in answer.text) == (400, True)
    narrow = await speaks_for(web, yard, await cast.agent(yard.ground, "Cho"))
    await _run(yard, "update \"user\" set sees = 'assigned' returning 1")
    assert (await narrow("PUT", f"{HERE}/draft", json={"text": "x"})).status_code == 404
    for body in ({"text": ""}, {"text": " \n"}, {"text": "\0"}, {"text": "x" * 50_001}, {"text": "x", "user": 1}):
        assert (await narrow("PUT", f"{HERE}/draft", json=body)).status_code in (400, 404)
    assert await _run(yard, "select * from draft") == []


async def test_a_token_for_a_person_is_she_and_never_more(yard: Yard, web: httpx.AsyncClient) -> None:
    """T2: her role, as it is now; it dies when she leaves; nobody makes one for somebody else."""
    await yard.says("언제 오나요?")
    ada, lead = await cast.agent(yard.ground), await cast.agent(yard.ground, "Lee", "administrator")
    hers, reader = await speaks_for(web, yard, ada), await speaks_for(web, yard, ada, "viewer")
    assert ((await hers.get("/api/v1/me"))["role"], (await reader.get("/api/v1/me"))["role"]) == ("agent", "viewer")
    assert (await reader("PUT", f"{HERE}/draft", json={"text": "x"})).status_code == 403
    async with yard.ground.database.begin() as tx:
        await create_token(tx, lead, name="mine", role="agent", user=lead.email)
        with pytest.raises(NotPermitted):
            await create_token(tx, lead, name="hers", role="agent", user=ada.email)
    made = await hers.send("POST", f"{HERE}/messages", json={"text": "네."})
    assert made["author_id"] == ada.user_id
    await _run(yard, f'update "user" set retired_at = now() where id = {ada.user_id} returning 1')
    assert (await hers("GET", "/api/v1/me")).status_code == 401
