"""Who is this, in a browser: 미나 is two customers; Ada merges them with one key, sees one person, takes it back."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.people import Agent

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("MADANG_SHOTS", "")  # a folder for pictures, for whoever wants to look
HOME, WORK = "mina-{}@naver.example", "kim.{}@work.example"  # a story's number


async def _shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.wait_for_timeout(300)
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


async def _two(office: Office, language: str = "en-US", width: int = 1440) -> tuple[Agent, tuple[str, str]]:
    """Ada, and 미나 who wrote by two addresses: two customers, and their pages."""
    await office.shop.says("담요를 환불하고 싶어요", "미나", HOME.format(office.number))
    ada = await office.agent(language=language, width=width)
    await expect(ada.page.locator("#list .row")).to_have_count(1)  # she is the older one: the other leads to her
    await office.shop.says("배송은 언제 오나요?", "김미나", WORK.format(office.number))
    await expect(ada.row("김미나")).to_be_visible()
    return ada, (await _page_of(ada, "미나"), await _page_of(ada, "김미나"))


async def _page_of(ada: Agent, name: str) -> str:
    """The address of a customer's page, out of the panel beside her conversation."""
    await ada.view("all")
    row = ada.page.locator("#list .row", has=ada.page.get_by_text(name, exact=True))
    await ada.page.goto(f"{ada.house.url}{await row.get_attribute('href')}")
    return f"{ada.house.url}{await ada.page.locator('.panel-name a').get_attribute('href')}"


async def _vouch(page: Page, hers: str, address: str) -> None:
    """Say that she has another's address: both have it now, and a person is asked."""
    await page.goto(hers)
    await page.locator(".edit.wide > summary").click()
    await page.fill("[name=value]", address)
    await page.check("[name=proven]")
    await page.locator(".edit.wide button[type=submit]").click()
    await expect(page.locator(".said .toast")).to_be_visible()


async def test_mina_is_two_customers_and_one_and_two_again(office: Office) -> None:
    ada, (mina, kim) = await _two(office)
    page, home, work = ada.page, HOME.format(office.number), WORK.format(office.number)
    await _vouch(page, mina, work)
    await expect(page.locator(".hint")).to_contain_text("has proved the same address")
    await expect(page.locator("#rail-waiting")).to_contain_text("1")

    # The queue: side by side, one key, and there is nothing left to decide.
    await page.keyboard.press("g")
    await page.keyboard.press("u")
    await page.wait_for_url("**/suggestions*")
    await expect(page.locator(".pair .side")).to_have_count(2)
    await expect(page.locator(".pair")).to_contain_text(home)
    await expect(page.locator(".pair")).to_contain_text("배송은 언제 오나요?")
    await page.keyboard.press("a")
    await expect(page.locator(".said .toast")).to_contain_text("They are one person now.")
    await expect(page.get_by_text("Nobody is in doubt")).to_be_visible()
    await expect(page.locator("#rail-waiting")).to_have_text("")

    # She is one: both addresses, both matters, whichever number leads there.
    other = await page.context.new_page()
    await other.goto(kim)
    await expect(other).to_have_url(mina)
    for said in (home, work, "담요를 환불하고 싶어요", "배송은 언제 오나요?"):
        await expect(other.locator(".person-grid")).to_contain_text(said)
    await expect(other.locator(".person-head")).to_contain_text("Also known as 김미나")

    # Taken back with one key: the question is there again, and each has her own.
    await page.keyboard.press("z")
    await expect(page.locator(".pair .side")).to_have_count(2)
    await expect(page.locator("#rail-waiting")).to_contain_text("1")
    await other.goto(kim)
    await expect(other.locator(".person-side")).to_contain_text(work)
    await expect(other.locator(".proven")).not_to_contain_text(home)
    await other.goto(mina)  # what Ada vouched for is still her word, and still another's too
    await expect(other.locator(".proven li", has_text=home)).not_to_contain_text("Conflict")
    await expect(other.locator(".proven li", has_text=work)).to_contain_text("Conflict")
    assert ada.errors == []


async def test_merged_by_hand_field_by_field_and_undone_from_the_journal(office: Office) -> None:
    ada, (mina, _) = await _two(office)
    page = ada.page
    await page.goto(mina)
    await page.locator(".hist a").first.click()
    await page.get_by_role("link", name="Everything about this customer").click()

    # Edited in place, without loading the page; who did it, and back.
    await page.locator("[data-part=fields] .edit summary").nth(1).click()
    await page.fill("[name=company]", "하늘")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-part=fields]")).to_contain_text("하늘")
    await expect(page.locator("[data-part=history]")).to_contain_text("Ada")
    await page.locator("[data-part=history] button").click()
    await expect(page.locator("[data-part=fields]")).not_to_contain_text("하늘")

    await page.keyboard.press("m")
    await page.locator("#find-text").press_sequentially("김미", delay=40)
    found = page.locator("[data-part=found] a")
    for _ in range(40):  # the index follows a moment later
        if await found.count():
            break
        await page.locator("#find-text").press_sequentially("나")
        await page.wait_for_timeout(400)
        await page.locator("#find-text").press("Backspace")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/merge?other=*")
    await expect(page.locator(".outcome")).to_contain_text("Nothing is destroyed")
    await page.locator("[name='keep:name'][value=loser]").check()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".said .toast")).to_contain_text("They are one person now.")
    await expect(page.locator("h1")).to_have_text("김미나")
    await expect(page.locator("#merges li")).to_have_count(1)
    await page.locator("#merges button").click()
    await expect(page.locator(".said .toast")).to_contain_text("They are two again")
    await expect(page.locator("h1")).to_have_text("미나")
    await expect(page.locator("#merges li[data-undone]")).to_have_count(1)
    assert ada.errors == []


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1440, "dark", "ko-KR"), (390, "light", "en-US")],
)
async def test_its_screens_read_well_in_every_light(office: Office, width: int, scheme: Any, language: str) -> None:
    ada, (mina, kim) = await _two(office, language, width)
    page = ada.page
    await page.emulate_media(color_scheme=scheme)
    await _vouch(page, mina, WORK.format(office.number))
    faults: list[str] = []
    merge = f"{mina}/merge?other={kim.rpartition('/')[2]}"
    screens = {"customer": mina, "find": f"{mina}/merge", "merge": merge, "queue": f"{office.house.url}/suggestions"}
    for name, path in screens.items():
        await page.goto(path)
        await _shot(page, f"{name}-{width}-{scheme}-{language[:2]}")
        faults += await axe_finds(page)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} wide"
    await page.goto(f"{office.house.url}/suggestions")
    await page.locator("form[action$=rejection] button").first.click()
    await expect(page.locator(".empty")).to_be_visible()
    await _shot(page, f"empty-{width}-{scheme}-{language[:2]}")
    faults += await axe_finds(page)
    await page.locator(".said button").click()
    await expect(page.locator(".pair")).to_be_visible()
    await expect(page).to_have_url(re.compile(r"/suggestions/\d+$"))
    assert faults == []
    assert ada.errors == []
