"""Written without a network: it stays in this browser, through a closed page, and is sent once and in order."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

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
    await expect(page.locator("#desk")).to_be_visible()
