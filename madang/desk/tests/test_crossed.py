"""A colleague was quicker: nothing is sent, and what was said since comes back to be read."""

from __future__ import annotations

import re
import uuid
from typing import Any

import httpx
import pytest

from madang.desk.tests.visitor import SCRIPT, Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def _says(who: Visitor, words: str, seen: int, key: str = "", **more: Any) -> httpx.Response:
    await who.get("/c/1")
    form = {"key": key or str(uuid.uuid4()), "text": words, "seen": str(seen), **more}
    return await who.post("/c/1/messages", headers=SCRIPT | {"x-csrf-token": who.csrf}, **form)


def _newest(html: str) -> int:
    return max(int(one) for one in re.findall(r'data-id="(\d+)"', html))


async def test_who_has_not_seen_a_colleagues_answer_is_shown_it_before_hers_goes(
    yard: Yard, ground: Ground, ada: Visitor, browser: Any
) -> None:
    await yard.says("where is my coat?")
    await join(ground, "Ben", Grant("agent"))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    for agent in (ada, ben):
        await agent.get("/c/1")
    seen = _newest(ada.page)
    assert (await _says(ben, "It is at the post office.", seen)).status_code == 200
    asked = await _says(ada, "It comes <b>tomorrow</b>.", seen, key := str(uuid.uuid4()))
    assert asked.status_code == 409
    assert asked.headers["content-type"].startswith("text/html")
    assert "It is at the post office." in asked.text
    assert "data-theirs" in asked.text
    assert "It comes" not in (await ada.get("/c/1")).text
    newest = int(re.findall(r'data-newest="(\d+)"', asked.text)[0])
    for _twice in range(2):
        assert (await _says(ada, "It comes <b>tomorrow</b>.", newest, key)).status_code == 200
    assert (await ada.get("/c/1")).text.count("It comes &lt;b&gt;tomorrow&lt;/b&gt;.") >= 1
    await yard.says("thanks")  # what the customer writes meanwhile holds nobody up
    assert (await _says(ada, "You are welcome.", newest + 1)).status_code == 200
