"""What a person's token did is hers, and names the token: in the thread, the settings' history, the log, the webhooks.

T19: nobody does something by a program and has it look as if she had sat at the desk.
"""

from __future__ import annotations

import httpx
import pytest

from madang.api.tests.conftest import Program, door
from madang.desk.tests.visitor import Visitor, join
from madang.events import log
from madang.staff.actions import create_token
from madang.staff.grants import Grant
from madang.staff.permissions import CONSOLE
from madang.tests.cast import Yard
from madang.webhooks import compose

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

SAID = "Ada (by the token “shop”)"


async def does(yard: Yard, user: str = "ada@haneul.kr") -> int:
    """Ada's token closes the conversation, makes a field and changes the customer; returns its number."""
    async with yard.ground.database.begin() as tx:
        made = await create_token(tx, CONSOLE, name="shop", role="administrator", user=user)
    transport = httpx.ASGITransport(app=door(yard.ground))  # type: ignore[arg-type]
    program = Program(httpx.AsyncClient(transport=transport, base_url="http://desk.haneul.example"), made.token)
    await program.send("POST", "/api/v1/conversations/1/closure")
    await program.send("POST", "/api/v1/customer-fields", json={"name": "size", "label": "Size", "kind": "text"})
    await program.send("PATCH", "/api/v1/customers/1", json={"company": "Namu"})
    (changed,) = (await program.get("/api/v1/customers/1/history"))["items"]
    assert (changed["by"], changed["token"]) == (("Ada", "shop") if user else ("shop", ""))
    await program.http.aclose()
    return made.id


async def test_the_thread_and_the_history_name_both(yard: Yard, hana: Visitor) -> None:
    await yard.says("언제 오나요?")
    ada = await join(yard.ground, "Ada", Grant("administrator"))
    await does(yard)
    await hana.get("/c/1")
    assert f"{SAID} closed the conversation" in hana.text
    await hana.get(f"/settings/history?actor=user:{ada}")
    assert f"{SAID} added Size" in hana.text
    assert '<option value="token:' not in hana.page
    await hana.get("/customers/1")
    assert f"{SAID} ·" in hana.text
    await hana.get("/settings/history")
    people = hana.page.partition('name="actor"')[2].partition("</select>")[0]
    assert people.count(">Ada<") == 1


async def test_the_log_and_the_webhooks_say_she_did_it_and_by_what(yard: Yard) -> None:
    await yard.says("언제 오나요?")
    ada = await join(yard.ground, "Ada", Grant("administrator"))
    number = await does(yard)
    async with yard.ground.database.begin() as tx:
        events = [one for one in await log.since(tx, 0, 100) if one.kind == "conversation.closed"]
        facts = await compose.facts(tx, events)
    (closed,) = events
    assert (closed.actor, closed.data["by_token"]) == (f"user:{ada}", number)
    told = facts.data(closed)
    assert told is not None
    assert (told.actor.name, told.actor.id, told.actor.token.name, told.actor.token.id) == ("Ada", ada, "shop", number)


async def test_a_token_of_its_own_stands_under_its_name(yard: Yard, hana: Visitor) -> None:
    await yard.says("언제 오나요?")
    await does(yard, "")
    await hana.get("/c/1")
    assert "shop closed the conversation" in hana.text
    await hana.get("/settings/history")
    assert "shop added Size" in hana.text
