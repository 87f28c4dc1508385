"""The answer as she will see it, and messages that stand in the wrong conversation, by keyboard."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.axe import axe_finds
from tests.browser.office import Office

pytestmark = pytest.mark.browser


async def test_what_she_will_see_and_what_stands_elsewhere(office: Office) -> None:
    for words in ("담요를 환불하고 싶어요", "그리고 텐트는 언제 와요?"):
        await office.says(words)
    ada = await office.agent()
    page = ada.page
    await ada.open("미나")

    # Buttons become numbered lines here, and the preview says so while one writes.
    await page.keyboard.press("r")
    await page.keyboard.type("골라 주세요")
    await page.click("#choices-button")
    await page.keyboard.type("환불")
    await page.keyboard.press("Enter")
    await page.keyboard.type("교환")
    await page.keyboard.press("Control+p")
    bubble = page.locator(".phone-bubble")
    await expect(bubble).to_have_text("골라 주세요\n1. 환불\n2. 교환")
    assert await axe_finds(page) == []
    await page.keyboard.press("Control+Enter")
    await expect(ada.message("골라 주세요").locator(".offered li")).to_have_text(["환불", "교환"])
    await expect(page.locator("#choices")).to_be_hidden()
    await page.keyboard.press("Escape")  # the preview
    await page.keyboard.press("Escape")  # the field

    # The tent is another matter; taken back, it stands where it stood.
    await ada.message("텐트").locator("[data-pick]").check()
    await expect(page.locator("#picked")).to_contain_text("1 message selected")
    await page.locator("#picked [data-act=split]").click()
    await page.locator("#join [data-act=split-now]").click()
    await expect(ada.message("텐트")).to_have_count(0)
    await expect(page.locator("#log")).to_contain_text("Ada moved a message to another conversation")
    await page.locator(".toast button").click()
    await expect(ada.message("텐트")).to_have_count(1)
    assert ada.errors == []
