"""T2: what is outside of a caller's scope does not exist, by any route; and what she does is written down as hers.

Tokens see everything today. The API asks the same scope as the desk does, so a narrower caller is tried here.
"""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select, text

from madang.api.tests.conftest import Program
from madang.conversations.models import Attachment, Message
from madang.customers.actions import merge
from madang.customers.actions.suggesting import Pair, suggest
from madang.events.record import SYSTEM
from madang.lib.pace import AtOnce
from madang.staff.permissions import CONSOLE, Viewer
from madang.tests import cast
from madang.tests.cast import Yard
from madang.webhooks.actions import Wanted, create
from madang.webhooks.targets import Target


async def narrowed(web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, viewer: Viewer) -> Program:
    async def known(_tx: object, _token: str) -> Viewer:
        return viewer

    monkeypatch.setattr("madang.api.entry.viewer_of_bearer", known)
    return Program(web, "x")


def _bodies() -> dict[str, Any]:
    """What is sent to operations that want something."""
    bodies: dict[str, Any] = {
        "sendMessage": {"text": "x"},
        "addNote": {"text": "x"},
        "assignConversation": {"id": None},
        "prioritiseConversation": {"priority": 2},
        "snoozeConversation": {"until": "2027-11-23T00:00:00Z"},
    }
    hook = {"url": "https://8.8.8.8/", "kinds": ["*"]}
    bodies |= {"changeWebhook": hook, "replayWebhook": {"since": "2026-01-01T00:00:00Z"}}
    bodies |= {
        "addCustomerNote": {"text": "x"},
        "changeCustomerNote": {"text": "y"},
        "setCustomerTags": {"tags": ["x"]},
    }
    bodies["tellCustomerEvents"] = {
        "source": "shop",
        "events": [{"key": "order-1", "kind": "order", "at": "2026-01-01T00:00:00Z"}],
    }
    bodies |= {"changeCustomer": {"name": "x"}, "mergeCustomers": {"customer": 2}}
    bodies |= {"acceptSuggestion": {}, "rejectSuggestion": {}}
    bodies |= {"changeCustomerField": {}, "setCustomerValues": {"values": {"x": "y"}}}
    bodies |= {"changeSegment": {}, "chooseColumns": {"source": "file", "targets": ["name"]}}
    bodies |= {"putDraft": {"text": "x"}, "moveScheduled": {"send_at": "2027-01-04T00:00:00Z"}}
    bodies["useMacro"] = {"key": "0b5e4d0c-4a51-4c1e-9a57-6a8a4a1f2b3c"}
    return bodies


@pytest.mark.parametrize("narrow", [{"brands": frozenset({424242})}, {"sees": "assigned"}])
async def test_nothing_outside_of_the_scope_is_there(
    web: httpx.AsyncClient, yard: Yard, monkeypatch: pytest.MonkeyPatch, narrow: dict[str, Any]
) -> None:
    await yard.says("a secret matter", name="미나")
    for number in (2, 3):
        await yard.says("a secret matter", name="김미나", value=f"mina@{number}.example")
    async with yard.ground.database.begin() as tx:
        message = (await tx.execute(select(Message.id).limit(1))).scalar_one()
        await suggest(tx, [Pair(1, 2, 0.9)])
        await merge(tx, SYSTEM, 1, 3)
        file = {"message_id": message, "key": "k" * 32, "sha256": "0" * 64, "name": "x", "mime": "image/png", "size": 1}
        await tx.execute(insert(Attachment).values(file))
        everything = Wanted(Target("https://8.8.8.8/"), ("*",))
        assert (await create(tx, CONSOLE, yard.ground.keys, everything)).id == 1
    program = await narrowed(web, monkeypatch, await cast.agent(yard.ground, "Ben", "administrator", **narrow))
    assert (await program.get("/api/v1/conversations"))["items"] == []
    assert (await program.get("/api/v1/conversations", channel="api", assignee="none"))["items"] == []
    document = (await web.get("/api/openapi.json")).json()
    bodies = _bodies()
    tried = 0
    whole = {"/api/v1/data-quality", "/api/v1/data-quality/{name}/customers"}  # of whole brands: who sees less, none
    houses = {"/api/v1/channels/{channel_id}/templates"}  # of the brand, whatever conversations one sees
    for path, item in document["paths"].items():
        refused = ({403} if path in whole else {200} if path in houses else set()) if "sees" in narrow else set()
        for method, what in item.items():
            if "{" in path:
                asked = re.sub(r"\{\w+\}", "1", path.replace("{key}", "k" * 32).replace("{message_id}", str(message)))
                answer = await program(method, asked, json=bodies.get(what["operationId"]))
                assert answer.status_code in (refused or {404}), (method, path, answer.text)
                assert "미나" not in answer.text
                tried += 1
            elif method == "get":
                answer = await program("GET", path, params={"q": "matter"} if path.endswith("/search") else {})
                assert answer.status_code in (refused or {200}), path
                assert not re.search("미나|secret matter|mina@", answer.text), path
    assert tried >= 20
    assert (await program.get("/api/v1/webhooks"))["items"] == []
    if "brands" in narrow:
        assert (await program.get("/api/v1/channels"))["items"] == []


async def test_nothing_was_written_by_whoever_may_not(
    web: httpx.AsyncClient, yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    await yard.says("hello")
    program = await narrowed(web, monkeypatch, await cast.agent(yard.ground, "Ben", sees="assigned"))
    before = await _events(yard)
    await program("POST", "/api/v1/conversations/1/messages", json={"text": "x"})
    await program("POST", "/api/v1/conversations/1/closure")
    assert await _events(yard) == before


async def test_what_a_program_does_stands_in_the_log_under_its_token(program: Program, yard: Yard) -> None:
    await yard.says("hello")
    before = len(await _events(yard))
    await program.send("POST", "/api/v1/conversations/1/messages", json={"text": "Hi."})
    await program.send("POST", "/api/v1/conversations/1/notes", json={"text": "Hm."})
    await program.send("POST", "/api/v1/conversations/1/closure")
    await program.send("DELETE", "/api/v1/conversations/1/closure")
    done = (await _events(yard))[before:]
    assert [kind for kind, _ in done] == [
        "message.queued",
        "message.noted",
        "conversation.closed",
        "conversation.reopened",
    ]
    assert len({actor for _, actor in done}) == 1
    assert done[0][1].startswith("token:")


async def _events(yard: Yard) -> list[tuple[str, str]]:
    async with yard.ground.database.begin() as tx:
        rows = await tx.execute(text("select kind, actor from event order by id"))
        return [(row.kind, row.actor) for row in rows]


async def test_a_program_that_asks_too_much_is_told_when_to_come_back(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T20."""
    monkeypatch.setattr("madang.conversations.search.queries.AT_ONCE", AtOnce(0))
    answer = await program("GET", "/api/v1/search", params={"q": "matter"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert answer.json()["title"] == "Too much at once"
