"""Conversations that are one matter, or two: split, moved, merged, linked; each shown before, undone after."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.people import Agent

pytestmark = pytest.mark.browser

COAT, INVOICE, THANKS = "코트가 안 왔어요", "영수증도 보내 주세요", "고마워요"


async def _said(page: Page) -> list[str]:
    return [one.strip() for one in await page.locator("#log .msg .bubble p").all_inner_texts()]


async def _mina(office: Office, *more: str) -> Agent:
    """Ada, with what 미나 wrote open before her."""
    for words in (COAT, INVOICE, THANKS, *more):
        await office.says(words)
    ada = await office.agent()
    await ada.open("미나")
    await expect(ada.message(THANKS)).to_be_visible()
    return ada


async def _pick(ada: Agent, words: str) -> None:
    await ada.message(words).hover()
    await ada.message(words).locator("[data-pick]").check()


async def _split(ada: Agent, words: str) -> None:
    await _pick(ada, words)
    await ada.page.locator("#picked [data-act=split]").click()
    await ada.page.locator("#join [data-act=split-now]").click()
    await expect(ada.message(words)).to_have_count(0)


async def test_what_a_colleague_splits_off_closes_no_menu_of_hers(office: Office) -> None:
    ada, ben = await _mina(office), await office.agent("Ben")
    await ben.open("미나")
    menu = ada.page.locator("#ways-menu")
    await ada.page.locator("#via").click()
    await expect(menu).to_be_visible()
    async with ada.page.expect_response("**/list?*"):  # she has heard of it
        await _split(ben, INVOICE)
    await expect(menu).to_be_visible()
    await expect(ada.message(INVOICE)).to_be_visible()
    await ada.page.keyboard.press("Escape")
    await expect(ada.message(INVOICE)).to_have_count(0)
    assert ada.errors == ben.errors == []


async def test_split_and_merged_again_and_undone(office: Office) -> None:
    ada = await _mina(office)
    page, result = ada.page, ada.page.locator("#join-result")
    await _pick(ada, INVOICE)
    await page.locator("#picked [data-act=split]").click()
    await expect(result).to_contain_text(INVOICE)
    await expect(result).to_contain_text("2 messages stay where they are")
    assert await axe_finds(page) == []
    await page.emulate_media(color_scheme="dark")
    assert await axe_finds(page) == []
    await page.keyboard.press("Escape")
    await expect(page.locator("#picked [data-act=split]")).to_be_focused()
    await page.keyboard.press("Enter")
    await result.locator("[data-act=split-now]").click()
    await expect(ada.message(INVOICE)).to_have_count(0)
    await expect(ada.row("미나")).to_have_count(2)
    here, apart = page.url, await _said(page)

    await page.keyboard.press("Shift+M")
    await page.locator("#join-list .move-to", has_text=INVOICE).click()
    await expect(result).to_contain_text("goes into")
    assert await axe_finds(page) == []
    await result.locator("[data-act=merge]").click()
    await expect(ada.message(INVOICE)).to_be_visible()
    await expect(ada.message(COAT)).to_be_visible()
    await expect(ada.row("미나")).to_have_count(1)
    await page.locator("#toasts button").last.click()
    await expect(ada.row("미나")).to_have_count(2)
    await page.wait_for_url(here)
    await expect(ada.message(INVOICE)).to_have_count(0)
    assert await _said(page) == apart
    assert ada.errors == []


async def test_a_message_is_moved_and_comes_back_and_two_are_linked(office: Office) -> None:
    ada = await _mina(office)
    page, move = ada.page, ada.page.locator("#move")
    mid, here = await ada.message(INVOICE).get_attribute("data-id"), page.url.partition("?")[0]
    await _split(ada, INVOICE)
    await _pick(ada, THANKS)
    await page.keyboard.press("m")
    await expect(move.locator(".move-to")).to_contain_text(INVOICE)
    assert await axe_finds(page) == []
    await move.locator(".move-to").click()
    await expect(page.locator("#join-result")).to_contain_text("1 message stays where it is")
    assert await axe_finds(page) == []
    await page.locator("#join [data-act=move-now]").click()
    await expect(ada.message(THANKS)).to_have_count(0)
    await page.locator("#toasts button").last.click()
    await expect(ada.message(THANKS)).to_be_visible()

    await page.keyboard.press("Shift+L")
    assert await axe_finds(page) == []
    await page.locator("#join-list .move-to", has_text=INVOICE).click()
    await expect(page.locator("#toasts")).to_contain_text("Linked.")
    await page.locator("#thread-more").click()
    await page.locator("#thread-links a", has_text=INVOICE).click()
    await expect(ada.message(INVOICE)).to_be_visible()

    await page.goto(f"{here}?m={mid}")  # a link to the message from before it was moved
    await expect(page.locator("#log [data-hit]")).to_contain_text(INVOICE)
    assert here not in page.url
    await page.goto(f"{here}?m=999999999")
    await expect(page.locator("#toasts")).to_contain_text("The message is not here.")
    assert ada.errors == []


async def test_the_same_from_the_customers_page(office: Office) -> None:
    ada = await _mina(office)
    page = ada.page
    await _split(ada, INVOICE)
    await page.goto(str(await page.locator(".panel-more a").first.evaluate("one => one.href")))
    talks = page.locator("[data-act=talk]")
    await expect(talks).to_have_count(2)
    await talks.last.click()
    await expect(page.locator("#thread-links")).to_contain_text("linked with nothing")
    assert await axe_finds(page) == []
    await page.locator("#thread-menu [data-act=merge-with]").click()
    await page.locator("#join-list .move-to").click()
    await expect(page.locator("#join-result")).to_contain_text("goes into")
    assert await axe_finds(page) == []
    await page.locator("#join-result [data-act=merge]").click()
    await expect(talks).to_have_count(1)
    await page.locator("#toasts button").last.click()
    await expect(talks).to_have_count(2)
    await talks.first.click()
    await page.get_by_role("menuitem", name="Select messages").click()
    await expect(page.locator("#log [data-pick]").first).to_be_visible()
    assert ada.errors == []
