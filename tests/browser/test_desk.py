"""The desk itself: for everybody, by keyboard, through an outage."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.office import Office

pytestmark = pytest.mark.browser


async def test_the_keyboard_is_enough_even_with_hangul_on(office: Office) -> None:
    for number in range(3):
        await office.says(f"question {number}", f"Customer {number}", number)
    ada = await office.agent(view="unassigned")
    await expect(ada.page.locator("#list .row")).to_have_count(3)
    await ada.page.keyboard.press("j")
    await expect(ada.page.locator("#head-name")).to_have_text("Customer 2")
    await ada.page.evaluate(
        "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅓ', code: 'KeyJ', bubbles: true}))"
    )
    await expect(ada.page.locator("#head-name")).to_have_text("Customer 1")
    await ada.page.keyboard.press("a")
    await expect(ada.page.locator(".assign")).to_contain_text("Ada")
    await ada.page.keyboard.press("e")
    await expect(ada.row("Customer 1")).to_have_count(0)
    await office.says("one more thing", "Customer 1", 1)
    await ada.view("mine")
    await expect(ada.row("Customer 1")).to_be_visible()


async def test_what_is_sent_during_an_outage_arrives_once(office: Office) -> None:
    ada = await office.at_work("미나")
    await ada.page.route("**/c/*/messages", lambda route: route.abort())
    await ada.answer("Here I am.")
    await expect(ada.message("Here I am.")).to_contain_text("Waits for the connection")
    await ada.page.unroute("**/c/*/messages")
    await office.house.kill("web")
    await expect(ada.message("Here I am.")).to_have_attribute("data-state", "sent", timeout=30_000)
    await ada.page.reload()
    await expect(ada.message("Here I am.")).to_have_count(1)


async def test_a_second_start_finds_everything_as_it_was(alone: Office) -> None:
    ada = await alone.at_work("미나")
    await ada.answer("Hi!")
    assert await alone.house.stop() == 0
    await alone.house.start()
    await asyncio.gather(ada.page.reload(), alone.says("still there?"))
    await expect(ada.message("Hi!")).to_be_visible()
    await expect(ada.message("still there?")).to_be_visible(timeout=20_000)
