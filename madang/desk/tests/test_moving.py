"""Messages that stand in the wrong conversation are moved at the desk and back; never past what she sees (T4)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from madang.desk.tests.visitor import SCRIPT, Visitor, join
from madang.staff.grants import Grant
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def _two(yard: Yard) -> list[int]:
    """Three messages of 미나 in conversation 1, and a closed one beside it."""
    for words in ("담요 환불", "그리고 텐트는", "언제 와요?"):
        await yard.says(words)
    async with yard.ground.database.begin() as tx:
        await tx.execute(
            text("""insert into conversation (brand_id, customer_id, subject, status)
            select brand_id, customer_id, '지난 주문', 'closed' from conversation where id = 1""")
        )
        return list((await tx.execute(text("select id from message order by id"))).scalars())


async def _send(who: Visitor, method: str, path: str, **fields: Any) -> tuple[int, Any]:
    headers = SCRIPT | {"x-csrf-token": who.csrf}
    answer = await who.http.request(method, path, data=fields, headers=headers)
    return answer.status_code, json.loads(answer.text) if answer.text else None


async def _where(yard: Yard) -> list[int]:
    async with yard.ground.database.begin() as tx:
        return list((await tx.execute(text("select conversation_id from message order by id"))).scalars())


async def test_moved_and_moved_back(yard: Yard, ada: Visitor) -> None:
    ids = await _two(yard)
    await ada.fetch("/c/1/destinations")
    assert "지난 주문" in ada.text
    await ada.get("/c/1")
    assert ada.page.count("data-pick ") == 3
    status, made = await _send(ada, "POST", "/c/1/moves", message=[str(ids[1]), str(ids[2])], to="2")
    assert (status, made["conversation"]) == (200, 2)
    assert await _where(yard) == [1, 2, 2]
    await ada.get("/c/2")
    assert "그리고 텐트는" in ada.text
    assert "Ada moved 2 messages here" in ada.text
    await ada.get("/c/1")
    assert "Ada moved 2 messages to another conversation" in ada.text
    assert 'data-cid="2">See the other' in ada.page
    assert (await _send(ada, "DELETE", f"/movings/{made['moving']}"))[0] == 204
    assert await _where(yard) == [1, 1, 1]


async def test_split_into_a_new_one_and_undone(yard: Yard, ada: Visitor) -> None:
    ids = await _two(yard)
    await ada.get("/c/1")
    status, made = await _send(ada, "POST", "/c/1/splits", message=[str(ids[2])])
    assert status == 200
    assert await _where(yard) == [1, 1, made["conversation"]]
    await _send(ada, "DELETE", f"/movings/{made['moving']}")
    assert await _where(yard) == [1, 1, 1]


async def test_what_cannot_be_moved_says_so(yard: Yard, ada: Visitor) -> None:
    ids = await _two(yard)
    await ada.get("/c/1")
    for fields in ({"message": [str(ids[0])]}, {"message": [], "to": "2"}, {"message": ["x"], "to": "2"}):
        status, said = await _send(ada, "POST", "/c/1/moves", **fields)
        assert (status, bool(said["message"])) == (400, True)
    assert (await _send(ada, "POST", "/c/1/splits", message=[str(one) for one in ids]))[0] == 400
    assert await _where(yard) == [1, 1, 1]


async def test_who_may_not_neither_sees_the_boxes_nor_moves(yard: Yard, ada: Visitor, browser: Any) -> None:
    ids = await _two(yard)
    await ada.get("/c/1")
    for name, grant, status in (("Vera", Grant("viewer"), 403), ("Ben", Grant(sees="assigned"), 404)):
        await join(yard.ground, name, grant)
        other = browser()
        await other.sign_in(f"{name.lower()}@haneul.kr")
        await other.get("/c/1")
        assert "data-pick " not in other.page
        assert (await _send(other, "POST", "/c/1/moves", message=[str(ids[0])], to="2"))[0] == status
        assert (await other.fetch("/c/1/destinations")).status_code == status
    assert await _where(yard) == [1, 1, 1]


async def test_a_search_finds_the_right_one_of_many(yard: Yard, ada: Visitor) -> None:
    await _two(yard)
    await ada.fetch("/c/1/destinations?q=지난")
    assert "지난 주문" in ada.text
    await ada.fetch("/c/1/destinations?q=nothing like it")
    assert "No such conversation of this customer was found." in ada.text


async def test_one_of_very_many_is_found_by_its_subject_its_words_and_its_number(yard: Yard, ada: Visitor) -> None:
    await _two(yard)
    more = text("""insert into conversation (brand_id, customer_id, subject, status, last_at)
      select brand_id, customer_id, '주문 ' || n || '번', 'closed', now() - n * interval '1 day'
      from conversation, generate_series(1, 40) n where conversation.id = 1""")
    said = text("""insert into message (conversation_id, direction, text, at)
      select id, 'in', '주전자 손잡이', now() from conversation where subject = '주문 40번'
      returning conversation_id""")
    async with yard.ground.database.begin() as tx:
        await tx.execute(more)
        oldest = (await tx.execute(said)).scalar_one()
    await ada.fetch("/c/1/destinations")
    assert (ada.page.count("data-to="), f'data-to="{oldest}"' in ada.page) == (20, False)
    for asked, first in (
        ("주문 40번", oldest),
        ("주전자손잡이", oldest),
        (f"%23{oldest}", oldest),
        (str(oldest), oldest),
    ):
        await ada.fetch(f"/c/1/destinations?q={asked}")
        assert ada.page.split('data-to="')[1].startswith(f'{first}"'), asked
    for nothing in ("%231", "%2399999", "%23" + "9" * 40):
        await ada.fetch(f"/c/1/destinations?q={nothing}")
        assert "No such conversation of this customer was found." in ada.text
    await yard.says("주전자 손잡이", name="Mia", value="mia@mail.example")
    await ada.fetch("/c/1/destinations?q=주전자")
    assert ada.page.count("data-to=") == 1, "another customer's are not hers"


async def test_earlier_words_can_be_read(yard: Yard, ada: Visitor) -> None:
    await yard.says("부산으로 보내 주세요")
    async with yard.ground.database.begin() as tx:
        number = await tx.scalar(text("update message set text = '서울로', edited_at = now() returning id"))
        await tx.execute(
            text("insert into message_version (message_id, at, text) values (:id, now(), '부산으로 보내 주세요')"),
            {"id": number},
        )
    await ada.fetch(f"/messages/{number}/versions")
    assert "부산으로 보내 주세요" in ada.text
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update message set deleted_at = now()"))
    assert (await ada.fetch(f"/messages/{number}/versions")).status_code == 404


async def test_a_link_to_elsewhere_stands_as_a_code(yard: Yard, ada: Visitor) -> None:
    await yard.says("hello")
    await ada.get("/c/1")
    answer = await ada.http.post("/c/1/carry", headers=SCRIPT | {"x-csrf-token": ada.csrf})
    assert answer.status_code == 200
    assert 'src="data:image/svg+xml' in answer.text
    assert f'data-copy="{yard.ground.settings.public_url}/go/' in answer.text


async def test_nothing_goes_where_she_does_not_see(yard: Yard, ada: Visitor, browser: Any) -> None:
    """T4: Ben sees the matter that is his. The other one of the same customer is Ada's."""
    ids = await _two(yard)
    ben_id = await join(yard.ground, "Ben", Grant(sees="assigned"))
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update conversation set assignee_id = :ben where id = 1"), {"ben": ben_id})
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    await ben.get("/c/1")
    assert (await _send(ben, "POST", "/c/1/moves", message=[str(ids[0])], to="2"))[0] == 404
    await ben.fetch("/c/1/destinations")
    assert "지난 주문" not in ben.text
    await ada.get("/c/1")
    made = (await _send(ada, "POST", "/c/1/moves", message=[str(ids[0])], to="2"))[1]["moving"]
    await ben.get("/c/1")
    assert (await _send(ben, "DELETE", f"/movings/{made}"))[0] == 404
    assert await _where(yard) == [2, 1, 1]


