"""The settings in a browser: saved in place, by key, without a reload, with nothing lost."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from madang.desk.tests.test_counter_browser import AXE, chrome, house
from madang.desk.tests.visitor import PASSWORD, join
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.tests import cast

pytestmark = pytest.mark.browser
__all__ = ["chrome", "house"]


async def sign_in(browser: Browser, url: str, name: str, width: int = 1440) -> Page:
    context = await browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(f"{url}/signin")
    await page.fill("input[name=email]", f"{name}@haneul.kr")
    await page.fill("input[name=password]", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{url}/")
    return page


async def clean(page: Page) -> None:
    await page.evaluate(AXE.read_text("utf-8"))
    only = "{runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa']}"
    found = await page.evaluate(
        f"axe.run(document, {only}).then((r) => r.violations.map((v) => [v.id, v.nodes[0].html]))"
    )
    assert found == []


async def test_a_setting_is_saved_in_place_and_taken_back(house: tuple[Ground, str], chrome: Browser) -> None:
    ground, url = house
    number = await cast.brand(ground)
    await join(ground, "Hana", Grant("administrator"))
    page = await sign_in(chrome, url, "hana")
    await page.goto(f"{url}/settings")
    await page.keyboard.press("/")
    await page.keyboard.type("ㅅㅁ")
    await expect(page.locator(".settings-found a").first).to_contain_text("Signature", timeout=15_000)
    await page.goto(f"{url}/settings/brands/{number}")
    await page.fill("[name=greeting]", "어서 오세요")
    await expect(page.locator("#brand .save-state")).to_have_attribute("data-state", "open")
    await page.keyboard.press("Control+s")
    await expect(page.locator("#brand .save-state")).to_have_attribute("data-state", "saved")
    assert await page.evaluate("document.activeElement.name") == "greeting"
    assert page.url == f"{url}/settings/brands/{number}"
    await page.evaluate("document.querySelector('[name=name]').removeAttribute('required')")
    await page.fill("[name=name]", "")
    await page.keyboard.press("Enter")
    await expect(page.locator("#brand .field[data-bad] .help")).to_be_visible()
    await expect(page.locator("[name=name]")).to_be_focused()
    await page.fill("[name=name]", "Haneul")
    await page.locator("#settings-past [data-undo] button").first.click()
    await expect(page.locator("[name=greeting]")).to_have_value("")
    await clean(page)
