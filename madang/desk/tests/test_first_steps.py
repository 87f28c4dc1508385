"""The first steps of a house: ticked by what is so, put away for everybody, and back again."""

from __future__ import annotations

import dataclasses
import html
import re

import pytest

from madang.desk.tests.visitor import Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant


def done(visitor: Visitor) -> int:
    """How many are ticked on the page."""
    return len(re.findall(r"<li data-done", visitor.page))


async def test_a_step_is_done_by_itself(ground: Ground, hana: Visitor) -> None:
    await hana.get("/first-steps")
    before = done(hana)
    await join(ground, "Ben")
    await hana.get("/first-steps")
    assert done(hana) == before + 1


async def test_put_away_for_everybody_and_back(ground: Ground, hana: Visitor, browser: object) -> None:
    await join(ground, "Cho", Grant("administrator"))
    cho = browser()  # type: ignore[operator]
    await cho.sign_in("cho@haneul.kr")
    assert "first-steps-head" in (await cho.fetch("/first-steps/card")).text
    await hana.get("/first-steps")
    await hana.post("/first-steps/dismissal")
    assert (await cho.fetch("/first-steps/card")).text == ""
    await cho.get("/first-steps")
    assert "/first-steps/return" in html.unescape(cho.page)
    await cho.post("/first-steps/return")
    assert "first-steps-head" in (await hana.fetch("/first-steps/card")).text


async def test_only_for_who_sets_the_house_up(ada: Visitor) -> None:
    assert (await ada.get("/first-steps")).status_code == 403
    assert (await ada.post("/first-steps/dismissal")).status_code == 403


async def test_an_administrator_of_one_brand_has_all_that_opens_for_her(ground: Ground, browser: object) -> None:
    await join(ground, "Small", Grant("administrator", brands=frozenset({1})))
    small = browser()  # type: ignore[operator]
    await small.sign_in("small@haneul.kr")
    assert (await small.get("/first-steps")).status_code == 200
    assert "/settings/channels/new" in small.page
    for path in ("/settings/imports", "/settings/crm"):
        assert path not in small.page, "it does not open for her"
        await small.get("/settings")
        assert path not in small.page


async def test_the_tour_is_the_demos_and_comes_once(
    ground: Ground, ada: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await ada.fetch("/tour")).status_code == 404
    demo = dataclasses.replace(ground, settings=dataclasses.replace(ground.settings, demo_phone="http://127.0.0.1:1"))
    monkeypatch.setattr("madang.desk.views.tour.ground_of", lambda _request: demo)
    tour = (await ada.fetch("/tour")).text
    assert tour.count("<li data-at=") in range(5, 8)
    assert "Ctrl" not in tour  # a Mac has another key: the page names it
    await ada.get("/settings/account")
    kept = await ada.http.put("/preferences/tour", data={"csrf": ada.csrf, "value": '"seen"'})
    assert kept.status_code == 204
    assert (await ada.fetch("/tour")).text == ""
    assert "tour-box" in (await ada.fetch("/tour?again=true")).text
