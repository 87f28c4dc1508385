"""Everything by key: in Korean too, quickly, without a step lost, and with the focus where it was."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.people import Agent

pytestmark = pytest.mark.browser

PRESSED = {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "code": "KeyE", "key": "Process"}
WHERE = """() => { const box = document.getElementById('composer-text');
  const [text, from, to, focus] = [box.value, box.selectionStart, box.selectionEnd, document.activeElement.id];
  return {text, from, to, focus, at: document.getElementById('log-scroll').scrollTop}; }"""


async def _sit_down(office: Office, width: int = 1440, height: int = 900, customers: int = 5) -> Agent:
    """Ada before a list of customers who wrote, the last of them at the top."""
    for number in range(customers):
        await office.says(f"질문 {number}", f"고객 {number}", number)
    ada = await office.agent(language="ko-KR", width=width, height=height, view="unassigned")
    await expect(ada.page.locator("#list .row")).to_have_count(customers)
    return ada


async def test_no_key_fires_while_a_syllable_is_composed(office: Office) -> None:
    """By the browser's own input method: what it takes for a syllable is no shortcut, and its Enter sends nothing."""
    ada = await _sit_down(office)
    page = ada.page
    method = await page.context.new_cdp_session(page)
    await page.keyboard.press("j")
    await expect(page.locator("#head-name")).to_have_text("고객 4")
    await page.locator("#composer-text").focus()
    for half in ("ㄷ", "드", "들", "들ㅓ"):
        await method.send(
            "Input.imeSetComposition", {"text": half, "selectionStart": len(half), "selectionEnd": len(half)}
        )
        await method.send("Input.dispatchKeyEvent", PRESSED)
        await method.send("Input.dispatchKeyEvent", PRESSED | {"code": "Enter", "modifiers": 2})
    await method.send("Input.insertText", {"text": "들어요"})
    await expect(page.locator("#composer-text")).to_have_value("들어요")
    await expect(page.locator("#head-name")).to_have_text("고객 4")
    await expect(page.locator("#log .msg")).to_have_count(1)  # nothing was sent, nothing closed
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+k")
    await method.send("Input.imeSetComposition", {"text": "설저", "selectionStart": 2, "selectionEnd": 2})
    await expect(page.locator("#palette [aria-selected=true]")).to_contain_text("설정")  # half a syllable finds it
    await method.send("Input.dispatchKeyEvent", PRESSED | {"code": "Enter", "key": "Enter"})
    await expect(page.locator("#palette")).to_be_visible()
    await method.send("Input.insertText", {"text": "설정"})
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/settings**")
    assert ada.errors == []


async def test_a_quick_hand_loses_no_step_and_finds_the_focus_where_it_was(office: Office) -> None:
    ada = await _sit_down(office)
    page = ada.page
    for _ in range(3):
        await page.keyboard.press("j")
    await expect(page.locator("#head-name")).to_have_text("고객 2")
    await expect(page.locator("#resting")).to_have_text(re.compile(r"^고객 2, .+1"))  # a reader hears who it is
    await page.keyboard.press("ArrowUp")
    await expect(page.locator("#head-name")).to_have_text("고객 3")
    await page.keyboard.press("?")
    regions = page.locator("#keys h3")
    await expect(regions).to_contain_text(["상담 목록", "상담", "어디서나", "주 메뉴"])
    for label in ("다음 상담", "상담 종료"):
        await expect(page.locator("#keys dt", has_text=label).first).to_be_visible()
    names = await page.locator("#keys dt").all_inner_texts()
    assert sorted(names) == sorted(set(names)), "two keys are not said to do the same"
    assert await axe_finds(page) == []
    await page.keyboard.press("Escape")
    row = page.locator("#list .row[aria-current]")
    await row.focus()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("ㅅㄷㅈㄹ")  # 상담 종료
    await expect(page.locator("#palette [role=option]", has_text="상담 종료")).to_be_visible()
    assert await axe_finds(page) == []
    await page.keyboard.press("Control+k")  # shuts what it opened; the browser's own search gets it neither time
    await expect(page.locator("#palette")).to_be_hidden()
    await expect(row).to_be_focused()
    await page.keyboard.press("g")
    await page.keyboard.press("s")
    await page.wait_for_url("**/settings**")
    await page.goto(f"{office.house.url}/settings/account")
    await page.select_option("[name=keys]", "mod")
    await page.locator("#account [type=submit]").click()
    await expect(page.locator("#account .save-state")).to_have_attribute("data-state", "saved")
    await page.goto(f"{office.house.url}/?view=all")
    for key in ("g", "s", "j", "Control+k"):  # of whoever dictates a letter means nothing by itself
        await page.keyboard.press(key)
    await expect(page.locator("#palette")).to_be_visible()
    await expect(page.locator("#thread")).to_have_attribute("data-cid", "")
    assert ada.errors == []


