"""What is written is never lost, can be taken back, leaves when it should, and once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.people import PASSWORD, Agent, context
from tests.browser.test_desk import Shop, _faults
from tests.house import House

pytestmark = pytest.mark.browser


async def _at_work(house: House, browser: Browser, *customers: str) -> tuple[Agent, Shop]:
    """Ada, with a conversation of each customer in her list and that of the first open."""
    shop = await Shop.of(house)
    ada = Agent(house, await (await context(browser)).new_page(), "Ada")
    await ada.set_up()
    for number, name in enumerate(customers):
        await shop.says("Hello?", name, f"c{number}@naver.example")
    await ada.view("all")
    await ada.open(customers[0])
    return ada, shop


async def test_an_answer_is_undone_sent_at_once_or_later(house: House, browser: Browser) -> None:
    ada, shop = await _at_work(house, browser, "미나")
    await ada.wish("undo", "")  # as everybody has it: ten seconds
    page, box = ada.page, ada.page.locator("#composer-text")
    await box.fill("**Tomorrow**, by noon.")
    await page.keyboard.press("Control+Enter")
    await expect(ada.message("Tomorrow")).to_contain_text("Sends in")
    await expect(ada.message("Tomorrow").locator("strong")).to_have_text("Tomorrow")
    await page.get_by_role("button", name="Undo").click()
    await expect(ada.message("Tomorrow")).to_have_count(0)
    await expect(box).to_have_value("**Tomorrow**, by noon.")
    await page.keyboard.press("Control+Enter")
    await ada.message("Tomorrow").get_by_role("button", name="Send now").click()
    await expect(ada.message("Tomorrow")).to_have_attribute("data-state", "sent")
    await box.fill("Does it still fit?")
    await page.keyboard.press("Control+Shift+s")
    await page.locator("#later-words").fill("in 3 days")
    await expect(page.locator("#later-offers")).to_contain_text("Send then")
    assert await _faults(page) == []
    await page.keyboard.press("Enter")
    waits = page.locator(".later", has_text="Does it still fit?")
    await expect(waits).to_be_visible()
    await expect(ada.message("Does it still fit?")).to_have_count(0)
    await shop.says("It fits!", "미나", "c0@naver.example")
    await expect(waits).to_contain_text("has written since")
    await waits.get_by_role("button", name="Edit").click()
    await expect(waits).to_have_count(0)
    await expect(box).to_have_value("Does it still fit?")
    assert ada.errors == []


async def test_what_is_written_is_never_lost(house: House, browser: Browser) -> None:
    ada, _shop = await _at_work(house, browser, "미나", "지호")
    page, box = ada.page, ada.page.locator("#composer-text")
    await box.fill("half a sen")
    await page.reload()
    await expect(box).to_have_value("half a sen")
    await page.locator("#log-scroll").focus()
    for key in "jkjkjk":  # faster than anything is fetched
        await page.keyboard.press(key)
    await ada.open("지호")
    await expect(box).to_have_value("")
    await box.fill("for 지호")
    await ada.open("미나")
    await expect(box).to_have_value("half a sen")
    await house.kill("web")
    await box.fill("half a sentence")
    await house.ready()
    await page.reload()
    await expect(box).to_have_value("half a sentence")
    await page.context.clear_cookies()
    await box.fill("half a sentence, signed out")
    await page.keyboard.press("Control+Enter")
    await expect(ada.message("signed out")).to_contain_text("Waits for the connection")
    await page.get_by_role("button", name="Sign in").click()
    await page.fill("[name=email]", ada.email)
    await page.fill("[name=password]", PASSWORD)
    await page.click("form [type=submit]")
    await ada.view("all")
    await ada.open("미나")
    await expect(ada.message("half a sentence, signed out")).to_have_count(1)
    await expect(ada.message("signed out")).to_have_attribute("data-state", "sent")
    await ada.open("지호")
    await expect(box).to_have_value("for 지호")


async def test_written_without_a_network_it_arrives_once_and_in_order(house: House, browser: Browser) -> None:
    ada, _shop = await _at_work(house, browser, "미나")
    page = ada.page
    await page.route("**/c/*/messages", lambda route: route.abort())
    for words in ("first", "second", "third"):
        await ada.answer(words)
        await expect(ada.message(words)).to_contain_text("Waits for the connection")
    await page.unroute("**/c/*/messages")
    await page.reload()
    for words in ("first", "second", "third"):
        await expect(ada.message(words)).to_have_attribute("data-state", "sent")
    await page.reload()
    said = await page.locator("#log .msg[data-kind=out] .bubble").all_inner_texts()
    assert [one.strip() for one in said] == ["first", "second", "third"]
    assert ada.errors == []


async def test_two_tabs_write_and_neither_loses(house: House, browser: Browser) -> None:
    ada, _shop = await _at_work(house, browser, "미나")
    other = await (await context(browser)).new_page()
    cookies: Any = await ada.page.context.cookies()
    await other.context.add_cookies(cookies)  # another machine
    await other.goto(ada.page.url)
    async with ada.page.expect_response(lambda one: one.url.endswith("/draft")):
        await ada.page.fill("#composer-text", "from the office")
    async with other.expect_response(lambda one: one.url.endswith("/draft")):
        await other.fill("#composer-text", "from the train")
    await other.get_by_role("button", name="Use that one").click()
    await expect(other.locator("#composer-text")).to_have_value("from the office")
    await other.get_by_role("button", name="Use that one").click()
    await expect(other.locator("#composer-text")).to_have_value("from the train")
