"""The customer beside the thread: everybody's own order of cards, live between two desks, and what cards show while
the server is slow or says no."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.scene import Program

pytestmark = pytest.mark.browser

FIRST = ["addresses", "tags", "fields", "notes", "conversations", "timeline", "doors", "files", "groups"]


def cards(page: Page) -> Locator:
    """The cards as they stand."""
    return page.locator("#pcards .pcard")


async def stand(page: Page, names: list[str]) -> None:
    """Wait until the cards stand in this order."""
    every = "[...document.querySelectorAll('#pcards .pcard')].map(one => one.dataset.card).join(' ')"
    await page.wait_for_function(f"wanted => ({every}) === wanted", arg=" ".join(names))


async def drag(page: Page, name: str, onto: str) -> None:
    """Take a card by its grip and carry it above another one's head, the hand wandering off to the left."""
    await page.locator(f"#card-{name}-grip").hover()
    await page.mouse.down()
    await expect(page.locator(f"#card-{name}")).to_have_attribute("data-dragged", "")
    there = await page.locator(f"#card-{onto} .pcard-head").bounding_box()
    grip = await page.locator(f"#card-{name}-grip").bounding_box()
    assert there, grip
    assert grip
    for part in range(1, 9):
        y = grip["y"] + (there["y"] + 4 - grip["y"]) * part / 8
        await page.mouse.move(grip["x"] - 40 * part, y)


async def test_everybody_keeps_her_own_order_of_cards_and_it_can_be_taken_back(office: Office) -> None:
    ada = await office.at_work("미나")
    page, toast = ada.page, ada.page.locator("#toasts")
    await page.wait_for_url("**/c/*")
    await stand(page, FIRST)
    await expect(page.locator("#pcards-reset")).to_be_hidden()
    moved = ["notes", *(name for name in FIRST if name != "notes")]
    async with page.expect_response("**/preferences/cards"):
        await drag(page, "notes", "addresses")
        await page.mouse.up()
    await stand(page, moved)
    await expect(page.locator("[data-dragged]")).to_have_count(0)
    await expect(toast).to_contain_text("Notes about the customer is now 1 of 9.")
    come = asyncio.Event()

    async def late(route: Route) -> None:
        await come.wait()
        await route.continue_()

    await page.route("**/around", late)
    async with page.expect_request("**/around"):
        await office.says("그리고 하나 더요")
    await drag(page, "tags", "notes")
    async with page.expect_response("**/around"):
        come.set()
    await page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    await expect(page.locator("#card-tags")).to_have_attribute("data-dragged", "")  # news take no card out of a hand
    await page.keyboard.press("Escape")
    await page.mouse.up()
    await stand(page, moved)
    await page.locator("#card-tags-head").click()
    await expect(page.locator("#card-tags-body")).to_be_hidden()
    await page.reload()  # at once: what she did last is kept all the same
    await stand(page, moved)
    await expect(page.locator("#card-tags-body")).to_be_hidden()
    ben = await office.agent("Ben", "agent")
    await ben.open("미나")
    await stand(ben.page, FIRST)
    await expect(ben.page.locator("#card-tags-body")).to_be_visible()
    await page.locator("#card-notes-grip").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(toast).to_contain_text("is now 3 of 9.")
    await expect(page.locator("#card-notes-grip")).to_be_focused()
    await toast.get_by_role("button", name="Undo").click()
    await stand(page, moved)
    await page.locator("#pcards-reset").click()
    await stand(page, FIRST)
    await expect(page.locator("#card-tags-body")).to_be_visible()
    await expect(page.locator("#pcards-reset")).to_be_hidden()
    async with page.expect_response("**/preferences/cards"):
        await toast.get_by_role("button", name="Undo").click()
    await stand(page, moved)
    assert await axe_finds(page) == []
    await page.reload()
    await stand(page, moved)
    assert ada.errors + ben.errors == []


