"""Answers that leave later, from the composer: undone all is as before; what waits is in one list, each her own."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from madang.conversations.actions import later
from madang.desk.tests.visitor import SCRIPT, Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

STANDS = "select status, snoozed_until, unread, keeps from conversation where id = 1"


async def _run(ground: Ground, query: str) -> list[Any]:
    async with ground.database.begin() as tx:
        return list((await tx.execute(text(query))).all())


def _moment(**more: float) -> str:
    return (datetime.now(UTC) + timedelta(**more)).isoformat()


async def _says(who: Visitor, words: str, key: str, **more: str) -> None:
    await who.get("/c/1")
    answer = await who.post("/c/1/messages", headers=_head(who), key=key, text=words, **more)
    assert answer.status_code == 200, answer.text


def _head(who: Visitor) -> dict[str, str]:
    return SCRIPT | {"x-csrf-token": who.csrf}


@pytest.mark.parametrize("then", ["snooze", "close"])
async def test_undone_within_its_seconds_it_is_snoozed_until_when_it_was(
    yard: Yard, ground: Ground, ada: Visitor, then: str
) -> None:
    await yard.says("언제 오나요?")
    await _run(ground, "update conversation set snoozed_until = now() + interval '9 days' returning 1")
    await _run(ground, "update preference set value = '30' where name = 'undo' returning 1")
    before = await _run(ground, STANDS)
    key = str(uuid.uuid4())
    await _says(ada, "내일 봐요", key, then=then, until=_moment(days=1) if then == "snooze" else "")
    assert await _run(ground, STANDS) != before
    await ada.get("/c/1")
    answer = await ada.http.request("DELETE", f"/c/1/messages/{key}", headers=_head(ada))
    assert answer.json().get("text") == "내일 봐요", answer.text
    assert await _run(ground, STANDS) == before


async def test_sent_again_after_its_moment_it_is_the_same_answer(yard: Yard, ground: Ground, ada: Visitor) -> None:
    await yard.says("언제 오나요?")
    key, moment = str(uuid.uuid4()), _moment(minutes=1)
    await _says(ada, "잘 받으셨나요?", key, later=moment)
    await _run(ground, "update scheduled set at = now() - interval '1 hour' returning 1")
    await later.go(ground)
    await _says(ada, "잘 받으셨나요?", key, later=_moment(hours=-1))  # a browser that was offline until now
    assert await _run(ground, "select count(*) from outbox") == [(1,)]


async def test_what_waits_is_in_the_list_of_its_author_alone(
    yard: Yard, ground: Ground, ada: Visitor, browser: Any
) -> None:
    await yard.says("언제 오나요?")
    assert "data-act" not in (await ada.http.get("/drafts", headers=SCRIPT)).text, "nothing waits"
    await _says(ada, "월요일에 <b>보낼게요</b>", str(uuid.uuid4()), later=_moment(days=2))
    listed = (await ada.http.get("/drafts", headers=SCRIPT)).text
    assert "월요일에 &lt;b&gt;보낼게요" in listed
    assert 'data-act="later-edit"' in listed
    await join(ground, "Ben", Grant("agent"))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    assert "보낼게요" not in (await ben.http.get("/drafts", headers=SCRIPT)).text
