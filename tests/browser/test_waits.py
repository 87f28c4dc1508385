"""The desk while its server is slow, and while it does not answer: what comes is announced, what failed says so,
nothing is lost, and asking again brings it."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.axe import axe_finds
from tests.browser.office import Office

pytestmark = pytest.mark.browser

MOVED = """window.moved = [];
new PerformanceObserver(list => moved.push(...list.getEntries())).observe({type: 'layout-shift'})"""
HEARD = """window.heard = [];
new MutationObserver(() => heard.push(document.getElementById('log-scroll').ariaLive))
  .observe(document.getElementById('log'), {childList: true})"""

# Every draft of this browser is at the server.
KEPT = """() => Object.entries(localStorage).some(([key]) => key.startsWith('madang.draft.'))
  && !Object.entries(localStorage).some(([key, value]) => key.startsWith('madang.draft.') && JSON.parse(value).dirty)"""


class Slow:
    """Answers of one address that are held back until the story says how they end."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.end = asyncio.Event()

    async def __aenter__(self) -> Slow:
        await self.page.route(self.address, self._hold)
        return self

    async def _hold(self, route: Route) -> None:
        await self.end.wait()
        await route.abort()

    async def fail(self) -> None:
        """They break now, and so does whatever is asked after."""
        self.end.set()

    async def __aexit__(self, *_error: object) -> None:
        self.end.set()
        await self.page.unroute_all(behavior="wait")


async def test_the_thread_and_what_came_earlier(office: Office) -> None:
    ada = await office.agent()
    for number in range(70):
        await office.says(f"줄 {number}", "미나", 0)
    await office.says("Hello?", "지호", 1)
    await expect(ada.row("지호")).to_be_visible()
    await ada.page.goto(f"{office.house.url}/?view=all")
    page, coming = ada.page, ada.page.locator("#coming")
    async with Slow(page, "**/pane") as pane:
        await page.reload()
        await ada.row("미나").click()
        await expect(coming).to_be_visible()
        await expect(page.locator("#thread")).to_have_attribute("aria-busy", "true")
        assert await axe_finds(page) == []
        await pane.fail()
        await expect(page.locator("#toasts")).to_contain_text("cannot be reached")
        await expect(coming).to_be_hidden()
        await expect(page.locator("#desk")).to_have_attribute("data-show", "list")
        await expect(page.locator("#list [aria-current]")).to_have_count(0)
    await ada.open("미나")
    await page.wait_for_url("**/c/*")
    async with Slow(page, "**/pane") as pane:
        await page.reload()
        await page.fill("#composer-text", "반만 쓴 답")
        await page.evaluate(MOVED)
        await ada.row("지호").click()
        await expect(coming).to_be_visible()
        await expect(page.locator("#composer-text")).to_be_hidden()
        assert await page.evaluate("moved") == [], "what is covered while it comes stays where it is"
        await pane.fail()
        await expect(coming).to_be_hidden()
        await expect(page.locator("#composer-text")).to_have_value("반만 쓴 답")
        await page.wait_for_function(KEPT)
        await expect(ada.row("미나").locator(".row-draft")).to_be_visible()  # by itself, no news needed
        assert await page.evaluate("moved") == [], "a row that says more moves nothing in it"
        await expect(ada.row("미나")).to_have_attribute("aria-current", "true")
    await page.fill("#composer-text", "")
    await expect(ada.row("미나").locator(".row-draft")).to_have_count(0)
    older = page.locator("#older button")
    await expect(older).to_be_visible()
    async with Slow(page, "**/older?*") as before:
        await older.scroll_into_view_if_needed()  # whoever scrolls up asks for it
        await expect(older).to_have_attribute("aria-disabled", "true")
        await before.fail()
        await expect(page.locator("#toasts")).to_contain_text("Please try again")
        await expect(older).not_to_have_attribute("aria-disabled", "true")
        await expect(page.locator("#log .msg")).to_have_count(20)
    await page.evaluate(HEARD)
    await older.press("Enter")
    await expect(page.locator("#log .msg")).to_have_count(70)
    assert "polite" not in await page.evaluate("heard"), "fifty old messages are not read out"
    await expect(page.locator("#log-scroll")).to_be_focused()
    assert ada.errors == []


async def test_the_list_what_is_searched_for_and_the_filters(office: Office) -> None:
    ada = await office.at_work("미나", "지호")
    page, rows = ada.page, ada.page.locator("#list")
    async with Slow(page, "**/list?*") as answers:
        await page.locator("#views a", has_text="Mine").click()
        await page.locator("#views a", has_text="Closed").click()
        await expect(rows).to_have_attribute("aria-busy", "true")
        assert await axe_finds(page) == []
        await answers.fail()
        await expect(page.locator("#toasts")).to_contain_text("cannot be reached")
        await expect(rows).to_have_attribute("aria-busy", "false")
        await expect(rows.locator(".row")).to_have_count(2)
        await expect(page.locator("#view-all")).to_have_attribute("aria-current", "true")
    await office.says("Any news?", "지호", 1)
    await expect(ada.row("지호")).to_contain_text("Any news?")  # of the two that failed neither is the list now
    await expect(page.locator("#list-news")).to_be_hidden()
    await page.locator("#views a", has_text="Closed").click()
    await expect(rows).to_contain_text("Nothing closed yet")
    box = page.locator("#search-text")
    async with Slow(page, "**/search?*") as answers:
        await box.fill("hello")
        await expect(rows).to_have_attribute("aria-busy", "true")
        await answers.fail()
        await expect(page.locator("#toasts")).to_contain_text("cannot be reached")
        await expect(box).to_have_value("hello")
    await box.press("ArrowDown")
    await expect(rows.locator(".row").first).to_be_visible()
    await box.fill("")
    await box.press("Escape")
    async with Slow(page, "**/filters") as answers:
        await page.locator("#filter-add").click()
        await expect(page.locator("#filter-menu")).to_have_text("Loading…")
        assert await axe_finds(page) == []
        await answers.fail()
        await expect(page.locator("#filter-menu")).to_be_hidden()
        await expect(page.locator("#toasts")).to_contain_text("Please try again")
        await expect(page.locator("#filter-add")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#filter-find")).to_be_focused()
    assert ada.errors == []


async def test_the_palette_and_the_gallery(office: Office) -> None:
    ada = await office.at_work("미나")
    page = ada.page
    found, box = page.locator("#palette-list"), page.locator("#palette-text")
    async with Slow(page, "**/palette?*") as answers:
        await page.keyboard.press("Control+k")
        await expect(found.locator("[role=option]").first).to_be_visible()
        await box.fill("미나에게")
        await expect(found).to_have_text("Loading…")
        await expect(found).to_have_attribute("aria-busy", "true")
        assert await axe_finds(page) == []
        await answers.fail()
        await expect(found).to_contain_text("cannot be reached")
        assert await axe_finds(page) == []
    await box.fill("미나")
    await expect(found.get_by_role("option", name="미나").first).to_be_visible()
    await page.keyboard.press("Escape")
    async with Slow(page, "**/c/*/files") as answers:
        await page.locator("#thread-more").click()
        await page.locator("#thread-menu [data-act=gallery]").click()
        await expect(page.locator("#gallery-stage")).to_have_text("Loading…")
        await answers.fail()
        await expect(page.locator("#gallery-stage")).to_contain_text("This could not be loaded.")
        assert await axe_finds(page) == []
    await page.locator("#gallery-stage button").click()
    await expect(page.locator("#toasts")).to_contain_text("There are no files")
    await expect(page.locator("#gallery")).to_be_hidden()
    assert ada.errors == []