async def test_what_a_colleague_changes_is_there_and_nothing_that_is_being_written_is_lost(office: Office) -> None:
    ada = await office.at_work("미나")
    ben = await office.agent("Ben", language="ko-KR", width=390)
    await ben.open("미나")
    page, his = ada.page, ben.page
    note, tag = page.locator("#panel-note"), page.locator("#tag-input")
    await note.press_sequentially("오후에만")
    await his.locator("#thread-more").click()
    await his.locator("#thread-menu [data-act=customer-sheet]").click()
    await expect(his.locator("#panel")).to_have_attribute("role", "dialog")
    await expect(his.locator("#panel-close")).to_be_focused()
    assert await his.evaluate("document.querySelector('.thread-pane').inert")
    await his.fill("#panel-note", "환불은 계좌로")
    await his.locator(".note-new button").first.click()
    await expect(page.locator("#card-notes .note-text")).to_have_text("환불은 계좌로")
    await expect(note).to_be_focused()
    await note.press_sequentially(" 전화")
    await expect(note).to_have_value("오후에만 전화")
    await tag.press_sequentially("단")
    await his.locator("#tag-input").fill("환불")
    await his.keyboard.press("Enter")
    await expect(page.locator("#tags .tag")).to_have_text("환불")
    await expect(tag).to_be_focused()
    await tag.press_sequentially("골")
    await expect(tag).to_have_value("단골")
    await his.route("**/around", lambda route: route.abort())  # what he sees is old
    await page.keyboard.press("Enter")
    await expect(page.locator("#tags .tag")).to_have_text(["단골", "환불"])
    await his.locator("#tag-input").fill("VIP")
    await his.keyboard.press("Enter")
    await expect(page.locator("#tags .tag")).to_have_text(["VIP", "단골", "환불"])
    await page.locator("#tags .tag", has_text="환불").get_by_role("button").click()
    await expect(page.locator("#known-tags option[value=VIP]")).to_have_count(1)  # one spelling: it is offered
    await expect(page.locator("#toasts")).to_contain_text("The tag “환불” was removed.")
    await page.locator("#toasts .toast", has_text="removed").get_by_role("button").click()
    await expect(page.locator("#tags .tag")).to_have_text(["VIP", "단골", "환불"])
    await his.unroute("**/around")
    for one in (page, his):
        await one.locator("#card-fields .pempty summary").click()
    await page.locator("#edit-company").click()
    await page.locator(".pfield-form [name=company]").press_sequentially("하늘")
    await his.locator("#edit-region").click()
    await his.select_option(".pfield-form [name=region]", "KR")
    await his.locator(".pfield-form [type=submit]").click()
    await expect(page.locator("#card-fields .pfields").first).to_contain_text("South Korea")
    await expect(page.locator(".pfield-form [name=company]")).to_be_focused()
    await page.keyboard.insert_text("상사")
    await page.keyboard.press("Enter")
    await expect(his.locator("#card-fields .pfields").first).to_contain_text("하늘상사")
    await expect(page.locator(".pfield-form")).to_have_count(0)
    await page.locator("#edit-company").click()
    await page.locator(".pfield-form [name=company]").press("Enter")
    await expect(page.locator("#card-fields form")).to_have_count(0)
    await expect(page.locator("#edit-company")).to_be_focused()
    await page.reload()
    await expect(note).to_have_value("오후에만 전화")
    await page.locator("#card-notes .note-new button").first.click()
    await expect(his.locator("#card-notes .note-text")).to_have_text(["오후에만 전화", "환불은 계좌로"])
    assert await axe_finds(his) == []
    await his.keyboard.press("Escape")
    await expect(his.locator("#desk")).to_have_attribute("data-show", "thread")
    assert ada.errors + ben.errors == []


async def test_the_panel_is_of_the_person_whom_the_customer_is_joined_with(office: Office) -> None:
    ada = await office.at_work("하늘이", "미나")
    page = ada.page
    cards_of = page.locator("#pcards")
    other = str(await cards_of.get_attribute("data-customer"))
    first = page.url
    await ada.open("미나")
    await page.wait_for_url(lambda url: "/c/" in url and url != first)
    open_one = page.url
    await expect(cards_of).not_to_have_attribute("data-customer", other)
    own = str(await cards_of.get_attribute("data-customer"))
    await page.fill("#panel-note", "오후에만")
    shop = Program(office.house, await office.token("shop", "lead"))
    await shop.ask("POST", f"/customers/{other}/merges", json={"customer": int(own)})
    await expect(cards_of).to_have_attribute("data-customer", other)
    await page.locator("#card-timeline-head").click()
    await expect(page.locator("#card-timeline-body .line-row").first).to_be_visible()
    await expect(page.locator("#panel-note")).to_have_value("오후에만")
    assert page.url == open_one
    await page.reload()
    await expect(page.locator("#panel-note")).to_have_value("오후에만")
    await page.locator("#card-notes .note-new button").first.click()
    await expect(page.locator("#card-notes .note-text")).to_have_text("오후에만")
    assert ada.errors == []


async def test_a_card_whose_body_does_not_come_waits_says_so_and_comes_when_asked_again(office: Office) -> None:
    ada = await office.agent()
    await office.says("Hello?")
    async with ada.page.expect_response("**/cards?*"):  # that she has read it is told, and the panel looks again
        await ada.open("미나")
    page, body = ada.page, ada.page.locator("#card-timeline-body")
    come = asyncio.Event()

    async def late(route: Route) -> None:
        await come.wait()
        await route.fulfill(status=500, content_type="application/json", body='{"message": "No."}')

    await page.route("**/cards?*", late)
    await page.locator("#card-timeline-head").click()
    await expect(body.locator(".pcard-wait")).to_be_visible()
    await expect(body).to_have_attribute("aria-busy", "true")
    assert await axe_finds(page) == []
    come.set()
    await expect(body.get_by_text("This could not be loaded.")).to_be_visible()
    await expect(body).not_to_have_attribute("aria-busy", "true")
    assert await axe_finds(page) == []
    await page.unroute("**/cards?*")
    await body.get_by_role("button", name="Try again").click()
    await expect(body.locator(".line-row").first).to_be_visible()
    await expect(page.locator("#card-timeline-head")).to_be_focused()
    await page.route("**/customers/*/notes", lambda route: route.abort())
    await page.fill("#panel-note", "오후 3시 이후에만")
    await page.locator("#card-notes .note-new button").first.click()
    await expect(page.locator("#toasts")).to_contain_text("cannot be reached")
    await expect(page.locator("#panel-note")).to_have_value("오후 3시 이후에만")
    await page.unroute("**/customers/*/notes")
    await page.locator("#card-notes .note-new button").first.click()
    note = page.locator("#card-notes .note-text")
    await expect(note).to_have_text("오후 3시 이후에만")
    await page.locator("#card-notes [data-act=card-drop]").click()
    await expect(note).to_have_count(0)
    await page.locator("#toasts button").last.click()
    await expect(note).to_have_count(1)
    assert ada.errors == []
