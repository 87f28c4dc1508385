"""The ledger in a browser: a delivery nobody can place arrives, a lead looks into it, and the numbers move."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import axe_finds
from tests.browser.office import Office

pytestmark = pytest.mark.browser

MINA = {"kind": "email", "value": "mina@naver.example", "name": "미나"}


def _number(office: Office, page: Page, key: str) -> Any:
    return page.locator(f"[data-live='{office.channel_id}-{key}']")


async def test_a_lead_looks_into_the_quarantine_and_the_numbers_move(office: Office) -> None:
    ada, shop = await office.agent(view="unassigned"), office.shop
    page, mina = ada.page, MINA | {"value": f"mina-{office.number}@naver.example"}
    await page.keyboard.press("g")
    await page.keyboard.press("l")
    await expect(page.get_by_role("heading", name="Ledger", level=1)).to_be_visible()
    await expect(_number(office, page, "quarantined")).to_have_text("0")

    # An edit of a message that never came: it waits in quarantine, and the page shows it without a reload.
    edit = {"type": "edit", "about": "m-1", "from": mina, "text": "<b>파란 담요로 바꿔 주세요</b>"}
    await shop.machine.post(shop.hook, "w-edit", edit)
    await expect(_number(office, page, "quarantined")).to_have_text("1", timeout=20_000)
    await expect(_number(office, page, "received")).to_have_text("1")

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
    await page.goto(f"{office.house.url}/ledger")
    await expect(_number(office, page, "quarantined")).to_have_text("1", timeout=20_000)
    said = {"type": "message", "id": "m-1", "from": mina, "text": "빨간 담요로 바꿔 주세요"}
    await shop.machine.post(shop.hook, "w-said", said)
    await expect(_number(office, page, "quarantined")).to_have_text("0", timeout=20_000)
    await expect(_number(office, page, "taken")).to_have_text("2")
    await ada.view("all")
    await expect(ada.row("미나")).to_contain_text("파란 담요로")
    assert ada.errors == []


@pytest.mark.parametrize(("width", "scheme", "language"), [(1440, "dark", "en-US"), (390, "light", "ko-KR")])
async def test_axe_finds_nothing_in_the_ledger(office: Office, width: int, scheme: Any, language: str) -> None:
    hana = await office.agent("Hana", "administrator", language=language, width=width, everywhere=True)
    shop, channel = office.shop, f"/ledger/channels/{office.channel_id}"
    mina = MINA | {"value": f"mina-{office.number}@naver.example"}
    await hana.page.emulate_media(color_scheme=scheme)
    for number in (1, 2, 5):
        said = {"type": "message", "id": f"m{number}", "from": mina, "text": "hi", "sequence": number}
        await shop.machine.post(shop.hook, f"w{number}", said)
    await shop.machine.post(shop.hook, "w-edit", {"type": "edit", "about": "m-9", "from": mina, "text": "x"})
    await hana.page.goto(f"{office.house.url}/ledger")
    await expect(_number(office, hana.page, "quarantined")).to_have_text("1", timeout=20_000)
    await hana.page.goto(f"{office.house.url}/ledger/quarantine")
    link = await hana.page.locator("td a.text-link").first.get_attribute("href")
    paths = ["/ledger", channel, f"{channel}/deliveries", f"{channel}/answers?what=failed"]
    paths += ["/ledger/quarantine", "/ledger/quarantine?aside=1", str(link), "/ledger/letters"]
    paths += [f"{channel}/replays/new?since=2026-01-01T00:00&until=2036-01-01T00:00"]
    faults: list[str] = []
    for path in paths:
        await hana.page.goto(f"{office.house.url}{path}")
        faults += await axe_finds(hana.page)
        assert await hana.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert faults == []
    assert hana.errors == []
