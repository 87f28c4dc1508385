"""A hostile hour: a slow line, a full browser, two tabs, another machine, a clock that is wrong. Nothing that was
written is lost, comes back after it was sent, or happens at another time than the one that was typed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, Request, Response, Route, expect
from sqlalchemy import text

from tests.browser.office import Office

pytestmark = pytest.mark.browser

# Nothing can be kept, no lock be had (plain http has none), and IndexedDB never answers.
NO_ROOM = """Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };
Object.defineProperty(Navigator.prototype, 'locks', {get() {}});
IDBFactory.prototype.open = () => ({});"""
AHEAD = "const right = Date.now; Date.now = () => right() + 90_000;"
WAITING = {"count": 3, "latest": 9, "open": [], "news": [], "volume": 0}


def _draft(one: Response) -> bool:
    return one.url.endswith("/draft")


async def _until(answers: list[Any], many: int) -> None:
    async with asyncio.timeout(20):
        while len(answers) < many:
            await asyncio.sleep(0.05)


async def test_a_browser_that_keeps_nothing_loses_no_draft(office: Office) -> None:
    ada = await office.agent()
    page, box = ada.page, ada.page.locator("#composer-text")
    await page.add_init_script(NO_ROOM)
    await page.route("**/notifications/state*", lambda route: route.fulfill(json=WAITING))
    await page.reload()
    await office.says("Hello?")
    await ada.open("미나")
    await expect(page.locator("#bell-count")).to_have_text("3")
    words = "안녕하세요, 하늘이에요. " * 700  # 70 kB on the wire: more than a request that outlives its page may have
    async with page.expect_response(_draft):
        await box.fill(words.strip())
    async with page.expect_response(_draft):
        file: Any = {"name": "표.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
        await page.locator("#attach").set_input_files(file)
    await page.reload()
    await expect(box).to_have_value(words.strip())
    await expect(page.locator("#tray .tray-file[data-done]")).to_contain_text("표.pdf")
    async with office.ground.database.begin() as tx:
        await tx.execute(text("delete from upload where name = '표.pdf'"))
    await page.reload()
    await expect(page.locator("#tray .tray-file[data-bad]")).to_contain_text("attach it again")
    assert ada.errors == []


async def test_on_a_slow_line_words_neither_cross_nor_come_back(office: Office) -> None:
    ada = await office.at_work("미나")
    page, box = ada.page, ada.page.locator("#composer-text")
    answers: list[Response] = []
    page.on("response", lambda one: answers.append(one) if _draft(one) else None)
    slow = [True]

    async def line(route: Route) -> None:
        if slow and slow.pop():
            await asyncio.sleep(1.5)
        await route.continue_()

    await page.route("**/draft", line)
    async with page.expect_request("**/draft"):
        await box.fill("one")
    await box.fill("one, two")
    await _until(answers, 2)
    await expect(page.locator("#draft-other")).to_be_hidden()
    await page.evaluate("localStorage.clear()")
    await page.reload()
    await expect(box).to_have_value("one, two")
    slow.append(True)
    async with page.expect_request("**/draft"):
        await box.fill("said once")
    await page.keyboard.press("Control+Enter")
    await expect(ada.message("said once")).to_have_attribute("data-state", "sent")
    await _until(answers, 4)  # the slow one, and that it is no draft any more
    await page.reload()
    await expect(ada.message("said once")).to_be_visible()
    await expect(box).to_have_value("")
    assert ada.errors == []


async def test_what_another_tab_or_machine_has_sent_is_no_draft_here(office: Office) -> None:
    ada = await office.at_work("미나")
    page, box = ada.page, ada.page.locator("#composer-text")
    tab = await page.context.new_page()
    cookies: Any = await page.context.cookies()
    far = await (await office.room()).new_page()
    await far.context.add_cookies(cookies)
    await tab.goto(page.url)
    async with page.expect_response(_draft):
        await box.fill("only once")
    await page.keyboard.press("Escape")
    await far.goto(page.url)
    await expect(far.locator("#composer-text")).to_have_value("only once")
    async with far.expect_response(_draft):  # now that machine has it, too
        await far.locator("#composer-text").press_sequentially("!")
        await far.keyboard.press("Backspace")
    await expect(tab.locator("#composer-text")).to_have_value("only once")
    await tab.locator("#composer-text").press("Control+Enter")
    await expect(ada.message("only once")).to_be_visible()
    await expect(box).to_have_value("")
    await far.reload()
    await expect(far.locator("#log .msg", has_text="only once")).to_be_visible()
    await expect(far.locator("#composer-text")).to_have_value("")
    async with far.expect_response(_draft):
        await far.locator("#composer-text").fill("from afar")
    await tab.locator("#composer-text").fill("from here")
    await expect(tab.locator("#draft-other")).to_be_visible()
    await tab.locator("#composer-text").press("Control+Enter")  # without a choice: the other is not lost
    await expect(ada.message("from here")).to_be_visible()
    await far.evaluate("localStorage.clear()")
    await far.reload()
    await expect(far.locator("#composer-text")).to_have_value("from afar")
    await tab.locator("#draft-other").get_by_role("button", name="Keep this one").click()
    await tab.locator("#toasts").get_by_role("button", name="Undo").click()
    await tab.locator("#draft-other").get_by_role("button", name="Use that one").click()
    await expect(tab.locator("#composer-text")).to_have_value("from afar")
    assert ada.errors == []


async def _typed(page: Page, place: str, words: str, address: str) -> None:
    """Return comes while the answer to what was typed is still on its way."""

    async def line(route: Route) -> None:
        await asyncio.sleep(0.7)
        await route.continue_()

    await page.route(address, line)
    async with page.expect_request(address):
        await page.fill(place, words)
    await page.keyboard.press("Enter")


async def test_return_takes_the_time_that_was_typed_however_late_its_answer_comes(office: Office) -> None:
    ada = await office.at_work("미나")
    page, done = ada.page, []
    day = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
    page.on("request", lambda one: done.append(one) if one.method == "POST" and "/batches" in one.url else None)
    await page.keyboard.press("h")
    await expect(page.locator("#snooze-text")).to_be_focused()
    await page.route("**/times?q=in*", lambda route: route.abort())
    await page.fill("#snooze-text", "in 5 days")
    for _ in range(2):  # still nobody knows when that is
        async with page.expect_event("requestfailed"):
            await page.keyboard.press("Enter")
        await expect(page.locator("#toasts")).not_to_be_empty()
    async with page.expect_request("**/batches") as asked:
        await _typed(page, "#snooze-text", day, "**/times?q=20*")
    assert len(done) == 1
    assert day in str((await asked.value).post_data)
    await expect(page.locator("#list .row")).to_have_count(0)
    await ada.view("snoozed")
    await ada.open("미나")
    await page.fill("#composer-text", "Merry Christmas")
    await page.keyboard.press("Control+Shift+s")
    await expect(page.locator("#later-words")).to_be_focused()
    async with page.expect_request("**/messages") as sent:
        await _typed(page, "#later-words", day, "**/times?q=20*")
    assert day in str((await sent.value).post_data)
    assert ada.errors == []


async def test_a_request_that_was_lost_is_made_again_and_a_wrong_clock_leaves_the_undo(office: Office) -> None:
    ada = await office.at_work("미나")
    page, lost = ada.page, [True]

    async def line(route: Route) -> None:
        await (route.abort() if lost and lost.pop() else route.continue_())

    await page.route("**/c/*/messages", line)
    await ada.answer("by itself")
    await expect(ada.message("by itself")).to_have_attribute("data-state", "sent")
    ben = await office.agent("Ben")
    await ben.open("미나")
    await ada.wish("undo", "")  # ten seconds
    await page.add_init_script(AHEAD)
    await page.reload()
    await page.fill("#composer-text", "too early")
    await page.keyboard.press("Control+Enter")
    await expect(ada.message("too early")).to_contain_text("Sends in")
    await expect(ben.message("too early")).to_be_visible()
    await page.get_by_role("button", name="Undo", exact=True).click()
    await expect(ben.message("too early")).to_have_count(0)
    await expect(page.locator("#composer-text")).to_have_value("too early")
    assert ada.errors + ben.errors == []


async def test_all_of_what_was_found_is_not_all_of_the_list(office: Office) -> None:
    ada = await office.at_work("미나", "지호")
    page, asked = ada.page, []

    def keep(one: Request) -> None:
        if one.method == "POST" and "/batches" in one.url:
            asked.append(str(one.post_data))

    async def found(route: Route) -> None:
        """One of them, and more than were shown."""
        row = await page.locator("#list .row-item").last.evaluate("one => one.outerHTML")
        more = '<li class="more-rows" id="more-rows" data-cursor="x" data-rest></li>'
        await route.fulfill(body=f'<hx-partial hx-target="#list" hx-swap="innerMorph">{row}{more}</hx-partial>')

    page.on("request", keep)
    await page.route("**/search?*", found)
    await page.fill("#search-text", "tent")
    await expect(page.locator("#list .row-item")).to_have_count(1)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Control+a")
    await expect(page.locator("#batch")).to_be_visible()
    await page.locator("#batch [data-act=batch-close]").click()
    await expect(page.locator("#toasts")).not_to_be_empty()
    assert [one.count("id=") for one in asked] == [1], asked
    assert "everything" not in asked[0]
    assert ada.errors == []


async def test_what_is_typed_before_the_scripts_are_there_stays(office: Office) -> None:
    ada = await office.at_work("미나")
    page, box, come = ada.page, ada.page.locator("#composer-text"), asyncio.Event()
    await ada.open("미나")
    async with page.expect_response(_draft):
        await box.fill("어제 쓰던 답.")

    async def late(route: Route) -> None:
        await come.wait()
        await route.continue_()

    await page.route("**/*.js*", late)
    await page.reload(wait_until="commit")
    await box.fill("그리고 오늘 쓴 답.")
    async with page.expect_response(_draft):
        come.set()
    await expect(box).to_have_value("어제 쓰던 답.\n\n그리고 오늘 쓴 답.")
    await page.unroute_all(behavior="wait")
    await page.reload()
    await expect(box).to_have_value("어제 쓰던 답.\n\n그리고 오늘 쓴 답.")
    assert ada.errors == []


async def test_what_a_visitor_types_before_the_chat_is_ready_stays(office: Office) -> None:
    connected = await office.connected("webchat", "Haneul chat", {})
    page, come = await (await office.room("ko-KR")).new_page(), asyncio.Event()

    async def late(route: Route) -> None:
        await come.wait()
        await route.continue_()

    await page.route("**/widget*.js*", late)
    await page.goto(f"{office.house.url}/chat/{connected['key']}/frame", wait_until="commit")
    await page.fill("#text", "배송은 언제")
    come.set()
    await expect(page.locator("#send")).to_be_enabled()
    await page.locator("#text").press_sequentially(" 오나요?")
    await page.keyboard.press("Enter")
    await expect(page.locator("#log")).to_contain_text("배송은 언제 오나요?")
