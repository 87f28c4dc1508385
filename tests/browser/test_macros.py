"""A macro is written, found under `/` by its first consonants, used with an answer, and taken back."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from playwright.async_api import Browser, expect

from tests.browser.test_composer import _at_work
from tests.browser.test_desk import _faults
from tests.house import House

pytestmark = pytest.mark.browser


async def test_a_macro_from_the_editor_to_the_answer_and_back(house: House, browser: Browser) -> None:
    ada, _shop = await _at_work(house, browser, "미나")
    page, box = ada.page, ada.page.locator("#composer-text")
    await page.wait_for_url("**/c/*")
    here = page.url
    await page.goto(urljoin(here, "/settings/macros/new"))
    await page.locator("#f-name").fill("환불 접수")
    await page.locator("#text-0-ko").fill("{{고객.이름}}은/는 {{nobody}}")
    await expect(page.locator("#look")).to_contain_text("nobody")
    await page.locator("#text-0-ko").fill("{{고객.이름}}은/는 소중해요")
    await page.get_by_role("button", name="Add tags").click()
    await page.locator("input[name=tags]:not([type=hidden])").fill("환불")
    await expect(page.locator("#look")).to_contain_text("미나는 소중해요")
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.locator(".move-card").first).to_contain_text("Add tags")
    assert await _faults(page) == []
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/settings/macros/*done=saved*")
    await page.goto(here)
    await box.focus()
    await page.keyboard.insert_text("/ㅎㅂ")
    await expect(page.locator("#slash-look")).to_contain_text("미나는 소중해요")
    assert await _faults(page) == []
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("미나는 소중해요")
    await expect(page.locator("#plan")).to_contain_text("환불")
    await page.keyboard.press("Control+Enter")
    await expect(ada.message("미나는 소중해요")).to_be_visible()
    await expect(page.locator("#tags .tag")).to_have_text("환불")
    await page.locator("#toasts button").click()
    await expect(page.locator("#tags .tag")).to_have_count(0)
    assert ada.errors == []
