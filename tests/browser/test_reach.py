"""The answer as she will see it, and messages that stand in the wrong conversation, by keyboard."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from sqlalchemy import text

from tests.browser.axe import axe_finds
from tests.browser.office import Office

pytestmark = pytest.mark.browser

WHATSAPP = {"number": "+821000000000", "phone_id": "1", "waba_id": "2"}
SECRETS = {"token": "t" * 20, "app_secret": "a" * 20, "verify_token": "v" * 10}
HERS = text("""insert into identity (customer_id, kind, value, account)
    select customer_id, 'scoped', cast(:who as text), :account from conversation where brand_id = :brand
    order by id desc limit 1""")
ORDER = text("""insert into channel_template (channel_id, provider_id, language, name, body, state, category, places)
    values (:channel, 'order', 'en', 'order', 'Your order #{order} comes on #{day}', 'approved', 'utility',
    array['order', 'day'])""")


async def _whatsapp(office: Office) -> None:
    """The brand can be read on WhatsApp too, and has one approved text there."""
    made = await office.channel("whatsapp", settings=WHATSAPP, secrets=SECRETS)
    hers = {"who": f"W{office.number}", "account": f"whatsapp:{made.key}", "brand": office.brand_id}
    async with office.ground.database.begin() as tx:
        await tx.execute(HERS, hers)
        await tx.execute(ORDER, {"channel": made.id})


async def test_what_she_will_see_and_what_stands_elsewhere(office: Office) -> None:
    for words in ("담요를 환불하고 싶어요", "그리고 텐트는 언제 와요?"):
        await office.says(words)
    ada = await office.agent()
    page = ada.page
    await ada.open("미나")

    # Buttons become numbered lines here, and the preview says so while one writes.
    await page.keyboard.press("r")
    await page.keyboard.type("골라 주세요")
    await page.click("#choices-button")
    await page.keyboard.type("환불")
    await page.keyboard.press("Enter")
    await page.keyboard.type("교환")
    await page.keyboard.press("Control+p")
    bubble = page.locator(".phone-bubble")
    await expect(bubble).to_have_text("골라 주세요\n1. 환불\n2. 교환")
    assert await axe_finds(page) == []
    await page.keyboard.press("Control+Enter")
    await expect(ada.message("골라 주세요").locator(".offered li")).to_have_text(["환불", "교환"])
    await expect(page.locator("#choices")).to_be_hidden()
    await page.keyboard.press("Escape")  # the preview
    await page.keyboard.press("Escape")  # the field

    # The tent is another matter; taken back, it stands where it stood.
    await ada.message("텐트").locator("[data-pick]").check()
    await expect(page.locator("#picked")).to_contain_text("1 message selected")
    await page.locator("#picked [data-act=split]").click()
    await page.locator("#join [data-act=split-now]").click()
    await expect(ada.message("텐트")).to_have_count(0)
    await expect(page.locator("#log")).to_contain_text("Ada moved a message to another conversation")
    await page.locator(".toast button").click()
    await expect(ada.message("텐트")).to_have_count(1)
    assert ada.errors == []


async def test_a_half_filled_template_waits_for_her_and_comes_back_when_it_did_not_go(office: Office) -> None:
    ada = await office.at_work("지호", "미나")
    await _whatsapp(office)
    page, box = ada.page, ada.page.locator("#template-box")
    order, day = box.get_by_label("order"), box.get_by_label("day")
    await ada.open("미나")
    await page.locator("#via").click()
    await page.locator("#ways-menu .way", has_text="whatsapp").click()
    await page.keyboard.press("Escape")
    await page.keyboard.press("t")
    await page.locator("#templates-menu [data-act=template]").click()
    await order.fill("A-1 <b>")
    await ada.open("지호")
    await expect(box).to_be_hidden()
    await expect(page.locator("#composer-text")).to_be_visible()
    for _ in range(2):  # in this visit, and after the tab was closed
        await ada.open("미나")
        await expect(order).to_have_value("A-1 <b>")
        await expect(page.locator(".via-name")).to_have_text("whatsapp channel")
        await page.evaluate("sessionStorage.clear()")
        await page.reload()
    await page.locator("#composer-send").click()
    await expect(day).to_be_focused()  # something is missing yet
    await page.route("**/c/*/messages", lambda route: route.abort())
    await day.fill("Monday")
    await page.keyboard.press("Control+Enter")
    await expect(box).to_be_hidden()
    sent = ada.message("Your order A-1 <b> comes on Monday")
    await ada.open("지호")
    await ada.open("미나")
    await expect(box).to_be_hidden()  # it is on its way
    await sent.get_by_role("button", name="Back to the draft").click()
    await expect(sent).to_have_count(0)
    await expect(order).to_have_value("A-1 <b>")
    await expect(day).to_have_value("Monday")
    await box.get_by_role("button", name="Write freely").click()
    await page.reload()
    await expect(page.locator("#composer-text")).to_be_visible()
    await expect(box).to_be_hidden()
    assert await axe_finds(page) == []
    assert ada.errors == []
