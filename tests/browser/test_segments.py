"""Segments and data quality in a browser: a marketer asks for people and takes them out; what is amiss is found and
mended; and every screen of both reads well in every light and width."""

from __future__ import annotations

import os

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.people import Agent

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("MADANG_SHOTS", "")  # a folder for pictures, for whoever wants to look


async def _shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.wait_for_timeout(300)
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


async def _ada(alone: Office) -> Agent:
    """Ada and two customers."""
    ada = await alone.agent(role="administrator", everywhere=True)
    await alone.shop.says("담요를 환불하고 싶어요", "미나", "mina@naver.example")
    await alone.shop.says("배송은 언제 오나요?", "김미나", "mina@work.example")
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


async def test_a_segment_is_asked_for_and_taken_out_and_a_number_is_opened_and_mended(alone: Office) -> None:
    ada = await _ada(alone)
    await _asked_for_and_taken_out(ada)
    await _opened_and_mended(ada)
    assert ada.errors == []


async def _asked_for_and_taken_out(ada: Agent) -> None:
    page = ada.page
    await _segment(page, ada.house.url, "Minas", "김미나")
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


async def _opened_and_mended(ada: Agent) -> None:
    page = ada.page
    await page.goto(f"{ada.house.url}/segments")
    await page.keyboard.press("q")
    await page.wait_for_url("**/quality")
    await expect(page.locator("h1")).to_have_text("Data quality")
    await page.keyboard.press("c")
    await expect(page.locator(".quality-state")).to_contain_text("Counted just now", timeout=30_000)
    without = page.get_by_label("Without Company: 2")
    await without.click()
    await expect(page.locator("tbody .who")).to_have_count(2)
    await page.get_by_label("Fill in: 미나 김").click()
    await page.locator("[data-part=fields] .edit summary").nth(1).click()
    await page.fill("[name=company]", "하늘")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-part=fields]")).to_contain_text("하늘")
    await page.goto(f"{ada.house.url}/quality/missing.company")
    await expect(page.locator("tbody .who")).to_have_count(1)


async def test_their_screens_read_well_in_every_light(alone: Office) -> None:
    await _ada(alone)
    mia = await alone.agent("Mia", "administrator", everywhere=True, language="ko-KR")
    ben = await alone.agent("Ben", "administrator", everywhere=True, width=390, height=844)
    await mia.page.emulate_media(color_scheme="dark")
    faults: list[str] = []

    async def seen(one: Agent, name: str) -> None:
        width = 390 if one is ben else 1440
        await _shot(one.page, f"{name}-{width}")
        faults.extend(await axe_finds(one.page))
        wide = await one.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{one.page.url} is {wide} wide"

    async def visited(path: str, name: str) -> None:
        for one in (mia, ben):
            await one.page.goto(f"{alone.house.url}/{path}")
            await seen(one, name)

    await visited("segments", "none")
    for number, one in enumerate((mia, ben), 1):
        await _segment(one.page, alone.house.url, f"Minas {number}", "김미나")
        await seen(one, "one")
        await one.page.locator("[popovertarget=export-menu]").click()
        await seen(one, "export")
        await one.page.keyboard.press("Escape")
    for name, path in {"list": "segments", "editor": "segments/1/edit"}.items():
        await visited(path, name)
    await mia.page.goto(f"{alone.house.url}/quality")
    await mia.page.locator(".quality-state button").click()
    await expect(mia.page.locator(".quality-state button")).to_be_visible(timeout=30_000)
    await visited("quality", "quality")
    for name in ("unreachable", "conflicting", "missing.company"):
        await visited(f"quality/{name}", f"quality-{name}")
    await visited("settings/fields/new", "field")
    assert faults == []
    assert mia.errors == ben.errors == []
