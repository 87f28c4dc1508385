"""Who may enter, and what each role may do (T2, T13)."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import insert

from madang.api.tests.conftest import Program
from madang.customers.models import Identity
from madang.ground import Ground
from madang.staff import queries
from madang.staff.actions import revoke_token
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard

WRONG = ["", "Bearer", "Bearer ", "Bearer %20", "Bearer x", "Basic eDp4", "bearer  ", "Token x", "Bearer \u00e9"]


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/conversations?limit=0&colour=red", "/api/v1/conversations/1"])
async def test_without_a_token_nothing_is_told(web: httpx.AsyncClient, path: str) -> None:
    """Not even whether the parameters were right."""
    for header in WRONG:
        answer = await web.get(path, headers=[(b"authorization", header.encode("latin-1"))])
        assert answer.status_code == 401, header
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["type"] == "/api/docs#problem-unauthenticated"
    assert (await web.get(path)).status_code == 401


async def test_a_token_in_the_address_or_a_cookie_is_none(web: httpx.AsyncClient, program: Program) -> None:
    for query in (f"token={program.token}", f"access_token={program.token}"):
        assert (await web.get(f"/api/v1/me?{query}")).status_code == 401
    cookie = {"cookie": f"madang_session={program.token}"}
    assert (await web.get("/api/v1/me", headers=cookie)).status_code == 401


async def test_a_revoked_token_stops_at_once(ground: Ground, program: Program) -> None:
    assert (await program("GET", "/api/v1/me")).status_code == 200
    async with ground.database.begin() as tx:
        (row,) = await queries.tokens(tx)
        await revoke_token(tx, CONSOLE, row.id)
    assert (await program("GET", "/api/v1/me")).status_code == 401


async def test_a_program_is_told_who_it_is(program: Program, onlooker: Program) -> None:
    me = await program.get("/api/v1/me")
    assert (me["kind"], me["name"], me["role"]) == ("token", "agent program", "agent")
    assert "conversation.reply" in me["may"]
    assert "conversation.reply" not in (await onlooker.get("/api/v1/me"))["may"]


async def test_an_onlooker_reads_and_changes_nothing(onlooker: Program, yard: Yard) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    await yard.says("hello")
    (number,) = await yard.conversations()
    at = f"/api/v1/conversations/{number}"
    before = await onlooker.get(at)
    for method, path, body in [
        ("POST", "messages", {"text": "x"}),
        ("POST", "notes", {"text": "x"}),
        ("POST", "closure", None),
        ("DELETE", "closure", None),
        ("PUT", "assignee", {"id": ada.user_id}),
    ]:
        answer = await onlooker(method, f"{at}/{path}", json=body)
        assert answer.status_code == 403, path
        assert answer.json()["type"] == "/api/docs#problem-not-permitted"
    assert await onlooker.get(at) == before


async def test_only_an_administrator_sees_hook_addresses(program: Program, administrator: Program, yard: Yard) -> None:
    (seen,) = (await program.get("/api/v1/channels"))["items"]
    assert seen["hook"] is None
    (seen,) = (await administrator.get("/api/v1/channels"))["items"]
    assert seen["hook"].endswith(f"/hooks/{yard.channel.key}")
    assert (seen["connector"], seen["brand"]["name"], seen["paused"]) == ("api", "Haneul", False)


async def test_no_secret_is_in_any_answer(administrator: Program, yard: Yard) -> None:
    await yard.says("hello")
    (number,) = await yard.conversations()
    for path in (
        "channels",
        "conversations",
        f"conversations/{number}",
        f"conversations/{number}/messages",
        "customers/1",
    ):
        answer = await administrator("GET", f"/api/v1/{path}")
        assert answer.status_code == 200
        assert cast.SECRET not in answer.text
        assert "secret" not in answer.text


async def test_nobody_keeps_or_shares_an_answer(program: Program) -> None:
    for path in ("/api/v1/me", "/api/v1/nothing", "/api/v1/conversations/7"):
        answer = await program("GET", path, headers={"origin": "https://evil.example"})
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in answer.headers
        assert "set-cookie" not in answer.headers


async def test_a_cookies_value_stays_with_us(program: Program, yard: Yard) -> None:
    """Whoever knows it is the visitor."""
    await yard.says("hello")
    async with yard.ground.database.begin() as tx:
        await tx.execute(
            insert(Identity).values(customer_id=1, kind="cookie", value="visitor-token", account="webchat:x")
        )
    answer = await program("GET", "/api/v1/customers/1")
    assert "visitor-token" not in answer.text
    assert ("cookie", "") in [(one["kind"], one["value"]) for one in answer.json()["addresses"]]


async def test_a_customer_that_is_not_there_is_404(program: Program, yard: Yard) -> None:
    for number in ("424242", "0", "-1", str(2**63), "x"):
        assert (await program("GET", f"/api/v1/customers/{number}")).status_code == 404


async def test_an_attachment_that_is_not_there_is_404(program: Program, yard: Yard) -> None:
    for key in ("0" * 32, "%00", "..%2F..%2Fsecret.key", "x" * 100, "%ff"):
        assert (await program("GET", f"/api/v1/attachments/{key}")).status_code == 404, key


async def test_other_methods_and_addresses_are_told_as_problems(program: Program, yard: Yard) -> None:
    for method, path, status in [
        ("PATCH", "/api/v1/conversations", 405),
        ("POST", "/api/v1/me", 405),
        ("DELETE", "/api/v1/conversations/1", 405),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v2/conversations", 404),
        ("POST", "/api/nothing", 404),
    ]:
        answer = await program(method, path)
        assert answer.status_code == status, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) == {"type", "title", "status", "detail", "instance", "errors", "request"}
        assert answer.json()["instance"] == path