async def test_a_link_to_a_message_leads_to_where_it_is_now(
    yard: Yard, ada: Visitor, browser: Any, caplog: pytest.LogCaptureFixture
) -> None:
    ids = await _two(yard)
    ben_id = await join(yard.ground, "Ben", Grant(sees="assigned"))
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update conversation set assignee_id = :ben where id = 1"), {"ben": ben_id})
    await ada.get("/c/1")
    await _send(ada, "POST", "/c/1/moves", message=[str(ids[1])], to="2")
    answer = await ada.get(f"/c/1?view=all&m={ids[1]}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/c/2?view=all&m={ids[1]}")
    assert "failed" not in caplog.text, "to be led elsewhere is no fault"
    for path, found in ((f"/c/2?m={ids[1]}", ids[1]), (f"/c/1?m={ids[0]}", ids[0]), ("/c/1?m=999", "gone")):
        await ada.get(path)
        assert f'data-hit="{found}"' in ada.page
    for odd in ("", "?m=", "?m=x", "?m=-1", "?m=" + "9" * 30):
        await ada.get(f"/c/1{odd}")
        assert 'data-hit=""' in ada.page
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    await ben.get(f"/c/1?m={ids[1]}")  # T4: of the other conversation he learns nothing
    assert 'data-hit="gone"' in ben.page
    async with yard.ground.database.begin() as tx:
        await tx.execute(
            text("update conversation set assignee_id = case id when 2 then cast(:b as bigint) end"), {"b": ben_id}
        )
    assert (await ben.get("/c/1")).status_code == 404
    assert (await ben.get(f"/c/1?m={ids[1]}")).headers["location"] == f"/c/2?m={ids[1]}"


async def test_what_she_writes_next_belongs_here(yard: Yard, ada: Visitor) -> None:
    await yard.says("hello")
    for method, keeps in (("PUT", True), ("PUT", True), ("DELETE", False)):
        await ada.get("/c/1")
        assert (await _send(ada, method, "/c/1/keeping"))[0] == 204
        await ada.get("/c/1")
        pressed = ada.page.split('data-act="keep" aria-pressed="')[1]
        assert pressed.startswith(str(keeps).lower())
    assert "Ada: what the customer writes next belongs here" in ada.text
