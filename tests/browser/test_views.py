"""Views of the list: what is changed of a shared one is told and taken back, and their order is each person's own."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.axe import axe_finds
from tests.browser.office import Office

pytestmark = pytest.mark.browser


async def test_a_shared_views_changes_are_told_and_taken_back(office: Office) -> None:
    ada = await office.at_work("미나")
    page, name = ada.page, f"VIP {office.number}"
    await page.goto(f"{office.house.url}/?view=all&f=priority:any_of:3&f=unread:is:true")
    await page.get_by_role("button", name="Save as a view").click()
    await page.fill("#view-form-name", name)
    await page.select_option("#view-form-whose", "all")
    await page.keyboard.press("Enter")
    await expect(page.locator("#view-choose")).to_contain_text(name)
    await page.locator("#filters .chip-on", has_text="Unread").locator(".chip-off").click()
    await expect(page.locator("#filters .chip-on")).to_have_count(1)
    await page.get_by_role("button", name="Save changes").click()
    await expect(page.locator("#toasts")).to_contain_text("Saved")
    await expect(page.locator("#filters .chip-on")).to_have_count(1)
    await page.goto(f"{office.house.url}/settings/views")
    row = page.locator("tbody tr", has_text=name)
    await expect(row).not_to_contain_text("Unread")
    await expect(page.locator("#settings-past")).to_contain_text("Filters", timeout=15_000)
    assert await axe_finds(page) == []
    await page.locator("#settings-past form", has_text="Undo").first.get_by_role("button").click()
    await expect(row).to_contain_text("Unread")
    page.on("dialog", lambda asked: asked.accept())
    await row.get_by_role("button").click()
    await expect(row).to_have_count(0)
    assert ada.errors == []


async def test_views_order_and_spacing_are_kept_as_she_put_them(office: Office) -> None:
    ada = await office.at_work("미나", "지호")
    page = ada.page
    for name in ("첫째", "둘째", "셋째"):
        await page.goto(f"{office.house.url}/?view=all&f=unread:is:true")
        await page.get_by_role("button", name="Save as a view").click()
        await page.fill("#view-form-name", name)
        await page.keyboard.press("Enter")
        await expect(page.locator("#view-choose")).to_contain_text(name)
    mine = page.locator("#views-menu [role=group]", has_text="첫째").locator("a .menu-text")
    await page.keyboard.press("Shift+V")
    await page.locator("#views-menu .view-line", has_text="셋째").locator("a").focus()
    await page.keyboard.press("Alt+ArrowUp")
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.locator("#toasts")).to_contain_text("셋째 is now 1 of 3.")
    await expect(mine).to_have_text(["셋째", "첫째", "둘째"])
    assert await axe_finds(page) == []
    grip = page.locator("#views-menu .view-line", has_text="둘째").locator(".view-grip")
    await grip.hover()
    await page.mouse.down()
    await expect(page.locator("#views-menu [data-dragged]")).to_have_count(1)
    await page.locator("#views-menu .view-line", has_text="첫째").hover(position={"x": 20, "y": 3}, force=True)
    await page.mouse.up()
    await expect(mine).to_have_text(["셋째", "둘째", "첫째"])
    await page.reload()  # at once: what she did last is kept all the same
    await expect(page.locator("#views")).to_be_visible()
    await page.keyboard.press("Shift+V")
    await expect(mine).to_have_text(["셋째", "둘째", "첫째"])
    await page.keyboard.press("Escape")
    await page.keyboard.press("Shift+O")
    await page.locator("#list-menu [data-sort=oldest]").click()
    await page.wait_for_url("**sort=oldest*")
    await page.keyboard.press("Shift+O")
    async with page.expect_response("**/preferences"):
        await page.locator("#list-menu [data-value=compact]").click()
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-density", "compact")
    await expect(page.locator("#views")).to_be_visible()
    await page.keyboard.press("Shift+V")
    await expect(mine).to_have_text(["셋째", "둘째", "첫째"])
    assert ada.errors == []