async def test_news_move_nothing_under_the_hand(office: Office) -> None:
    ada = await _sit_down(office, customers=3)
    page = ada.page
    for number in range(25):
        await office.says(f"한 줄 {number} " * 20, "고객 1", 1)
    await expect(ada.row("고객 1")).to_contain_text("한 줄 24")  # all are there: what is opened grows no more
    await ada.open("고객 1")
    await expect(page.locator("#log .msg")).to_have_count(20)
    await page.locator("#composer-text").fill("아직 쓰는 중이에요")
    await page.evaluate("document.getElementById('composer-text').setSelectionRange(3, 5)")
    await page.evaluate("document.getElementById('log-scroll').scrollTop = -400")
    before = await page.evaluate(WHERE)
    await page.evaluate(
        "window.shift = 0; new PerformanceObserver((all) => { for (const one of all.getEntries()) "
        "window.shift += one.value; }).observe({type: 'layout-shift'}); 0"
    )
    await office.says("새 소식", "고객 1", 1)
    await office.says("다른 사람", "고객 0", 0)
    await expect(page.locator("#to-newest")).to_be_visible()
    await expect(ada.row("고객 0")).to_contain_text("다른 사람")
    after = await page.evaluate(WHERE)
    assert after | {"at": 0} == before | {"at": 0}
    assert after["at"] < before["at"] - 20  # what is read stands still: the new one came below it
    await page.locator("#list .row[aria-current]").focus()
    await office.says("또 다른 사람", "고객 2", 2)
    await expect(ada.row("고객 2")).to_contain_text("또 다른 사람")
    await expect(page.locator("#list .row[aria-current]")).to_be_focused()
    assert ada.errors == []


async def _wide(page: Page) -> list[Any]:
    """What is wider than the window, or stands out of it where nothing scrolls to it."""
    found: list[Any] = await page.evaluate(
        """() => { const page = document.scrollingElement;
      return page.scrollWidth > innerWidth ? [location.pathname, page.scrollWidth, innerWidth] : []; }"""
    )
    return found


async def test_at_twice_the_size_nothing_is_out_of_reach(office: Office) -> None:
    """1440 by 900 at 200 % is 720 by 450; at 400 % 360 by 225."""
    ada = await _sit_down(office, 720, 450, customers=2)
    page, faults = ada.page, []
    thread = str(await ada.row("고객 0").get_attribute("href")).partition("?")[0]
    await page.emulate_media(reduced_motion="reduce", color_scheme="dark")
    for screen in ("/?view=unassigned", thread, "/settings"):
        await page.goto(f"{office.house.url}{screen}")
        faults += await _wide(page) + await axe_finds(page)
    await page.goto(f"{office.house.url}{thread}?view=unassigned")
    await page.keyboard.press("k")  # the list has no place, its keys have
    await expect(page.locator("#head-name")).to_have_text("고객 1")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("ㄷㅇ")
    await expect(page.locator("#palette [role=option]", has_text="다음 상담")).to_be_visible()
    await page.keyboard.press("Escape")
    moving = "document.getAnimations().filter((one) => one.effect.getComputedTiming().activeDuration > 1).length"
    assert await page.evaluate(moving) == 0
    await page.set_viewport_size({"width": 360, "height": 225})
    await page.locator("#composer-send").scroll_into_view_if_needed()
    await expect(page.locator("#composer-send")).to_be_in_viewport()
    assert await page.evaluate("document.getElementById('log-scroll').clientHeight") > 100
    faults += await _wide(page)
    assert faults == []
    assert ada.errors == []
