"""A form from the page to the conversation and back (T5, T7, T8, T20, T23): nothing typed is lost, twice is once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from madang.channels.connector import Cap, Kind, Outbound, Sent
from madang.connectors.api.connector import Api
from madang.ground import Ground
from madang.portal import once
from madang.portal.forms import sending
from madang.portal.tests.rooms import Reader, Room, channel
from madang.portal.tests.site import eventually, serving
from madang.staff.attempts import Limit
from madang.tests import cast

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

ASKED = {
    "ask_name": "optional",
    "ask_email": "required",
    "ask_phone": "optional",
    "ask_orders": "optional",
    "ask_files": "optional",
    "topics": ["배송", "반품"],
    "consent": "개인정보 수집에 동의합니다.",
    "case_page": True,
    "region": "KR",
}
GOOD = {"name": "미나", "email": "mina@naver.example", "phone": "010-1234-5678", "topic": "반품", "orders": "A-1, A-2"}
GOOD |= {"text": "색이 달라요", "consent": "yes"}
SAID = "select m.text, m.subject, m.data, m.conversation_id, m.id from message m order by m.id"


@pytest.fixture
async def form(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Room]:
    monkeypatch.setattr(once, "QUICKEST", 0.0)
    brand_id = await cast.brand(ground, language="ko")
    made = await channel(ground, brand_id, "form", **ASKED)
    async with serving(ground) as (doors, url):
        room = Room(ground, doors, url, brand_id, made)
        yield room
        await room.close()


async def opened(form: Room, **more: str) -> Reader:
    reader = form.reader(**more)
    await reader.get(f"/forms/{form.key}")
    return reader


async def test_what_is_sent_becomes_a_conversation_with_its_topic_orders_and_number(form: Room) -> None:
    mina = await opened(form)
    assert (await mina.post(f"/forms/{form.key}", **GOOD)).status_code == 303
    (number,) = re.findall(r'translate="no">([A-Z0-9]{4}-[A-Z0-9]{4})<', mina.page)
    (row,) = await eventually(lambda: form.rows(SAID))
    assert (row.text, row.subject) == ("색이 달라요", f"반품 · {number}")
    assert (row.data["topic"], row.data["orders"]) == ("반품", ["A-1", "A-2"])
    assert row.data["consent"]["to"] == ASKED["consent"]
    claims = await form.rows("select kind, value from claim order by kind")
    assert [tuple(one) for one in claims] == [("email", "mina@naver.example"), ("phone", "+821012345678")]
    assert await form.rows("select 1 from identity where kind in ('email', 'phone')") == []


async def test_pressing_twice_is_once(form: Room) -> None:
    mina = await opened(form)
    page = mina.page
    await mina.post(f"/forms/{form.key}", **GOOD)
    first, mina.page = mina.page, page
    await mina.post(f"/forms/{form.key}", **GOOD)
    number = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}(?=<)")
    assert number.findall(first)[0] == number.findall(mina.page)[0]
    await eventually(lambda: form.rows(SAID))
    assert len(await form.rows("select 1 from envelope")) == 1


async def test_every_mistake_is_said_beside_its_field_and_nothing_is_lost(form: Room) -> None:
    mina = await opened(form)
    wrong = GOOD | {"email": "mina", "phone": "call me", "topic": "other", "text": "<b>안녕</b>"}
    del wrong["consent"]
    answer = await mina.post(f"/forms/{form.key}", files=[("files", ("영수증.txt", b"12,000", "text/plain"))], **wrong)
    assert answer.status_code == 400
    for name in ("email", "phone", "topic", "consent"):
        assert re.search(rf'id="h-{name}"', mina.page), name
        assert re.search(rf'id="f-{name}"[^>]*aria-invalid="true"', mina.page), name
    assert "&lt;b&gt;안녕&lt;/b&gt;</textarea>" in mina.page
    assert "<b>안녕" not in mina.page
    (kept,) = mina.kept
    await mina.post(f"/forms/{form.key}", **GOOD, kept=kept)
    await eventually(lambda: form.rows(SAID))
    ((name,),) = await form.rows("select name from attachment")
    assert name == "영수증.txt"


async def test_a_program_is_held_up_and_told_so_and_a_person_goes_on(
    form: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    mina = await opened(form)
    assert (await mina.post(f"/forms/{form.key}", **GOOD, website="https://spam.example")).status_code == 400
    assert "색이 달라요</textarea>" in mina.page
    monkeypatch.setattr(once, "QUICKEST", 60.0)
    assert (await mina.post(f"/forms/{form.key}", **GOOD)).status_code == 400
    assert "very quick" in mina.text
    monkeypatch.setattr(once, "QUICKEST", 0.0)
    monkeypatch.setattr(once, "LONGEST", -1)
    assert (await mina.post(f"/forms/{form.key}", **GOOD)).status_code == 400
    monkeypatch.setattr(once, "LONGEST", 3600)
    mina.page = mina.page.replace('name="given" value="', 'name="given" value="f')
    assert (await mina.post(f"/forms/{form.key}", **GOOD)).status_code == 400
    assert await form.rows("select 1 from envelope") == []
    assert (await mina.post(f"/forms/{form.key}", **GOOD)).status_code == 303


@pytest.mark.slow
async def test_one_address_sends_so_many_and_then_waits_with_all_she_typed(
    form: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SENT", Limit("test.form", 1, sending.SENT.window))
    await (await opened(form)).post(f"/forms/{form.key}", **GOOD)
    mina = await opened(form, language="ko")
    assert (await mina.post(f"/forms/{form.key}", **GOOD)).status_code == 429
    assert "색이 달라요</textarea>" in mina.page


async def test_the_case_page_shows_the_answer_and_takes_more(form: Room) -> None:
    ada, mina = await cast.agent(form.ground), await opened(form)
    await mina.post(f"/forms/{form.key}", **GOOD)
    case = str(mina.http.base_url) + re.findall(r'action="(/forms/[^"?]+/case/[^"?]+)"', mina.page)[0]
    (row,) = await eventually(lambda: form.rows(SAID))
    await _forget_addresses(form)
    await form.answer(ada, row.conversation_id, "바꿔 <b>드릴게요</b>")

    async def answered() -> bool:
        return "드릴게요" in await mina.get(case)

    await eventually(answered)
    assert "바꿔 &lt;b&gt;드릴게요&lt;/b&gt;" in mina.page
    await mina.post(case, text="고마워요")
    rows = await eventually(lambda: _so_many(form, 3))
    assert {row.conversation_id for row in rows} == {row.conversation_id}
    for wrong in (case[:-1] + "x", case.split(".")[0], f"/forms/{form.key}/case/{'0' * 32}.x"):
        await mina.get(wrong)
        assert mina.status == 404


async def _asked_for_a_code(form: Room, monkeypatch: pytest.MonkeyPatch) -> tuple[Reader, str, str]:
    """Who has sent the form and asked for a code; her case's address, and the code."""
    sent: list[Outbound] = []

    async def send(_self: Api, out: Outbound) -> Sent:
        sent.append(out)
        return Sent(out.key)

    monkeypatch.setattr(Api, "caps", Api.caps | Cap.VERIFY)
    monkeypatch.setattr(Api, "identity", Kind.EMAIL)
    monkeypatch.setattr(Api, "send", send)
    await cast.channel(form.ground, form.brand_id)
    async with form.ground.database.begin() as tx:
        await tx.execute(text("update brand set ask_proof = true"))
    form.doors.book.forget()
    mina = await opened(form)
    await mina.post(f"/forms/{form.key}", **GOOD)
    case = re.findall(r'action="(/forms/[^"?]+/case/[^"?]+)"', mina.page)[0]
    await eventually(lambda: form.rows(SAID))
    await mina.get(case)
    await mina.post(f"{case}/proof")

    async def came() -> list[Outbound]:
        return sent

    (out,) = await eventually(came)
    return mina, case, re.findall(r"\d{3} ?\d{3}", out.text)[0].replace(" ", "")


