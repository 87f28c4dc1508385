"""Errors say what happened and what to do: to people in a page, to programs in a line."""

from __future__ import annotations

from collections.abc import Callable

from madang.desk.tests.visitor import Visitor


async def test_an_address_that_is_nobodys_is_a_page(browser: Callable[[], Visitor]) -> None:
    stranger = browser()
    answer = await stranger.get("/nothing-here?language=ko")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>" in stranger.page
    assert 'href="/"' in stranger.page


async def test_programs_get_a_line(browser: Callable[[], Visitor]) -> None:
    answer = await browser().get("/nothing-here", accept="application/json")
    assert answer.status_code == 404
    assert answer.json()["status_code"] == 404


async def test_a_fault_of_ours_is_a_page_and_shows_nothing_of_it(hana: Visitor, monkeypatch: object) -> None:
    async def broken(*_given: object) -> None:
        raise RuntimeError("secret words of a traceback")

    monkeypatch.setattr("madang.desk.views.settings_teams.teams", broken)  # type: ignore[attr-defined]
    answer = await hana.get("/settings/teams")
    assert answer.status_code == 500
    assert "<h1>" in hana.page
    assert "secret words" not in hana.page
    assert "Try again" in hana.text


async def test_what_a_form_was_sent_to_is_no_page_to_try_again(hana: Visitor, monkeypatch: object) -> None:
    async def broken(*_given: object, **_more: object) -> None:
        raise RuntimeError("secret words of a traceback")

    await hana.get("/settings/teams")
    monkeypatch.setattr("madang.desk.views.customers.profiles.rename", broken)  # type: ignore[attr-defined]
    answer = await hana.post("/customers/1/name", name="Mia")
    assert answer.status_code == 500
    assert "To the inbox" in hana.text
    assert "Try again" not in hana.text


async def test_the_mark_is_there_for_whoever_asks_without_a_page(browser: Callable[[], Visitor]) -> None:
    answer = await browser().get("/favicon.ico")
    assert answer.status_code == 200
    assert answer.content[:4] == b"\0\0\1\0"
