"""Asking for proof of an address, at the desk and in the chat, in every light."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import AXE, axe_finds
from tests.browser.office import Office
from tests.browser.people import Visitor
from tests.browser.scene import Scene, add_claim, claim, code_for

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("MADANG_SHOTS", "")  # a folder for pictures, for whoever wants to look


async def _shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.wait_for_timeout(300)
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1440, "dark", "ko-KR"), (390, "light", "en-US")],
)
async def test_asking_for_proof_reads_well_in_every_light(
    office: Office, mail: Any, width: int, scheme: Any, language: str
) -> None:
    scene, number = Scene(office, mail), office.number  # an address is one person's in the whole house
    hers, other = f"mina{number}@naver.example", f"minakim{number}@daum.example"
    await scene.begin(role="administrator", everywhere=True, language=language, width=width)
    page, faults, suffix = scene.ada.page, list[str](), f"{width}-{scheme}-{language[:2]}"
    await page.emulate_media(color_scheme=scheme)
    site = await scene.visitor(language, min(width, 480))
    await site.page.emulate_media(color_scheme=scheme)
    blanket, when = f"담요 {number} 색이 사진과 달라요", f"주문 {number} 언제 오나요?"
    await site.say(blanket)
    await scene.writer(other, "김미나").write("support@haneul.example", "배송 문의", when)
    home = scene.writer(hers, "미나")  # a mailbox that is not there yet gets no mail
    mina, twin = await scene.page_of(blanket), await scene.page_of(when)
    await scene.look(mina)
    await add_claim(page, hers)
    await add_claim(page, f"010-1234-{number:04}", f"+82101234{number:04}")
    await claim(page, hers).locator("form[action$=codes] button").click()
    await expect(site.frame.locator("#proof-form")).to_be_visible()
    await code_for(home)
    await expect(site.frame.locator("#proof-why")).to_contain_text("10")
    await _shot(site.page, f"widget-{suffix}")
    faults += await _faults_of(site)
    await page.reload()
    await page.locator("[data-part=addresses] .edit.wide > summary").click()
    await page.locator("[data-part=addresses] .edit.wide input[name=value]").fill(other)
    await page.locator("[data-part=addresses] .edit.wide [name=proven]").check()
    await page.locator("[data-part=addresses] .edit.wide button[type=submit]").click()
    await expect(page.locator(".hint")).to_be_visible()
    url = office.house.url
    brand = f"{url}/settings/brands/{office.brand_id}"
    screens = {"customer": f"{url}/customers/{mina}", "merge": f"{url}/customers/{mina}/merge?other={twin}"}
    for name, path in {**screens, "queue": f"{url}/suggestions", "brand": brand}.items():
        await page.goto(path)
        await _shot(page, f"{name}-{suffix}")
        await page.evaluate("document.getElementById('content').scrollTop = 1e9")  # from below what stays in sight
        faults += await axe_finds(page)
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