async def test_the_address_she_typed_is_proven_by_a_code_on_the_cases_page(
    form: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    mina, case, code = await _asked_for_a_code(form, monkeypatch)
    assert re.search(r'name="code"[^>]*inputmode="numeric"', await mina.get(case)), "a phone shows digits"
    await mina.post(f"{case}/proof", code="000000" if code != "000000" else "111111")
    assert "This is not the code" in mina.page
    thief = form.reader()
    await thief.post(f"{case[:-1]}x/proof", code=code)
    assert thief.status == 404
    assert await form.rows("select 1 from identity where kind = 'email'") == []
    await mina.post(f"{case}/proof", code=code)
    assert "this address is yours" in mina.page
    assert await form.rows("select value from identity where kind = 'email'") == [("mina@naver.example",)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("expires_at = now()", "This code is not valid any more. Send a new one."),
        ("expires_at = now(), sent_at = null", "The code could not be sent. Send a new one."),
    ],
)
async def test_a_code_that_is_over_or_never_went_out_is_said_to_be_so(
    form: Room, monkeypatch: pytest.MonkeyPatch, change: str, said: str
) -> None:
    mina, case, _code = await _asked_for_a_code(form, monkeypatch)
    async with form.ground.database.begin() as tx:
        await tx.execute(text(f"update challenge set {change}"))
    await mina.get(case)
    assert said in mina.text
    assert "It is valid for 10 minutes" not in mina.text
    assert 'name="code"' not in mina.page, "there is nothing to type, only a new one to ask for"


