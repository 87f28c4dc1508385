"""The settings: found by a word in either language, changed in place, written down, taken back, seen by another."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.axe import axe_finds
from tests.browser.office import Office

pytestmark = pytest.mark.browser

HELPS = """async () => {
  const told = {};
  for (const link of document.querySelectorAll('.side a[href^="/settings/"], nav a[href^="/settings/"]')) {
    const path = link.getAttribute('href');
    if (path === '/settings/history' || path in told) continue;
    const page = new DOMParser().parseFromString(await (await fetch(path)).text(), 'text/html');
    const docs = page.querySelector('.settings-help a');
    const there = !docs || (await fetch(docs.href)).ok;
    told[path] = there ? page.querySelector('.settings-help')?.textContent.trim() ?? '' : '';
  }
  return told;
}"""


async def test_a_setting_is_found_changed_in_place_written_down_and_taken_back_by_another(office: Office) -> None:
    ada = await office.agent("Ada", "administrator", everywhere=True)
    ben = await office.agent("Ben", "administrator", everywhere=True, language="ko-KR", width=390)
    page, other = ada.page, ben.page
    here = f"{office.house.url}/settings/brands/{office.brand_id}"
    await page.goto(here)
    greeting, state = page.locator("#f-greeting"), page.locator("#brand .save-state")
    await greeting.fill("어서 오세요")
    await expect(state).to_have_text("Not saved yet")
    await page.keyboard.press("Control+s")
    await expect(state).to_contain_text("Saved at")
    assert page.url == here, "saved in place"
    await expect(greeting).to_be_focused()
    await expect(page.locator("#settings-past li").first).to_contain_text("Ada changed “Greeting”")
    assert await axe_finds(page) == []
    await other.emulate_media(color_scheme="dark")
    await other.goto(f"{office.house.url}/settings/history?page=brands&subject=brand:{office.brand_id}")
    first = other.locator(".past li").first
    await expect(first).to_contain_text("Ada")
    await expect(first.locator(".past-values")).to_contain_text("어서 오세요")
    assert await axe_finds(other) == []
    await first.get_by_role("button", name="되돌리기").click()
    await expect(other.locator(".past li").nth(1)).to_have_attribute("data-undone", "")
    await page.reload()
    await expect(greeting).to_have_value("")
    await expect(page.locator("#settings-past li").first).to_contain_text("Ben changed “Greeting”")
    # Both have the page open: what one saves the other's older page takes over, and never overwrites unasked.
    await other.goto(here)
    await other.locator("#f-signature").fill("하늘 드림")
    await other.keyboard.press("Control+s")
    await expect(other.locator("#brand .save-state")).to_have_attribute("data-state", "saved")
    await greeting.fill("Welcome")
    await page.keyboard.press("Control+s")
    await expect(state).to_contain_text("Saved at")
    await expect(page.locator("#f-signature")).to_have_value("하늘 드림")
    await other.locator("#f-greeting").fill("반가워요")
    await other.keyboard.press("Control+s")
    await expect(other.locator("#brand .save-state")).to_contain_text("인사말: 그사이 동료가 바꿨어요")
    await expect(other.locator("#settings-past li").first).to_contain_text("Welcome")
    assert await axe_finds(other) == []
    await other.keyboard.press("Control+s")
    await expect(other.locator("#brand .save-state")).to_have_attribute("data-state", "saved")
    await page.reload()
    await expect(greeting).to_have_value("반가워요")
    assert ada.errors == ben.errors == []


async def test_a_word_in_either_language_leads_to_its_field_and_every_page_helps(office: Office) -> None:
    ada = await office.agent("Ada", "administrator", everywhere=True)
    ben = await office.agent("Ben", "agent", language="ko-KR", width=390)
    for page, asked in ((ada.page, "quiet hours"), (ben.page, "ㅈㅇㅎ ㅅㄱ")):
        await page.goto(f"{office.house.url}/settings#settings-find")
        await expect(page.locator("#settings-find")).to_be_focused()
        await page.keyboard.insert_text(asked)
        found = page.locator("#settings-found a[href='/settings/notifications#f-quiet']")
        await expect(found).to_be_visible()
        await expect(page.locator("#settings-found .sr[role=status]")).not_to_be_empty()
        assert await axe_finds(page) == []
        await page.keyboard.press("ArrowDown")
        await found.focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/settings/notifications#f-quiet")
        await expect(page.locator("#f-quiet")).to_be_focused()
    helps: dict[str, str] = await ada.page.evaluate(HELPS)
    assert len(helps) > 14
    assert [path for path, said in helps.items() if len(said) < 80] == []
    assert len(set(helps.values())) == len(helps), "each page says something of its own"
    await ben.page.goto(f"{office.house.url}/settings#settings-find")
    await ben.page.keyboard.insert_text("webhook")
    await expect(ben.page.locator("#settings-found .empty")).to_be_visible()
    assert ada.errors == ben.errors == []
