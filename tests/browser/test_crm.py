"""HubSpot in a browser: connected, mapped, looked through, begun; then live both ways; what is stuck is tried again."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from madang.channels.registry import simulator
from tests.browser.people import Agent, context
from tests.browser.test_desk import Shop, _faults
from tests.house import House

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("MADANG_SHOTS", "")  # a folder for pictures, for whoever wants to look


async def _shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.wait_for_timeout(300)
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
async def hubspot() -> AsyncIterator[Any]:
    made = simulator("hubspot").Simulator()
    await made.start()
    made.portal.add(email="mina@naver.example", firstname="미나", lastname="김", company="하늘")
    made.portal.add(email="mia@juniper.example", firstname="Mia", lastname="Berg", country="Germany")
    made.portal.add(firstname="Nobody")
    yield made
    await made.stop()


async def _look(page: Page, name: str) -> None:
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.url
    some = "[...document.querySelectorAll('.settings-page .btn, .settings-page .card')]"
    cut = f"{some}.filter(one => one.getBoundingClientRect().right > innerWidth).map(one => one.outerHTML.slice(0, 99))"
    if "/settings/" in page.url:
        assert await page.evaluate(cut) == [], name
    await _shot(page, name)
    assert await _faults(page) == [], name


async def _connect(page: Page, house: House, hubspot: Any, token: str) -> None:
    await page.goto(f"{house.url}/settings/crm/new/hubspot")
    await page.fill("[name=token]", token)
    await page.fill("[name=client_secret]", hubspot.client_secret)
    await page.click(".setup-form .advanced summary")
    await page.fill("[name=api_url]", hubspot.url)
    await page.click(".setup-form [type=submit]")


@pytest.mark.parametrize(
    ("width", "language", "scheme"), [(1440, "en-US", "light"), (390, "ko-KR", "dark"), (390, "en-US", "light")]
)
async def test_both_sides_are_brought_in_step(
    house: House, browser: Browser, hubspot: Any, width: int, language: str, scheme: Any
) -> None:
    shop = await Shop.of(house)
    page = await (await context(browser, language, width)).new_page()
    await page.emulate_media(color_scheme=scheme)
    ada, name = Agent(house, page, "Ada"), f"{width}-{language[:2]}-{scheme}"
    await ada.set_up()
    await shop.says("담요를 환불하고 싶어요", "김미나", "mina@naver.example")
    await page.goto(f"{house.url}/settings/crm")
    await _look(page, f"crm-{name}-1-list")
    await _connect(page, house, hubspot, "pat-wrong")
    await expect(page.locator(".field[data-bad] [name=token]")).to_be_visible()
    await _look(page, f"crm-{name}-2-wrong")
    await _connect(page, house, hubspot, hubspot.token)
    await expect(page.locator("[name=theirs]").first).to_have_value("name")
    await _look(page, f"crm-{name}-3-mapping")
    await page.locator("form.form [type=submit]").click()
    begin = page.locator("form[action$=beginning] button")
    await expect(begin).to_be_visible(timeout=30_000)
    assert hubspot.portal.writes == 3
    await _look(page, f"crm-{name}-4-checked")
    await begin.click()
    await expect(page.locator("form[action$=round]")).to_be_visible(timeout=30_000)
    await page.goto(page.url.partition("?")[0])
    await expect(page.locator("td b", has_text="103")).to_be_visible()  # nobody, who cannot be found again
    await _look(page, f"crm-{name}-5-live")
    hubspot.portal.change("103", email="nobody@x.example")
    await page.locator("form[action$=retries] button").nth(1).click()
    await expect(page.locator("td b", has_text="103")).to_have_count(0, timeout=15_000)
    await ada.view("all")
    await ada.open("김미나")
    await page.goto(f"{house.url}{await page.locator('.panel-name a').get_attribute('href')}")
    await expect(page.locator("[data-part=fields]")).to_contain_text("하늘")
    await expect(page.locator("[data-part=history]")).to_contain_text("HubSpot")
    await _look(page, f"crm-{name}-6-customer")
    assert ada.errors == []