async def _forget_addresses(form: Room) -> None:
    async with form.ground.database.begin() as tx:
        await tx.execute(text("delete from claim"))


async def _so_many(form: Room, number: int) -> list[Any]:
    rows = await form.rows(SAID)
    return rows if len(rows) == number else []


async def test_a_file_of_a_case_opens_with_its_link_only(form: Room) -> None:
    mina, other = await opened(form), await opened(form)
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    await mina.post(f"/forms/{form.key}", files=[("files", ("x.svg", svg, "image/svg+xml"))], **GOOD)
    case = re.findall(r'action="(/forms/[^"?]+/case/[^"?]+)"', mina.page)[0]
    await other.post(f"/forms/{form.key}", **GOOD)
    elsewhere = re.findall(r'action="(/forms/[^"?]+/case/[^"?]+)"', other.page)[0]
    await eventually(lambda: _so_many(form, 2))
    ((key,),) = await form.rows("select key from attachment")
    answer = await mina.http.get(f"{case}/files/{key}")
    assert (answer.status_code, answer.content) == (200, svg)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"].startswith("application/octet-stream")
    assert (await mina.http.get(f"{elsewhere}/files/{key}")).status_code == 404


async def test_other_websites_show_it_only_where_the_set_up_says_so(form: Room) -> None:
    reader = form.reader()
    answer = await reader.http.get(f"/forms/{form.key}?embed=1")
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    shop = await channel(form.ground, form.brand_id, "form", **ASKED | {"origins": ["https://shop.example"]})
    answer = await reader.http.get(f"/forms/{shop.key}?embed=1")
    assert "frame-ancestors 'self' https://shop.example" in answer.headers["content-security-policy"]
    script = await reader.http.get(f"/forms/{shop.key}/embed.js")
    assert f"{form.url}/forms/{shop.key}" in script.text
    for path in ("/forms/none", "/forms/none/embed.js", f"/forms/{shop.key}/sent/<script>"):
        assert (await reader.http.get(path)).status_code == 404


@pytest.mark.slow
async def test_many_at_once_are_all_there(form: Room) -> None:
    readers = [await opened(form) for _ in range(8)]
    await asyncio.gather(*(one.post(f"/forms/{form.key}", **GOOD | {"text": f"{n}"}) for n, one in enumerate(readers)))
    rows = await eventually(lambda: _so_many(form, 8))
    assert sorted(row.text for row in rows) == [str(n) for n in range(8)]
