"""The counter of a store (T2, T3, T7, T19): a visit is a message of the customer's conversation, and hers alone."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from madang.channels.book import Book
from madang.conversations.intake import take_in
from madang.desk.tests.visitor import Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.tests import cast
from madang.tests.cast import Yard
from madang.visits import marks

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

MESSAGES = "select m.text, m.data, m.conversation_id, m.channel_id from message m order by m.id"


async def rows(ground: Ground, sql: str, **given: Any) -> list[Any]:
    async with ground.database.begin() as tx:
        return list((await tx.execute(text(sql), given)).all())


async def counter(yard: Yard) -> int:
    made = await cast.channel(yard.ground, yard.brand_id, "store_visit", settings={"store": "성수점", "region": "KR"})
    return made.id


async def taken_in(ground: Ground) -> None:
    while await take_in(ground, Book(ground), 0):
        pass


def key_of(page: str) -> str:
    (key,) = re.findall(r'name="key" value="([0-9a-f]{32})"', page)
    return str(key)


async def written(ada: Visitor, store: int, customer: int = 0, files: Any = None, **said: str) -> httpx.Response:
    await ada.get(f"/counter/{store}/visit" + (f"?customer={customer}" if customer else ""))
    sent = {"csrf": ada.csrf, "key": key_of(ada.page), "customer": str(customer or ""), **said}
    answer = await ada.http.post(f"/counter/{store}/visits", data=sent, files=files)
    return ada._seen(answer)


async def test_a_visit_goes_into_the_conversation_she_already_has(yard: Yard, ada: Visitor) -> None:
    await yard.says("머그컵 손잡이가 깨졌어요")
    store = await counter(yard)
    ((mina,),) = await rows(yard.ground, "select id from customer")
    photo = [("files", ("컵.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "image/png"))]
    said: Any = {
        "came_for": "교환하러 오셨어요",
        "done": "새 것으로 드림",
        "orders": "A-1, A-2",
        "next_time": "쿠폰 드리기",
    }
    assert (await written(ada, store, mina, photo, **said)).status_code == 303
    await taken_in(yard.ground)
    first, second = await rows(yard.ground, MESSAGES)
    assert second.conversation_id == first.conversation_id
    assert second.text == "교환하러 오셨어요\n\n✓ 새 것으로 드림"
    assert second.data["author"] == "Ada"
    assert second.data["orders"] == ["A-1", "A-2"]
    assert [tuple(one) for one in await rows(yard.ground, "select name, mime from attachment")] == [
        ("컵.png", "image/png")
    ]
    events = await rows(yard.ground, "select kind, actor, customer_id from event where kind like 'visit.%' order by id")
    assert [one.kind for one in events] == ["visit.recorded", "visit.noted"]
    assert {(one.actor.split(":")[0], one.customer_id) for one in events} == {("user", mina)}
    assert len(await rows(yard.ground, "select 1 from customer")) == 1

    page = await ada.get(f"/counter/{store}/visit?customer={mina}")
    assert "쿠폰 드리기" in page.text
    (note,) = re.findall(rf"/counter/{store}/notes/(\d+)/done", page.text)
    await ada.post(f"/counter/{store}/notes/{note}/done")
    assert "쿠폰 드리기" not in (await ada.get(f"/counter/{store}/visit?customer={mina}&seen_to={note}")).text
    await ada.post(f"/counter/{store}/notes/{note}/reversal")
    assert "쿠폰 드리기" in (await ada.get(f"/counter/{store}/visit?customer={mina}")).text


async def test_the_same_form_twice_is_one_visit(yard: Yard, ada: Visitor) -> None:
    await yard.says("안녕하세요")
    store = await counter(yard)
    ((mina,),) = await rows(yard.ground, "select id from customer")
    await ada.get(f"/counter/{store}/visit?customer={mina}")
    sent = {"csrf": ada.csrf, "key": key_of(ada.page), "customer": str(mina), "came_for": "수리", "next_time": "전화"}
    for _ in range(2):
        assert (await ada.http.post(f"/counter/{store}/visits", data=sent)).status_code == 303
    await taken_in(yard.ground)
    assert len(await rows(yard.ground, MESSAGES)) == 2
    assert len(await rows(yard.ground, "select 1 from visit_note")) == 1


async def test_somebody_new_is_made_with_a_number_that_is_only_said_and_found_again(yard: Yard, ada: Visitor) -> None:
    store = await counter(yard)
    said: Any = {"name": "Mia", "phone": "010-2222-3333", "came_for": "tent", "next_time": "call her"}
    answer = await written(ada, store, **said)
    assert answer.status_code == 303
    await taken_in(yard.ground)
    ((mia, name),) = await rows(yard.ground, "select id, name from customer")
    assert (name, answer.headers["location"]) == ("Mia", f"/counter/{store}?saved={mia}")
    assert [tuple(one) for one in await rows(yard.ground, "select kind, value from claim")] == [
        ("phone", "+821022223333")
    ]
    assert "call her" in (await ada.get(f"/counter/{store}/visit?customer={mia}")).text
    async with yard.ground.database.begin() as tx:
        from madang.conversations.search import reactions

        await reactions.index_people(tx, await _events(tx))
    again = await written(ada, store, name="Mia K", phone="010 2222 3333", came_for="tent again")
    assert again.status_code == 400
    assert f"?customer={mia}" in ada.page
    assert "tent again" in ada.page


async def _events(tx: Any) -> Any:
    from madang.events import log

    ids = [row[0] for row in await tx.execute(text("select id from event order by id"))]
    return await log.by_id(tx, ids)


async def test_what_is_wrong_is_said_and_nothing_is_lost(yard: Yard, ada: Visitor) -> None:
    store = await counter(yard)
    said: Any
    for said, field in (
        ({"name": "Mia", "done": "kept"}, "came_for"),
        ({"came_for": "kept"}, "name"),
        ({"name": "Mia", "phone": "call me", "came_for": "kept"}, "phone"),
        ({"name": "Mia", "came_for": "kept", "done": "x" * 5001}, "done"),
    ):
        assert (await written(ada, store, **said)).status_code == 400
        assert f'id="h-{field}" data-tone="bad"' in ada.page, field
        assert "kept" in ada.page
    limits = dict(re.findall(r'name="(\w+)"[^>]*maxlength="(\d+)"', ada.page))
    assert {limits.get(name) for name in ("came_for", "done", "next_time")} == {"5000"}, "she is stopped as she types"
    empty = [("files", ("photo.png", b"", "image/png"))]
    assert (await written(ada, store, files=empty, name="Mia", came_for="kept")).status_code == 400
    assert re.search(r'id="f-files"[^>]*aria-invalid="true"[^>]*aria-describedby="h-files"', ada.page)
    assert await rows(yard.ground, "select 1 from envelope") == []


async def test_another_store_is_offered_where_there_is_one(yard: Yard, ada: Visitor) -> None:
    store = await counter(yard)
    assert "Another store" not in (await ada.get(f"/counter/{store}")).text, "it would lead back here"
    await counter(yard)
    assert "Another store" in (await ada.get(f"/counter/{store}")).text


async def test_her_qr_opens_her_visit_and_no_other_code_does(yard: Yard, ada: Visitor) -> None:
    await yard.says("안녕하세요")
    store = await counter(yard)
    ((mina,),) = await rows(yard.ground, "select id from customer")
    code = marks.token(yard.ground.keys, mina)
    picture = await ada.get(f"/customers/{mina}/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in picture.headers["content-security-policy"]
    for path in (f"/counter/c/{code}", f"/counter/{store}?q=https://x.example/counter/c/{code}"):
        answer = await ada.get(path)
        assert answer.headers["location"].endswith(f"customer={mina}"), path
    for wrong in (code[:-1] + "x", f"{mina}", code.replace("-", "_")):
        assert (await ada.get(f"/counter/c/{wrong}")).status_code == 404
    assert marks.read(yard.ground.keys, marks.token(yard.ground.keys, 2**40)) == 2**40


@pytest.mark.parametrize("role", ["viewer", "agent"])
async def test_who_may_not_answer_or_does_not_see_her_writes_nothing(
    yard: Yard, ground: Ground, browser: Any, role: Any
) -> None:
    """A viewer, and an agent of another brand who guesses numbers (T2, T3)."""
    await yard.says("비밀이에요")
    store = await counter(yard)
    ((mina,),) = await rows(ground, "select id from customer")
    brands = None if role == "viewer" else frozenset({await cast.brand(ground, "Juniper")})
    await join(ground, "Ben", Grant(role, brands=brands))
    ben: Visitor = browser()
    await ben.sign_in("ben@haneul.kr")
    own = (await cast.channel(ground, min(brands), "store_visit", settings={"store": "J"})).id if brands else store
    refused = 403 if role == "viewer" else 404
    for path in (f"/counter/{store}", f"/counter/{own}/visit?customer={mina}"):
        assert (await ben.get(path)).status_code == refused, path
    said = {"key": "0" * 32, "customer": str(mina), "came_for": "mine"}
    for channel in {store, own}:
        assert (await ben.post(f"/counter/{channel}/visits", **said)).status_code == refused
    assert len(await rows(ground, "select 1 from envelope")) == 1
