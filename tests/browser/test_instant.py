"""Nothing jumps, nothing is lost: what is under the hand stays there while conversations are opened and news come."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.office import Office
from tests.browser.people import Agent

pytestmark = pytest.mark.browser

# Every shift counts, those right after a key too. Streams are kept at hand, to be cut as a network cuts them.
WATCH = """window.shifts = []; window.streams = [];
new PerformanceObserver(list => { for (const one of list.getEntries()) shifts.push([one.value.toFixed(5),
  ...one.sources.map(each => each.node?.id || each.node?.className || each.node?.nodeName)].join(' ')); })
  .observe({type: 'layout-shift', buffered: true});
window.EventSource = class extends EventSource { constructor(...all) { super(...all); streams.push(this); } };"""
REST = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 80))))"
MARK = (
    "document.querySelectorAll('#list .row, #log .msg, #head, #panel, #composer').forEach(one => { one.known = true; })"
)
NEW = (
    "[...document.querySelectorAll('#list .row, #log .msg, #head, #panel, #composer')].filter(one => !one.known).length"
)
SELECT = """() => { const text = document.querySelectorAll('#log .msg .bubble p')[12].firstChild;
  const some = new Range(); some.setStart(text, 0); some.setEnd(text, 6);
  getSelection().removeAllRanges(); getSelection().addRange(some); }"""
HELD = """() => ({text: getSelection().toString(), focus: document.activeElement.id,
  row: document.getElementById('list-scroll').scrollTop,
  top: Math.round(document.querySelectorAll('#log .msg')[12].getBoundingClientRect().top)})"""
TWICE = """() => {
  const other = [...document.querySelectorAll('#list a.row')].find(one => !one.hasAttribute('aria-current'));
  window.name_ = other.querySelector('.row-name').textContent;
  document.addEventListener('desk:opened', () => other.click(), {once: true});
  other.click();
}"""
NEWEST = "document.getElementById('to-newest').click(), document.getElementById('log-scroll').scrollTop"
LONG = "지난주에 주문한 식탁이 아직 오지 않았어요. 언제쯤 받을 수 있을까요? "


async def watched(office: Office, *customers: str, alone: bool = False) -> Agent:
    """Ada at work, and what moves on her page taken down; ``alone``: without a worker that other tabs share."""
    ada = await office.at_work(*customers)
    if alone:
        await ada.page.add_init_script("delete window.SharedWorker")
    await ada.page.add_init_script(WATCH)
    await ada.page.reload()
    await expect(ada.page.locator("#log .msg").first).to_be_visible()
    await rested(ada.page)
    return ada


async def rested(page: Page) -> list[str]:
    """What has moved since this was asked last, once the browser has drawn what was to be drawn."""
    await page.evaluate(REST)
    found: list[str] = await page.evaluate("window.shifts.splice(0)")
    return found


async def test_nothing_moves_when_one_opens_and_when_news_come(office: Office) -> None:
    ada = await watched(office, "미나", "지호", "서연", "도윤", "하은")
    page = ada.page
    first = await rested(page)
    assert first == [], first
    for key, name in ("k", "지호"), ("k", "서연"), ("j", "지호"), ("k", "서연"):
        await page.keyboard.press(key)
        await expect(page.locator("#head-name")).to_have_text(name)
        assert await rested(page) == [], name
    await office.says(LONG * 3, "하은", 4)
    await expect(ada.row("하은")).to_contain_text("지난주에")
    await office.says("네", "도윤", 3)
    await expect(ada.row("도윤")).to_contain_text("네")
    assert await rested(page) == []
    await office.says("처음 뵙겠습니다", "유나", 5)
    await expect(page.locator("#list-news")).to_be_visible()
    assert await rested(page) == []
    await office.says(LONG, "서연", 2)
    await expect(ada.message("지난주에")).to_be_visible()
    assert {one.split()[1] for one in await rested(page)} <= {"log"}, "messages make room for the new one"
    assert ada.errors == []


async def test_focus_scroll_and_selection_stay_through_news(office: Office) -> None:
    ada = await office.at_work("미나", *(f"손님 {number}" for number in range(1, 12)))
    page, box = ada.page, ada.page.locator("#composer-text")
    await asyncio.gather(*(office.says(f"{number}. {LONG}", "미나") for number in range(24)))
    await expect(page.locator("#log .msg")).to_have_count(25, timeout=30_000)
    await expect(page.locator("#list .row")).to_have_count(12)
    await box.fill("안녕하세요, 미나님")
    await page.evaluate("document.getElementById('composer-text').setSelectionRange(2, 4)")
    await page.evaluate(
        "document.getElementById('log-scroll').scrollTop = -700; document.getElementById('list-scroll').scrollTop = 160"
    )
    await page.evaluate(SELECT)
    await page.locator("#log-scroll").focus()
    before: Any = await page.evaluate(HELD)
    assert before["text"]
    assert before["row"] == 160
    await office.says("그리고 하나 더요", "미나")
    await expect(page.locator("#to-newest")).to_be_visible()
    await office.says("저는 처음이에요", "새 손님", 30)
    await expect(page.locator("#list-news")).to_be_visible()
    assert await page.evaluate(HELD) == before
    await box.focus()
    await office.says("아직 계세요?", "미나")
    await expect(ada.message("아직 계세요?")).to_have_count(1)
    place = "(({value, selectionStart, selectionEnd}) => [value, selectionStart, selectionEnd])(document.activeElement)"
    assert await page.evaluate(place) == ["안녕하세요, 미나님", 2, 4]
    assert await page.evaluate(NEWEST) == 0, "at once: she asks for no motion"
    await expect(ada.message("아직 계세요?")).to_be_in_viewport()
    assert ada.errors == []


async def test_what_was_missed_comes_without_a_flash(office: Office) -> None:
    ada = await watched(office, "미나", "지호", alone=True)
    page = ada.page
    await page.wait_for_function("() => window.streams.some(one => one.readyState === 1)")
    await page.evaluate(MARK)
    await page.context.set_offline(True)
    await page.evaluate("streams.forEach(one => one.dispatchEvent(new Event('error')))")
    await expect(page.locator("#offline")).to_be_visible()
    await office.says("아직 거기 계세요?", "미나")
    await office.says("저도 왔어요", "지호", 1)
    assert await ada.message("아직 거기 계세요?").count() == 0
    await page.context.set_offline(False)
    await expect(ada.message("아직 거기 계세요?")).to_have_count(1, timeout=20_000)  # the next try may be seconds away
    await expect(ada.row("지호")).to_contain_text("저도 왔어요")
    await expect(page.locator("#offline")).to_be_hidden()
    assert await page.evaluate(NEW) == 1, "the message is new; nothing else was drawn anew"
    assert ada.errors == []


async def test_two_tabs_share_one_line_and_show_the_same(office: Office) -> None:
    ada = await office.at_work("미나", "지호")
    await ada.page.wait_for_url("**/c/*")
    other = Agent(ada.house, await ada.page.context.new_page(), "Ada", ada.email)
    await other.page.goto(ada.page.url)
    await expect(other.message("Hello?")).to_be_visible()
    await office.says("두 곳에서 보이나요?", "미나")
    for tab in ada, other:
        await expect(tab.message("두 곳에서 보이나요?")).to_have_count(1)
    await ada.answer("네, 보여요")
    await expect(other.message("네, 보여요")).to_have_count(1)
    await expect(ada.message("네, 보여요")).to_have_count(1)
    await ada.page.close()
    await office.says("지금도요?", "미나")
    await expect(other.message("지금도요?")).to_have_count(1)
    assert ada.errors == other.errors == []


async def test_what_comes_later_has_its_drawings_in_its_first_frame(office: Office) -> None:
    """A drawing of another file is drawn a frame late, and everything around it laid out twice."""
    ada = await office.at_work("미나", "지호")
    page, far = ada.page, "document.querySelectorAll('.desk use[href^=\"/\"]').length"
    await expect(page.locator("svg[hidden] > symbol#i-check")).to_be_attached()
    assert await page.evaluate(far) == 0, "what stood there before"
    await page.keyboard.press("k")
    await expect(page.locator("#head-name")).to_have_text("지호")
    assert await page.evaluate(far) == 0
    drawn = "document.querySelector('#close-button use').getBoundingClientRect().width"
    assert await page.evaluate(drawn) > 8, "they are seen"
    await page.locator("#list-tools").click()
    assert await page.locator("#list-menu use[href^='#i-']").count() > 0
    assert ada.errors == []


async def test_pressing_twice_shows_all_of_it(office: Office) -> None:
    """The customer comes a frame after the thread: a second press in between must not leave the one before there."""
    ada = await office.at_work("미나", "지호", "서연")
    page = ada.page
    await page.evaluate(TWICE)
    name = await page.evaluate("window.name_")
    await expect(page.locator("#head-name")).to_have_text(name)
    await expect(page.locator("#panel .panel-name h2")).to_have_text(name)
    await expect(page).to_have_title(f"{name} · Madang")
    assert ada.errors == []
