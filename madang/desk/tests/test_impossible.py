"""What no row can have names nothing: no fault of ours, no line of SQL in an answer or in the log (T18)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from madang.conversations import queries
from madang.desk.tests.visitor import SCRIPT, Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.tests.cast import Yard

HUGE = "9" * 20


@pytest.mark.parametrize(
    "path",
    [
        f"/c/{HUGE}",
        f"/c/{HUGE}/pane",
        f"/c/1/older?before={HUGE}",
        f"/messages/{HUGE}/mail",
        "/files/%00",
        "/list?q=%00",
    ],
)
async def test_a_number_or_character_beyond_the_database_is_not_here(yard: Yard, ada: Visitor, path: str) -> None:
    await yard.says("hello")
    assert (await ada.fetch(path)).status_code in (200, 404)


async def test_a_sign_in_with_nul_is_a_wrong_one(browser: Callable[[], Visitor]) -> None:
    answer = await browser().http.post("/signin", data={"email": "ada\x00@haneul.kr", "password": "\x00"})
    assert answer.status_code == 400


async def test_a_fault_of_ours_stays_one(ada: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_given: object, **_more: object) -> None:
        raise OperationalError("select", {}, Exception("the database went away"))

    monkeypatch.setattr(queries, "one", fail)
    answer = await ada.fetch("/c/1/around")
    assert answer.status_code == 500
    assert "went away" not in answer.text


async def test_errors_of_the_database_do_not_repeat_what_people_wrote(ground: Ground) -> None:
    with pytest.raises(Exception, match="invalid byte sequence") as caught:
        async with ground.database.begin() as tx:
            await tx.execute(text("select cast(:words as text)"), {"words": "her secret\x00"})
    assert "her secret" not in str(caught.value)


async def test_who_may_only_look_is_never_seen_typing(
    yard: Yard, ground: Ground, browser: Callable[[], Visitor]
) -> None:
    await yard.says("hello")
    await join(ground, "Vera", Grant("viewer"))
    vera = browser()
    await vera.sign_in("vera@haneul.kr")
    answer = await vera.http.post("/c/1/typing", headers=SCRIPT | {"x-csrf-token": vera.csrf})
    assert answer.status_code == 403
