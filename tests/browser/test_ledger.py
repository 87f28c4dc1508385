"""The ledger in a browser: a delivery nobody can place arrives, a lead looks into it, and the numbers move."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.people import Agent, context
from tests.browser.test_desk import Shop, _faults
from tests.house import House

pytestmark = pytest.mark.browser

MINA = {"kind": "email", "value": "mina@naver.example", "name": "미나"}


async def _invite_lead(page: Page, house: House) -> str:
    await page.goto(f"{house.url}/settings/staff/invite")
    await page.fill("[name=email]", "ada@haneul.example")
    await page.check("[name=role][value=lead]")
    await page.click("form.form [type=submit]")
    return await page.locator(".copyable code").inner_text()


async def _people(house: House, browser: Browser) -> tuple[Agent, Agent]:
    """Hana, who set the house up, and Ada the lead."""
    hana = Agent(house, await (await context(browser)).new_page(), "Hana")
    await hana.set_up()
    ada = Agent(house, await (await context(browser)).new_page(), "Ada")
    await ada.join(await _invite_lead(hana.page, house))
    return hana, ada


def _number(page: Page, key: str) -> Any:
    return page.locator(f"[data-live='1-{key}']")


async def test_a_lead_looks_into_the_quarantine_and_the_numbers_move(house: House, browser: Browser) -> None:
    shop = await Shop.of(house)
    _hana, ada = await _people(house, browser)
    page = ada.page
    await ada.view("unassigned")
    await page.keyboard.press("g")
    await page.keyboard.press("l")
    await expect(page.get_by_role("heading", name="Ledger", level=1)).to_be_visible()
    await expect(_number(page, "quarantined")).to_have_text("0")

    # An edit of a message that never came: it waits in quarantine, and the page shows it without a reload.
    edit = {"type": "edit", "about": "m-1", "from": MINA, "text": "<b>파란 담요로 바꿔 주세요</b>"}
    await shop.machine.post(shop.hook, "w-edit", edit)
    await expect(_number(page, "quarantined")).to_have_text("1", timeout=20_000)
    await expect(_number(page, "received")).to_have_text("1")

    # She opens it, reads it as it came, puts it aside with a reason, and takes that back.
    await page.get_by_role("link", name="Quarantine: 1").click()
    await page.get_by_role("link", name=re.compile(r"^\d+$")).click()
    await expect(page.locator("pre[aria-label='As it came']")).to_contain_text("<b>파란 담요")
    await expect(page.get_by_text("It can be understood now: 1 fact.")).to_be_visible()
    await page.locator("summary", has_text="Put aside").click()
    await page.get_by_label("Why", exact=True).fill("Their system was tested")
    await page.locator(".reason").get_by_role("button", name="Put aside").click()
    await expect(page.get_by_role("heading", name="Quarantine is empty")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("status").first).to_contain_text("Back where it was.")

    # Taken in again too early, it comes back; once its message is here, it is taken in.
    await page.get_by_role("button", name="Take in again").click()
    await page.goto(f"{house.url}/ledger")
    await expect(_number(page, "quarantined")).to_have_text("1", timeout=20_000)
    said = {"type": "message", "id": "m-1", "from": MINA, "text": "빨간 담요로 바꿔 주세요"}
    await shop.machine.post(shop.hook, "w-said", said)
    await expect(_number(page, "quarantined")).to_have_text("0", timeout=20_000)
    await expect(_number(page, "taken")).to_have_text("2")
    await ada.view("all")
    await expect(ada.row("미나")).to_contain_text("파란 담요로")
    assert ada.errors == []


@pytest.mark.parametrize(("width", "scheme", "language"), [(1440, "dark", "en-US"), (390, "light", "ko-KR")])
async def test_axe_finds_nothing_in_the_ledger(
    house: House, browser: Browser, width: int, scheme: Any, language: str
) -> None:
    shop = await Shop.of(house)
    hana = Agent(house, await (await context(browser, language, width)).new_page(), "Hana")
    await hana.page.emulate_media(color_scheme=scheme)
    await hana.set_up()
    for number in (1, 2, 5):
        said = {"type": "message", "id": f"m{number}", "from": MINA, "text": "hi", "sequence": number}
        await shop.machine.post(shop.hook, f"w{number}", said)
    await shop.machine.post(shop.hook, "w-edit", {"type": "edit", "about": "m-9", "from": MINA, "text": "x"})
    await hana.page.goto(f"{house.url}/ledger")
    await expect(_number(hana.page, "quarantined")).to_have_text("1", timeout=20_000)
    await hana.page.goto(f"{house.url}/ledger/quarantine")
    link = await hana.page.locator("td a.text-link").first.get_attribute("href")
    paths = ["/ledger", "/ledger/channels/1", "/ledger/channels/1/deliveries", "/ledger/channels/1/answers?what=failed"]
    paths += ["/ledger/quarantine", "/ledger/quarantine?aside=1", str(link), "/ledger/letters"]
    paths += ["/ledger/channels/1/replays/new?since=2026-01-01T00:00&until=2036-01-01T00:00"]
    faults: list[str] = []
    for path in paths:
        await hana.page.goto(f"{house.url}{path}")
        faults += await _faults(hana.page)
        assert await hana.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert faults == []
    assert hana.errors == []
