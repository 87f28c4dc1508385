"""What is written is never lost, can be taken back, leaves when it should, and once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import text

from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.people import PASSWORD, Agent, context
from tests.browser.shop import Shop
from tests.house import House

pytestmark = pytest.mark.browser


async def test_an_answer_is_undone_or_sent_at_once(office: Office) -> None:
    ada = await office.at_work("미나")
    await ada.wish("undo", "")  # as everybody has it: ten seconds
    page, box = ada.page, ada.page.locator("#composer-text")
    await expect(ada.row("미나")).to_contain_text("Hello?")
    await box.fill("**Tomorrow**, by noon.")
    await page.keyboard.press("Control+Enter")
    await expect(ada.message("Tomorrow")).to_contain_text("Sends in")
    await expect(ada.message("Tomorrow").locator("strong")).to_have_text("Tomorrow")
    await page.locator(".tab[data-kind=note]").click()
    await box.fill("A difficult one.")
    await page.get_by_role("button", name="Undo").click()
    await expect(ada.message("Tomorrow")).to_have_count(0)
    await expect(box).to_have_value("**Tomorrow**, by noon.")  # a note is no part of an answer, and not lost
    await expect(page.locator(".tab[data-kind=reply]")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#draft-other")).to_be_visible()
    await expect(ada.row("미나")).to_contain_text("Hello?")
    await page.keyboard.press("Control+Enter")
    await ada.message("Tomorrow").get_by_role("button", name="Send now").click()
    await expect(ada.message("Tomorrow")).to_have_attribute("data-state", "sent")
    for words in ("One.", "Two."):
        await ada.answer(words)
        await expect(ada.message(words)).to_contain_text("Sends in")
    await box.press_sequentially("tow")
    await box.press("Control+z")  # the typing
    await expect(box).not_to_have_value("tow")
    await expect(ada.message("Two.")).to_be_visible()
    await box.fill("")
    await box.press("Control+z")  # what was sent last
    await expect(box).to_have_value("Two.")
    await expect(ada.message("One.")).to_be_visible()
    await box.press("Control+Shift+Enter")
    await expect(page.locator("#toasts")).to_contain_text("Sent and closed.")
    await expect(ada.row("미나")).to_have_count(0)
    await page.locator("body").press("z")
    await expect(page.locator("#head-name")).to_have_text("미나")
    await expect(box).to_have_value("Two.")
    await expect(box).to_be_focused()
    await expect(ada.row("미나")).to_have_count(1)
    assert ada.errors == []


async def test_an_answer_for_later_in_her_hours_is_changed_asked_about_and_taken_back(office: Office) -> None:
    ada = await office.at_work("미나")
    async with office.ground.database.begin() as tx:
        query = text("update customer set timezone = 'America/New_York' where id = (select max(id) from customer)")
        await tx.execute(query)
    page, box = ada.page, ada.page.locator("#composer-text")
    await box.fill("Does it still fit?")
    await page.keyboard.press("Control+Shift+s")
    asks = page.locator("#later-ask")
    await asks.uncheck()
    await page.locator("#later-words").fill("in 3 days")
    await expect(page.locator("#later-offers")).to_contain_text("Send then")
    await expect(page.locator("#later-offers")).to_contain_text("for the customer")
    assert await axe_finds(page) == []
    await page.keyboard.press("Enter")
    waits = page.locator(".later", has_text="Does it still fit?")
    await expect(waits).to_contain_text("for the customer")
    await expect(ada.message("Does it still fit?")).to_have_count(0)
    before = await waits.locator("time").get_attribute("datetime")
    await waits.get_by_role("button", name="Other time").click()
    await expect(asks).not_to_be_checked()  # as it was wished of this one
    await page.locator("#later-words").fill("in 5 days")
    await page.keyboard.press("Enter")
    await expect(waits.locator("time")).not_to_have_attribute("datetime", before or "")
    await office.says("It fits!", "미나")
    await expect(waits).to_contain_text("has written since")
    await page.route("**/messages/*", lambda route: route.abort())
    await waits.get_by_role("button", name="Edit").click()
    await expect(page.locator("#toasts")).to_contain_text("cannot be reached")  # and not that it is back
    await page.unroute("**/messages/*")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Shift+D")  # what waits anywhere, in one list
    listed = page.locator("#drafts .draft-waits")
    await expect(listed).to_contain_text("미나")
    assert await axe_finds(page) == []
    await listed.get_by_role("button", name="Edit").click()
    await expect(page.locator("#drafts")).to_be_hidden()
    await expect(waits).to_have_count(0)
    await expect(box).to_have_value("Does it still fit?")
    await page.keyboard.press("Control+Shift+s")
    await expect(asks).to_be_checked()  # and of no other
    assert ada.errors == []


async def test_sent_later_closed_or_put_away_in_korean(office: Office) -> None:
    ada = await office.at_work("미나", "지호", language="ko-KR")
    page, box = ada.page, ada.page.locator("#composer-text")
    await box.fill("내일 알려 드릴게요.")
    await page.locator("#send-more").click()
    await page.get_by_role("menuitem", name="나중에 보내기…").click()
    await page.locator("#later-words").fill("내일 오전 9시")
    await expect(page.locator("#later-offers button").first).to_contain_text("9")
    await page.keyboard.press("Enter")
    waits = page.locator(".later", has_text="내일 알려 드릴게요.")
    await waits.locator("[data-act=later-now]").click()
    await expect(ada.message("내일 알려 드릴게요.")).to_have_attribute("data-state", "sent")
    await expect(waits).to_have_count(0)
    await box.fill("다음 주에 봐요.")
    await page.keyboard.press("Control+Alt+Enter")
    await page.locator("#later-words").fill("다음 주 월요일")
    await expect(page.locator("#later-offers button")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.locator("#head-name")).to_have_text("지호")
    await expect(ada.row("미나")).to_have_count(0)
    await page.route("**/messages", lambda route: route.fulfill(status=422, json={"message": "지금은 안 돼요."}))
    await box.fill("끝났어요.")
    await page.keyboard.press("Control+Shift+Enter")  # it was refused when she is gone already
    await expect(page.locator("#toasts")).to_contain_text("지금은 안 돼요.")
    await page.unroute("**/messages")
    await page.locator("#toasts button").last.click()
    await expect(ada.message("끝났어요.")).to_have_attribute("data-state", "failed")
    await ada.message("끝났어요.").locator("[data-act=resend]").click()
    await expect(ada.row("지호")).to_have_count(0)
    async with office.ground.database.begin() as tx:
        query = text("select status, snoozed_until is not null from conversation where brand_id = :brand order by id")
        rows = await tx.execute(query, {"brand": office.brand_id})
        assert [tuple(row) for row in rows] == [("open", True), ("closed", False)]
    assert ada.errors == []


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


async def test_neither_a_killed_server_nor_a_lost_session_loses_what_is_written(house: House, browser: Browser) -> None:
    ada, _shop = await _at_work(house, browser, "미나")
    page, box = ada.page, ada.page.locator("#composer-text")
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


async def test_two_tabs_write_and_neither_loses(office: Office) -> None:
    ada = await office.at_work("미나")
    other = await (await office.room()).new_page()
    cookies: Any = await ada.page.context.cookies()
    await other.context.add_cookies(cookies)  # another machine
    await other.goto(ada.page.url)
    async with ada.page.expect_response(lambda one: one.url.endswith("/draft")):
        await ada.page.fill("#composer-text", "from the office")
    async with other.expect_response(lambda one: one.url.endswith("/draft")):
        await other.fill("#composer-text", "from the train")
    async with other.expect_response(lambda one: one.url.endswith("/draft")):
        await other.get_by_role("button", name="Use that one").click()
    await expect(other.locator("#composer-text")).to_have_value("from the office")
    await other.reload()  # her own words wait beside it still
    await expect(other.locator("#composer-text")).to_have_value("from the office")
    await other.get_by_role("button", name="Use that one").click()
    await expect(other.locator("#composer-text")).to_have_value("from the train")
