"""Written without a network: it stays in this browser, through a closed page, and is sent once and in order."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import text

from madang.conversations.actions.say import note
from madang.conversations.joining.actions.merging import merge
from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.people import Agent

pytestmark = pytest.mark.browser

FULL = """Object.defineProperty(window, 'indexedDB', {value: {open() { throw new DOMException(''); }}});
Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };"""


async def _attach(page: Page, name: str, content: bytes = b"%PDF-1.4 price list") -> None:
    await page.locator("#attach").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})


async def _said(ada: Agent) -> list[str]:
    said = await ada.page.locator("#log .msg[data-kind=out] .bubble").all_inner_texts()
    return [one.strip() for one in said]


async def test_written_without_a_network_it_survives_a_closed_page_and_is_sent_once(office: Office) -> None:
    ada = await office.at_work("미나")
    page, room = ada.page, ada.page.context
    await page.wait_for_url("**/c/*")
    here = page.url
    await room.set_offline(True)
    await expect(page.locator("#offline")).to_be_visible()
    await ada.answer("first")
    await _attach(page, "가격표.pdf")
    await expect(page.locator("#tray")).to_contain_text("Kept in this browser")
    assert await axe_finds(page) == []
    await ada.answer("second, with a file")
    await expect(ada.message("second")).to_contain_text("Waits for the connection")
    await expect(page.locator("#tray .tray-file")).to_have_count(0)
    await _attach(page, "초안.pdf")
    await expect(page.locator("#tray .tray-file", has_text="초안")).to_contain_text("Kept in this browser")
    await page.fill("#composer-text", "half a sen")
    await page.close()
    await room.set_offline(False)
    ada.page = page = await room.new_page()
    await page.goto(here)
    for words in ("first", "second"):
        await expect(ada.message(words)).to_have_attribute("data-state", "sent")
    await expect(ada.message("second").locator(".file")).to_contain_text("가격표.pdf")
    await expect(page.locator("#composer-text")).to_have_value("half a sen")
    await expect(page.locator("#tray .tray-file[data-done]")).to_contain_text("초안.pdf")
    await page.reload()
    assert await _said(ada) == ["first", "second, with a file"]
    await expect(page.locator("#tray .tray-file")).to_have_count(1)
    await page.keyboard.press("r")
    await page.keyboard.press("Control+Enter")
    await expect(ada.message("half a sen").locator(".file")).to_contain_text("초안.pdf")
    assert ada.errors == []


async def _newest(office: Office, after: int = 0) -> int:
    """The conversation that was begun here last, once there is one after ``after``."""
    query = text("select coalesce(max(id), 0) from conversation where brand_id = :brand")
    async with asyncio.timeout(20):
        while True:
            async with office.ground.database.begin() as tx:
                if (found := (await tx.execute(query, {"brand": office.brand_id})).scalar_one()) > after:
                    return int(found)
            await asyncio.sleep(0.05)


async def test_what_was_merged_or_answered_meanwhile_loses_no_word(office: Office) -> None:
    await office.says("코트가 안 왔어요", "지호")
    coat = await _newest(office)
    async with office.ground.database.begin() as tx:
        closed = "update conversation set status = 'closed', closed_at = '2026-01-01' where id = :id"
        await tx.execute(text(closed), {"id": coat})
    numbers = [coat]
    for number, name in enumerate(("지호", "미나", "서연")):
        await office.says("텐트도요", name, number)
        numbers.append(await _newest(office, numbers[-1]))
    ada, ben = await office.agent(), await office.user("Ben")
    page, box, asked = ada.page, ada.page.locator("#composer-text"), ada.page.locator("#crossed")
    await page.route("**/messages", lambda route: route.abort())
    for number, words in zip((coat, *numbers[2:]), ("내일 보낼게요.", "미나 님!", "서연 님!"), strict=True):
        await page.goto(f"{office.house.url}/c/{number}")
        await ada.answer(words)
    await page.goto(f"{office.house.url}/c/{coat}")
    await box.fill("그리고")
    await page.context.set_offline(True)
    await expect(page.locator("#offline")).to_be_visible()
    await page.unroute("**/messages")
    async with office.ground.database.begin() as tx:
        await merge(tx, ben, coat, numbers[1])
        for number in numbers[2:]:
            await note(tx, ben, number, text="내가 할게요")
    await page.context.set_offline(False)

    await expect(asked.locator(".crossed-who b").first).to_have_text(re.compile("To (미나|서연)"))
    one, other = ("미나", "서연") if "미나" in await asked.inner_text() else ("서연", "미나")
    await asked.locator("[data-choice=discard]").click()
    await expect(asked.locator(".crossed-who b").first).to_have_text(f"To {other}")  # one after the other
    await asked.locator("[data-choice=edit]").click()
    await expect(page.locator("#head-name")).to_have_text(other)
    await expect(box).to_have_value(f"{other} 님!")
    await expect(page.locator("#toasts")).to_contain_text(f"Your answer to {one} was discarded.")
    await page.locator("#toasts button").last.click()
    await expect(page.locator("#head-name")).to_have_text(one)
    await expect(box).to_have_value(f"{one} 님!")
    await page.goto(f"{office.house.url}/c/{coat}")  # it leads to where it went
    await expect(ada.message("텐트도요")).to_be_visible()
    await expect(ada.message("내일 보낼게요.")).to_have_attribute("data-state", "sent")
    await expect(box).to_have_value("그리고")
    assert ada.errors == []


async def test_what_the_browser_cannot_keep_it_says(office: Office) -> None:
    ada = await office.agent()
    await ada.page.add_init_script(FULL)
    await ada.page.reload()
    await office.says("Hello?")
    await ada.open("미나")
    page = ada.page
    await page.route("**/uploads?*", lambda route: route.abort())
    await page.route("**/c/*/messages", lambda route: route.abort())
    await _attach(page, "a.pdf")
    await expect(page.locator("#tray")).to_contain_text("Keep this page open")
    await ada.answer("words")
    await expect(ada.message("words")).to_contain_text("leave this page open")
    await page.unroute("**/uploads?*")
    await page.unroute("**/c/*/messages")
    await page.context.set_offline(True)
    await expect(page.locator("#offline")).to_be_visible()
    await page.context.set_offline(False)
    await expect(ada.message("words")).to_have_attribute("data-state", "sent")
    await expect(ada.message("words").locator(".file")).to_contain_text("a.pdf")


async def test_opened_without_a_network_the_desk_says_so_and_comes_by_itself(office: Office) -> None:
    ada = await office.agent(language="ko-KR")
    page, room = ada.page, ada.page.context
    await page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    await page.reload()  # it is the worker's now
    await expect(page.locator("#desk")).to_be_visible()
    await room.set_offline(True)
    await page.goto(office.house.url)
    await expect(page.locator("h1")).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == "ko"
    assert await axe_finds(page) == []
    assert await page.get_by_text("하늘").count() == 0, "nobody's data stands there"
    await room.set_offline(False)
    await expect(page.locator("#desk")).to_be_visible(timeout=30_000)  # it looks again every ten seconds
