"""What comes late stays where it was asked for: by then another conversation is open, another dialog, or none."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.office import Office

pytestmark = pytest.mark.browser


class Held:
    """Answers of one address that are under way until the story goes on."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.go = asyncio.Event()

    async def __aenter__(self) -> Held:
        await self.page.route(self.address, self._hold)
        return self

    async def _hold(self, route: Route) -> None:
        answer = await route.fetch(max_redirects=0)
        await self.go.wait()
        await route.fulfill(response=answer)

    async def __aexit__(self, *_error: object) -> None:
        """Let them come, and wait until what comes of it is drawn."""
        self.go.set()
        await self.page.unroute_all(behavior="wait")
        await self.page.evaluate("new Promise(done => setTimeout(() => requestAnimationFrame(() => done()), 50))")


async def test_a_quick_hand_on_a_slow_line(office: Office) -> None:
    ada = await office.at_work("미나", "지호", "Mia", "서연")
    await ada.wish("undo", "")  # as everybody has it: ten seconds
    page, name = ada.page, ada.page.locator("#head-name")
    await ada.answer("Tomorrow, by noon.")
    async with Held(page, "**/departure"):
        await ada.message("Tomorrow").get_by_role("button", name="Send now").click()
        await ada.open("지호")
    await expect(page.locator("#log .msg")).to_have_count(1)  # it went to 미나, and stands in hers only
    async with Held(page, "**/batches"):
        for tag in ("배송", "VIP"):
            await page.fill("#tag-input", tag)
            await page.keyboard.press("Enter")
    await expect(page.locator("#head-who")).to_have_attribute("data-tags", "VIP, 배송")
    async with Held(page, "**/customers/*/notes"):
        await page.fill("#panel-note", "오후 3시 이후에만")
        await page.locator("#card-notes .note-new button").first.click()
        await ada.open("미나")
        await page.fill("#composer-text", "Soon")
    await expect(page.locator("#composer-text")).to_be_focused()
    await page.fill("#composer-text", "")
    await ada.open("지호")
    await expect(page.locator("#card-notes .note-text")).to_have_text("오후 3시 이후에만")
    await page.locator("#log-scroll").focus()
    async with Held(page, "**/times?*"):
        await page.keyboard.press("h")
        await page.keyboard.press("j")
        await expect(name).to_have_text("미나")
    await expect(page.locator("#snooze-menu")).to_be_hidden()
    async with Held(page, "**/merging/*"):
        await page.keyboard.press("Shift+M")
        await page.fill("#join-text", "Hello")
        await page.locator("#join-list .move-to").first.click()
        await page.keyboard.press("Escape")
    await expect(page.locator("#join")).to_be_hidden()
    async with Held(page, "**/merging/*"):
        await page.keyboard.press("Shift+M")
        await page.fill("#join-text", "Hello")
        await page.locator("#join-list .move-to").first.click()
        await page.keyboard.press("Escape")
        await page.keyboard.press("Shift+M")
    await page.route("**/merging/*", lambda route: route.abort())
    async with page.expect_response("**/partners?q=Hello*"):
        await page.fill("#join-text", "Hello")  # she chooses anew: what she had asked for before is not shown now
    await page.locator("#join-list .move-to").first.click()
    # where readers hear it
    await expect(page.locator("#join[open] .toast[data-tone=bad]")).to_contain_text("cannot be reached")
    await page.keyboard.press("Escape")
    await expect(page.locator("body > #toasts .toast[data-tone=bad]")).to_be_visible()
    async with Held(page, "**/pane"):
        await page.goto(f"{office.house.url}{await ada.row('서연').get_attribute('href')}")
        await page.keyboard.press("j")
        await page.keyboard.press("e")
    await expect(page.locator("#toasts")).to_contain_text("Closed.")
    await expect(ada.row("Mia")).to_have_count(0)  # whom she went on to
    await expect(ada.row("서연")).to_have_count(1)
    assert ada.errors == []
