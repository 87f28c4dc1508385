"""The desk itself: for everybody, by keyboard, through an outage."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from madang.channels.registry import simulator
from madang.tests.cast import SECRET, message
from tests.browser.people import Agent, context
from tests.house import House

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = (
    "/?view=all",
    "/c/1",
    "/account",
    "/settings/channels",
    "/settings/channels/new",
    "/settings/channels/new/email",
    "/settings/brands",
    "/settings/alerts",
    "/settings/staff",
    "/settings/staff/invite",
    "/settings/teams",
    "/settings/tokens",
)


class Shop:
    """Customers who write by the company's own channel."""

    def __init__(self, house: House, key: str) -> None:
        self.hook = f"{house.url}/hooks/{key}"
        self.machine = simulator("api").Simulator(SECRET)

    @classmethod
    async def of(cls, house: House) -> Shop:
        """Connect the channel."""
        fields = ("--name", "Shop", "--set", f"secret={SECRET}")
        return cls(house, json.loads(await house.verb("channel", "create", "api", *fields))["key"])

    async def says(self, text: str, name: str = "미나", value: str = "mina@naver.example") -> None:
        """A customer writes."""
        said = message(text, name=name, value=value)
        await self.machine.post(self.hook, f"w-{said['id']}", said)


# What fades in has too little contrast on its way.
STILL = """Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().iterations !== Infinity).map((one) => one.finished.catch(() => 0)))"""


async def _faults(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    await page.evaluate(f"{STILL}.then(() => 0)")
    await page.evaluate(AXE.read_text("utf-8"))
    found: Any = await page.evaluate("axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa']})")
    return [f"{page.url}: {one['id']} {[node['target'] for node in one['nodes']]}" for one in found["violations"]]


@pytest.mark.parametrize(("width", "scheme", "language"), [(1440, "light", "ko-KR"), (390, "dark", "en-US")])
async def test_axe_finds_nothing(house: House, browser: Browser, width: int, scheme: Any, language: str) -> None:
    shop = await Shop.of(house)
    ada = Agent(house, await (await context(browser, language, width)).new_page(), "Ada")
    await ada.page.emulate_media(color_scheme=scheme)
    await ada.set_up()
    await shop.says("배송지를 바꿀 수 있을까요?")
    await ada.view("all")
    await expect(ada.row("미나")).to_be_visible()
    faults: list[str] = []
    for screen in SCREENS:
        await ada.page.goto(f"{house.url}{screen}")
        faults += await _faults(ada.page)
    assert faults == []
    assert ada.errors == []


async def test_the_keyboard_is_enough_even_with_hangul_on(house: House, browser: Browser) -> None:
    shop = await Shop.of(house)
    ada = Agent(house, await (await context(browser)).new_page(), "Ada")
    await ada.set_up()
    for number in range(3):
        await shop.says(f"question {number}", f"Customer {number}", f"c{number}@naver.example")
    await ada.view("unassigned")
    await expect(ada.page.locator("#list .row")).to_have_count(3)
    await ada.page.keyboard.press("j")
    await expect(ada.page.locator("#head-name")).to_have_text("Customer 2")
    await ada.page.evaluate(
        "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅓ', code: 'KeyJ', bubbles: true}))"
    )
    await expect(ada.page.locator("#head-name")).to_have_text("Customer 1")
    await ada.page.keyboard.press("a")
    await expect(ada.page.locator(".assign")).to_contain_text("Ada")
    await ada.page.keyboard.press("e")
    await expect(ada.row("Customer 1")).to_have_count(0)
    await shop.says("one more thing", "Customer 1", "c1@naver.example")
    await ada.view("mine")
    await expect(ada.row("Customer 1")).to_be_visible()


async def test_what_is_sent_during_an_outage_arrives_once(house: House, browser: Browser) -> None:
    shop = await Shop.of(house)
    ada = Agent(house, await (await context(browser)).new_page(), "Ada")
    await ada.set_up()
    await shop.says("hello")
    await ada.view("unassigned")
    await ada.open("미나")
    await ada.page.route("**/c/*/messages", lambda route: route.abort())
    await ada.answer("Here I am.")
    await expect(ada.message("Here I am.")).to_contain_text("Waits for the connection")
    await ada.page.unroute("**/c/*/messages")
    await house.kill("web")
    await expect(ada.message("Here I am.")).to_have_attribute("data-state", "sent", timeout=30_000)
    await ada.page.reload()
    await expect(ada.message("Here I am.")).to_have_count(1)


async def test_a_second_start_finds_everything_as_it_was(house: House, browser: Browser) -> None:
    shop = await Shop.of(house)
    ada = Agent(house, await (await context(browser)).new_page(), "Ada")
    await ada.set_up()
    await shop.says("hello")
    await ada.view("unassigned")
    await ada.open("미나")
    await ada.answer("Hi!")
    assert await house.stop() == 0
    await house.start()
    await asyncio.gather(ada.page.reload(), shop.says("still there?"))
    await expect(ada.message("Hi!")).to_be_visible()
    await expect(ada.message("still there?")).to_be_visible(timeout=20_000)
