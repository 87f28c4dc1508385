"""Two at one conversation: each sees the other look and write, and no answer crosses another unseen."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.axe import axe_finds
from tests.browser.office import Office

pytestmark = pytest.mark.browser


async def test_who_looks_and_who_writes_is_seen_by_the_other(office: Office) -> None:
    ada = await office.at_work("미나", "지호")
    ben = await office.agent("Ben")
    await ben.open("미나")
    for one, other in ((ada, "Ben"), (ben, "Ada")):
        await expect(one.page.locator("#lookers .looker")).to_have_attribute(
            "title", f"{other} is looking at this conversation"
        )
    await expect(ada.page.locator("#looking")).to_have_text("Ben is looking at this conversation")  # told to readers
    await ben.page.locator("#composer-text").press_sequentially("Hi", delay=20)
    await expect(ada.page.locator("#lookers .looker[data-writes]")).to_have_count(1)
    await expect(ada.page.locator("#typing")).to_contain_text("Ben is writing")
    assert await axe_finds(ada.page) == []
    await ben.open("지호")
    await expect(ada.page.locator("#lookers .looker")).to_have_count(0)
    await expect(ada.page.locator("#looking")).to_be_empty()
    assert ada.errors + ben.errors == []


async def test_an_answer_that_crosses_another_is_shown_it_first(office: Office) -> None:
    ada = await office.at_work("미나")
    ben = await office.agent("Ben")
    await ben.open("미나")
    page, box = ada.page, ada.page.locator("#composer-text")
    asked = page.locator("#crossed")
    await box.fill("It comes tomorrow.")
    await ben.answer("It is at the post office.")
    await expect(ada.message("It is at the post office.")).to_be_visible()
    await box.press("Control+Enter")
    await expect(asked).to_contain_text("It is at the post office.")
    await expect(page.locator("#crossed-mine")).to_have_text("It comes tomorrow.")
    assert await axe_finds(page) == []
    await page.emulate_media(color_scheme="dark")
    assert await axe_finds(page) == []
    await page.keyboard.press("Escape")  # nothing is lost: she writes on
    await expect(box).to_have_value("It comes tomorrow.")
    await expect(box).to_be_focused()
    await expect(ben.message("It comes tomorrow.")).to_have_count(0)
    await box.press_sequentially(" From there.")
    await box.press("Control+Enter")  # she has seen it now, and is not asked again
    await expect(ben.message("It comes tomorrow. From there.")).to_be_visible()

    await box.fill("Shall I call her?")
    await ben.page.fill("#composer-text", "She will call us.")
    await box.press("Control+Enter")  # nothing of Ben's has come meanwhile
    await expect(ben.message("Shall I call her?")).to_be_visible()
    await ben.page.keyboard.press("Control+Enter")
    await expect(ben.page.locator("#crossed-said")).to_contain_text("Shall I call her?")
    await ben.page.locator("#crossed [data-choice=send]").click()
    await expect(ada.message("She will call us.")).to_have_count(1)
    await expect(ben.page.locator("#composer-text")).to_have_value("")
    assert ada.errors + ben.errors == []
