"""Asking for proof of an address, at the desk and in the chat, in every light."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.people import Visitor
from tests.browser.scene import HOME, OTHER, PHONE, Scene, add_claim, claim, code_for
from tests.browser.test_desk import AXE, _faults
from tests.house import House

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("MADANG_SHOTS", "")  # a folder for pictures, for whoever wants to look


async def _shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.wait_for_timeout(300)
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1440, "light", "ko-KR"), (390, "dark", "ko-KR"), (390, "light", "en-US"), (1440, "dark", "en-US")],
)
async def test_asking_for_proof_reads_well_in_every_light(
    house: House, mail: Any, browser: Browser, width: int, scheme: Any, language: str
) -> None:
    scene = Scene(house, mail, browser)
    await scene.begin(language, width)
    page, faults, suffix = scene.ada.page, list[str](), f"{width}-{scheme}-{language[:2]}"
    await page.emulate_media(color_scheme=scheme)
    site = await scene.visitor(language, min(width, 480))
    await site.page.emulate_media(color_scheme=scheme)
    await site.say("담요 색이 사진과 달라요")
    await scene.writer(OTHER, "김미나").write("support@haneul.example", "배송 문의", "배송은 언제 오나요?")
    home = scene.writer(HOME, "미나")  # a mailbox that is not there yet gets no mail
    mina, twin = await scene.page_of("담요 색이"), await scene.page_of("배송은 언제")
    await scene.look(mina)
    await add_claim(page, HOME)
    await add_claim(page, "010-1234-5678", PHONE)
    await claim(page, HOME).locator("form[action$=codes] button").click()
    await expect(site.frame.locator("#proof-form")).to_be_visible()
    await code_for(home)
    await expect(site.frame.locator("#proof-why")).to_contain_text("10")
    await _shot(site.page, f"widget-{suffix}")
    faults += await _faults_of(site)
    await page.reload()
    await page.locator("[data-part=addresses] .edit.wide > summary").click()
    await page.locator("[data-part=addresses] .edit.wide input[name=value]").fill(OTHER)
    await page.locator("[data-part=addresses] .edit.wide [name=proven]").check()
    await page.locator("[data-part=addresses] .edit.wide button[type=submit]").click()
    await expect(page.locator(".hint")).to_be_visible()
    brand = f"{house.url}/settings/brands/1"
    screens = {"customer": f"{house.url}/customers/{mina}", "merge": f"{house.url}/customers/{mina}/merge?other={twin}"}
    for name, path in {**screens, "queue": f"{house.url}/suggestions", "brand": brand}.items():
        await page.goto(path)
        await _shot(page, f"{name}-{suffix}")
        await page.evaluate("document.getElementById('content').scrollTop = 1e9")  # from below what stays in sight
        faults += await _faults(page)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} wide"
    await site.frame.locator("#proof-no").click()
    await expect(site.frame.locator("#ask-form")).to_be_visible()
    await _shot(site.page, f"widget-wrong-{suffix}")
    assert faults == []
    assert scene.ada.errors == []


async def _faults_of(site: Visitor) -> list[str]:
    """What axe finds in the chat."""
    await site.frame.evaluate(AXE.read_text("utf-8"))
    found: Any = await site.frame.evaluate("axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa']})")
    return [f"chat: {one['id']} {[node['target'] for node in one['nodes']]}" for one in found["violations"]]
