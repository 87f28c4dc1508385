"""Segments and data quality in a browser: a marketer asks for people and takes them out; what is amiss is found and
mended; and every screen of both reads well in every light and width."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.people import Agent, context
from tests.browser.test_desk import Shop, _faults
from tests.house import House

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("MADANG_SHOTS", "")  # a folder for pictures, for whoever wants to look


async def _shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.wait_for_timeout(300)
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


async def _ada(house: House, browser: Browser, language: str = "en-US", width: int = 1440) -> Agent:
    """Ada, two customers, and one of them with an address that is only said."""
    shop = await Shop.of(house)
    ada = Agent(house, await (await context(browser, language, width)).new_page(), "Ada")
    await ada.set_up()
    await shop.says("담요를 환불하고 싶어요", "미나", "mina@naver.example")
    await shop.says("배송은 언제 오나요?", "김미나", "mina@work.example")
    await ada.view("all")
    await expect(ada.row("김미나")).to_be_visible()
    return ada


async def _segment(page: Page, url: str, name: str, value: str) -> None:
    """Whoever is called ``value``, asked for in the editor."""
    await page.goto(f"{url}/segments/new")
    await page.fill("#f-name", name)
    await page.locator("[name=what]").first.select_option("name")
    await expect(page.locator("[name=op] option[value=contains]")).to_have_count(1)  # the row is drawn anew
    await page.locator("[name=value]").first.fill(value)
    await expect(page.locator("#found")).to_contain_text("1", timeout=15_000)
    await _shot(page, f"editor-{name}")
    await page.press("#f-name", "Enter")
    await expect(page.locator("h1")).to_have_text(name)
    await expect(page.locator("#members")).to_contain_text(value, timeout=15_000)


async def test_a_segment_is_asked_for_shown_on_her_page_and_taken_out(house: House, browser: Browser) -> None:
    ada = await _ada(house, browser)
    page = ada.page
    await _segment(page, house.url, "Minas", "김미나")
    await page.get_by_role("button", name="Export").click()
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="CSV").click()
    file = await waiting.value
    text = (await file.path()).read_text("utf-8-sig")
    assert "김미나" in text
    assert "mina@naver.example" not in text

    # On her page a chip leads back; who no longer fits has it no more, without a reload.
    await page.locator("#members .who").first.click()
    chip = page.locator("#her-segments .chip")
    await expect(chip).to_have_text("Minas")
    await page.locator("[data-part=fields] .edit summary").first.click()
    await page.fill("[name=name]", "미나 김")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("미나 김")
    await expect(page.locator("#her-segments")).to_contain_text("In none", timeout=30_000)
    assert ada.errors == []


async def test_a_number_is_opened_and_mended(house: House, browser: Browser) -> None:
    ada = await _ada(house, browser)
    page = ada.page
    await page.goto(f"{house.url}/segments")
    await page.keyboard.press("q")
    await expect(page.locator("h1")).to_have_text("Data quality")
    await page.keyboard.press("c")
    await expect(page.locator(".quality-state")).to_contain_text("Counted just now", timeout=30_000)
    without = page.get_by_label("Without Company: 2")
    await without.click()
    await expect(page.locator("tbody .who")).to_have_count(2)
    await page.get_by_label("Fill in: 김미나").click()
    await page.locator("[data-part=fields] .edit summary").nth(1).click()
    await page.fill("[name=company]", "하늘")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-part=fields]")).to_contain_text("하늘")
    await page.goto(f"{house.url}/quality/missing.company")
    await expect(page.locator("tbody .who")).to_have_count(1)
    assert ada.errors == []


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1440, "light", "ko-KR"), (390, "dark", "ko-KR"), (390, "light", "en-US"), (1440, "dark", "en-US")],
)
async def test_their_screens_read_well_in_every_light(
    house: House, browser: Browser, width: int, scheme: Any, language: str
) -> None:
    ada = await _ada(house, browser, language, width)
    page, look = ada.page, f"{width}-{scheme}-{language[:2]}"
    await page.emulate_media(color_scheme=scheme)
    faults: list[str] = []

    async def seen(name: str) -> None:
        await _shot(page, f"{name}-{look}")
        faults.extend(await _faults(page))
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} is {wide} wide"

    await page.goto(f"{house.url}/segments")
    await seen("none")
    await _segment(page, house.url, "Minas", "김미나")
    await seen("one")
    await page.locator("[popovertarget=export-menu]").click()
    await seen("export")
    await page.keyboard.press("Escape")
    for name, path in {"list": "segments", "editor": "segments/1/edit"}.items():
        await page.goto(f"{house.url}/{path}")
        await seen(name)
    await page.goto(f"{house.url}/quality")
    await page.locator(".quality-state button").click()
    await expect(page.locator(".quality-state button")).to_be_visible(timeout=30_000)
    await seen("quality")
    for name in ("unreachable", "conflicting", "missing.company"):
        await page.goto(f"{house.url}/quality/{name}")
        await seen(f"quality-{name}")
    await page.goto(f"{house.url}/settings/fields/new")
    await seen("field")
    assert faults == []
    assert ada.errors == []
