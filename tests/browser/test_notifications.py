"""The bell, live: counted in every tab, shown by one, gone everywhere once it was seen."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.people import Agent, context
from tests.browser.test_desk import Shop, _faults
from tests.house import House

pytestmark = pytest.mark.browser

SHOWN = """async () => {
  const worker = await navigator.serviceWorker.getRegistration('/');
  return (await worker.getNotifications()).map(one => one.tag);
}"""
BEHIND = "document.hasFocus = () => false"  # a page in a headless browser always has the focus


async def _shown(page: Page) -> list[str]:
    made: list[str] = await page.evaluate(SHOWN)
    return made


async def test_it_rings_in_one_tab_counts_in_all_and_is_gone_everywhere(house: House, browser: Browser) -> None:
    shop = await Shop.of(house)
    room = await context(browser)
    await room.grant_permissions(["notifications"])
    ada = Agent(house, await room.new_page(), "Ada")
    await ada.set_up()
    await ada.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    other = await room.new_page()
    await other.add_init_script(BEHIND)
    await other.goto(house.url + "/settings/account")
    await ada.page.evaluate(BEHIND)
    counts = [page.locator("#bell-count") for page in (ada.page, other)]
    await expect(counts[0]).to_have_text("")
    await shop.says("언제 오나요?", "미나", "mina@naver.example")
    await expect(counts[0]).to_have_text("1")
    await ada.page.keyboard.press("Shift+N")
    first = ada.page.locator("#bell-panel .bell-item > a")
    await expect(first).to_have_count(1)
    await expect(first).to_be_focused()
    await expect(first).to_contain_text("미나")
    tags = await _shown(ada.page)
    assert len(tags) == 1, "one notice, whichever tab showed it"
    assert await _faults(ada.page) == []
    await ada.page.keyboard.press("Escape")
    await expect(ada.page.locator("#bell-panel")).to_be_hidden()
    await other.evaluate("dispatchEvent(new Event('focus'))")
    await expect(counts[1]).to_have_text("1")
    await other.goto(house.url + "/notifications")
    await other.locator("[data-act=bell-seen]").click()
    await expect(counts[0]).to_have_text("")
    await expect(counts[1]).to_have_text("")
    assert await _shown(other) == []
    await other.get_by_role("button", name="Undo").click()
    await expect(counts[0]).to_have_text("1")
    await ada.page.keyboard.press("Shift+N")
    await first.press("Enter")
    await expect(ada.page.locator("#log")).to_contain_text("언제 오나요?")
    await expect(counts[0]).to_have_text("")
    assert ada.errors == []
