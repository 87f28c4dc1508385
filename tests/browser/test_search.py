"""The desk's search in a browser: by keyboard, while Hangul is composed, and to a message that lies far back."""

from __future__ import annotations

import os
import time

import pytest
from playwright.async_api import CDPSession, Page, expect

from tests.browser.axe import axe_finds
from tests.browser.office import Office

pytestmark = pytest.mark.browser

REST = 0.4  # seconds, a little less than it takes to be meant (js/desk/search.js)
SHOTS = os.environ.get("MADANG_SHOTS", "")  # a folder for pictures, for whoever wants to look


async def _shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.wait_for_timeout(400)
        await page.screenshot(path=f"{SHOTS}/{name}.png")


async def _until_found(page: Page, words: str) -> None:
    """The index follows a moment later: ask again until it is there."""
    for _ in range(60):
        await page.fill("#search-text", "")
        await page.wait_for_timeout(250)
        async with page.expect_response(lambda answer: "/search?" in answer.url):
            await page.fill("#search-text", words)
        await expect(page.locator("#list")).to_have_attribute("aria-busy", "false")
        if await page.locator("#list .hit").count():
            return
    raise AssertionError(f"{words} is not found")


async def _told(office: Office) -> None:
    await office.says("배송지를 바꾸고 싶어요. 주문번호는 A-20931이에요.")
    for number in range(90):
        await office.says(f"{number}번째 메시지예요")
    await office.says("My tent pole is broken, order J-4410. Can it be replaced?", "Mia", 1)
    await office.says("환불은 언제 되나요? 카드로 결제했어요", "김수진", 2)


async def test_search_by_keyboard_to_a_message_far_back(office: Office) -> None:
    await _told(office)
    ada = await office.agent()
    page = ada.page
    await page.keyboard.press("/")
    await expect(page.locator("#search-text")).to_be_focused()
    await expect(page.locator("#search-help")).to_be_visible()
    await _shot(page, "help")
    await _until_found(page, "배송지 바꿔")
    await expect(page.locator("#list .hit-text mark")).to_have_text(["배송지", "바꾸"])
    await _shot(page, "found")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#list .hit").first).to_be_focused()
    await page.keyboard.press("Enter")
    said = ada.message("A-20931")
    await expect(said).to_be_in_viewport()
    await expect(said).to_have_attribute("data-hit", "")
    assert await page.evaluate("CSS.highlights.get('found').size") == 2
    await _shot(page, "hit")
    await page.keyboard.press("/")
    await page.fill("#search-text", "a20931")
    await page.keyboard.press("Enter")
    while "a20931" not in str(await page.evaluate("JSON.stringify(localStorage)")):
        await page.wait_for_timeout(50)
    await expect(said).to_be_in_viewport()
    await page.keyboard.press("/")
    await page.keyboard.press("Escape")
    await expect(page.locator("#search-text")).to_have_value("")
    await expect(page.locator("#search-recent li").first).to_contain_text("a20931")
    assert ada.errors == []


async def _compose(page: Page, cdp: CDPSession, texts: list[str]) -> None:
    for text in texts:
        caret = {"selectionStart": len(text), "selectionEnd": len(text)}
        await cdp.send("Input.imeSetComposition", {"text": text, **caret})


async def test_nothing_opens_while_hangul_is_composed(office: Office) -> None:
    await office.says("환불은 언제 되나요? 카드로 결제했어요", "김수진")
    ada = await office.agent(language="ko-KR", width=390, height=844)
    page = ada.page
    await page.emulate_media(color_scheme="dark")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search?" in request.url else None)
    await page.locator("#search-text").click()
    await _shot(page, "phone-help")
    cdp = await page.context.new_cdp_session(page)
    began = time.monotonic()
    await _compose(page, cdp, ["ㅎ", "화", "환"])
    assert asked == [] or time.monotonic() - began > REST  # half a syllable asks for nothing
    await cdp.send("Input.insertText", {"text": "환불"})
    await expect(page.locator("#list .hit mark").first).to_have_text("환불", timeout=20_000)
    assert await page.evaluate("document.getElementById('desk').dataset.show") == "list"
    await _shot(page, "phone-found")
    faults = await axe_finds(page)
    await page.fill("#search-text", "없는말이야")
    await expect(page.locator("#found-none")).to_be_visible()
    await _shot(page, "phone-none")
    assert faults + await axe_finds(page) == []
    await page.select_option("#search-filters [name=by]", "us")
    await page.fill("#search-text", "ㅎㅂ")
    await expect(page.locator("#found-none")).to_contain_text("필터")
    await page.locator("[data-act=clear-filters]").click()
    await page.locator("#list .hit").first.click()
    await expect(ada.message("카드로")).to_have_attribute("data-hit", "")
    assert ada.errors == []
