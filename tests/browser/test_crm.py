"""HubSpot in a browser: connected, mapped, looked through, begun; then live both ways; what is stuck is tried again."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from madang.channels.registry import simulator
from tests.browser.axe import axe_finds
from tests.browser.office import Office

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
    assert await axe_finds(page) == [], name


async def _connect(page: Page, url: str, hubspot: Any, token: str) -> None:
    await page.goto(f"{url}/settings/crm/new/hubspot")
    await page.fill("[name=token]", token)
    await page.fill("[name=client_secret]", hubspot.client_secret)
    await page.click(".setup-form .advanced summary")
    await page.fill("[name=api_url]", hubspot.url)
    await page.click(".setup-form [type=submit]")


async def test_both_sides_are_brought_in_step(alone: Office, hubspot: Any) -> None:
    url = alone.house.url
    ada = await alone.agent(role="administrator", everywhere=True)
    mia = await alone.agent("Mia", "administrator", everywhere=True, width=390, language="ko-KR")
    await mia.page.emulate_media(color_scheme="dark")
    page = ada.page

    async def look(name: str, again: bool = True) -> None:
        """At a desk by day, and on a telephone in Korean by night."""
        await _look(page, f"crm-1440-{name}")
        if again:
            await mia.page.goto(page.url)
        await _look(mia.page, f"crm-390-{name}")

    await alone.shop.says("담요를 환불하고 싶어요", "김미나", "mina@naver.example")
    await page.goto(f"{url}/settings/crm")
    await look("1-list")
    for one in (page, mia.page):
        await _connect(one, url, hubspot, "pat-wrong")
        await expect(one.locator(".field[data-bad] [name=token]")).to_be_visible()
    await look("2-wrong", again=False)
    await _connect(page, url, hubspot, hubspot.token)
    await expect(page.locator("[name=theirs]").first).to_have_value("name")
    await look("3-mapping")
    await page.locator("form.form [type=submit]").click()
    begin = page.locator("form[action$=beginning] button")
    await expect(begin).to_be_visible(timeout=30_000)
    assert hubspot.portal.writes == 3
    await look("4-checked")
    await begin.click()
    await expect(page.locator("form[action$=round]")).to_be_visible(timeout=30_000)
    await page.goto(page.url.partition("?")[0])
    await expect(page.locator("td b", has_text="103")).to_be_visible()  # nobody, who cannot be found again
    await look("5-live")
    hubspot.portal.change("103", email="nobody@x.example")
    await page.locator("form[action$=retries] button").nth(1).click()
    await expect(page.locator("td b", has_text="103")).to_have_count(0, timeout=15_000)
    await ada.view("all")
    await ada.open("김미나")
    await page.goto(f"{url}{await page.locator('.panel-name a').get_attribute('href')}")
    await expect(page.locator("[data-part=fields]")).to_contain_text("하늘")
    await expect(page.locator("[data-part=history]")).to_contain_text("HubSpot")
    await look("6-customer")
    assert ada.errors == mia.errors == []
