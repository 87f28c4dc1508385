"""What happens between messages: folded where it is much, undone from the head's menu; and a conversation over two
channels, which looks the same while it grows and when it is opened again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from madang.conversations import actions, telling
from madang.conversations.joining.actions.merging import merge
from madang.conversations.models import Conversation
from madang.customers.happenings import Happening
from madang.tests.cast import message
from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.parcel import number

pytestmark = pytest.mark.browser

COAT, INVOICE = "코트가 안 왔어요", "영수증도 보내 주세요"
MAIL = {"incoming": "none", "auth": "none", "smtp_host": "127.0.0.1", "smtp_port": "9", "smtp_security": "none"}
DRAWN = """() => [...document.querySelectorAll('#log > li:not(.unread-line)')].map(one =>
  [one.className, 'joined' in one.dataset, (one.querySelector('.bubble p') ?? one).innerText.trim()])"""


async def _merged_ordered_and_handed_on(office: Office) -> None:
    """What a morning does to a conversation: split and merged again, an order, assigned, flagged, tagged."""
    ben = await office.user("Ben", "lead", everywhere=True)
    apart = await number(office, INVOICE)
    order = Happening("o-1", "order", datetime.now(UTC), "코트 주문", "https://shop.example/1", 45_000, "KRW")
    async with office.ground.database.begin() as tx:
        here, hers = (
            await tx.execute(
                select(Conversation.id, Conversation.customer_id).where(Conversation.brand_id == office.brand_id)
            )
        ).one()
        split = await actions.split(tx, ben, [apart])
        await merge(tx, ben, split, here)
        await telling.tell(tx, ben, hers, "shop", [order])
        await actions.assign(tx, ben, here, ben.user_id)
        await actions.set_tags(tx, ben, here, ["배송"])


async def test_what_happened_folds_and_a_merge_is_undone_from_the_heads_menu(office: Office) -> None:
    await office.says(COAT)
    await office.says(INVOICE)
    await _merged_ordered_and_handed_on(office)
    ada = await office.agent()
    await ada.open("미나")
    page, folded = ada.page, ada.page.locator("#log .msg-events")
    lines = folded.locator("ol .msg-event")
    await expect(folded).to_have_count(1)
    await expect(folded.locator("summary")).to_contain_text("more")
    await expect(lines.first).to_be_hidden()
    await folded.locator("summary").press("Enter")
    for words in ("merged another conversation in: 1 message", "코트 주문", "Ben took the conversation", "배송"):
        await expect(folded.locator("ol")).to_contain_text(words)
    await expect(lines.first).to_be_visible()
    assert await axe_finds(page) == []
    await folded.locator("summary").press("Enter")
    await expect(lines.first).to_be_hidden()
    await page.locator("#thread-more").click()
    await page.locator("#thread-links [data-act=unmerge-ask]").click()
    await expect(page.locator("#join-result")).to_contain_text("1 message goes back")
    assert await axe_finds(page) == []
    await page.locator("#join-result [data-act=unmerge]").click()
    await expect(ada.message(INVOICE)).to_have_count(0)
    await expect(ada.row("미나")).to_have_count(2)
    await expect(page.locator("#log")).to_contain_text("undid the merge: they are two again")
    assert ada.errors == []


async def _drawn(page: Page) -> list[list[object]]:
    return list(await page.evaluate(DRAWN))


async def test_a_conversation_over_two_channels_says_where_it_changes(office: Office) -> None:
    await office.channel("email", settings={"address": "support@haneul.example", "name": "하늘", **MAIL}, secrets={})
    ada = await office.at_work("미나")
    page, changes = ada.page, ada.page.locator("#log .way-change > span:last-child")
    await ada.answer("One moment.")
    await expect(ada.message("One moment.")).to_have_attribute("data-state", "sent")
    await ada.message("One moment.").hover()
    more, bubble = ada.message("One moment.").locator(".msg-more"), ada.message("One moment.").locator(".bubble")
    far = await more.evaluate(
        "(one, at) => at.getBoundingClientRect().left - one.getBoundingClientRect().right",
        await bubble.element_handle(),
    )
    assert abs(far) < 8, "its menu stands at the bubble"
    await page.locator("#via").click()
    await page.locator("#ways-menu .way", has_text="email").click()
    await ada.answer("The label comes by mail.")
    await expect(
        ada.message("by mail").locator(".msg-why")
    ).to_be_visible()  # no mail server here: its state has changed
    await expect(changes).to_have_text(["by email channel"])
    said = message("Thanks!", value=f"c0-{office.number}@naver.example", at=datetime.now(UTC).isoformat())
    await office.shop.machine.post(office.shop.hook, f"w-{said['id']}", said)
    await expect(ada.message("Thanks!")).to_be_visible()
    await expect(changes).to_have_text(["by email channel", "by api channel"])
    assert await axe_finds(page) == []
    grown = await _drawn(page)
    await page.reload()
    await expect(ada.message("Thanks!")).to_be_visible()
    assert await _drawn(page) == grown, "what grew is what is there when it is opened"
    assert ada.errors == []
