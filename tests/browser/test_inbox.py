"""The list: still under the hand, many at once and back, filters kept as views, snoozing in words, and whose it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import update

from madang.conversations.models import Conversation
from madang.customers.actions.defining import define
from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.people import Agent

pytestmark = pytest.mark.browser


def names(page: Page) -> Locator:
    """Who stands in the list, from above."""
    return page.locator("#list .row-name")


async def undo(page: Page) -> None:
    """Press the button of what was just said."""
    await page.locator("#toasts button").last.click()


async def assigned(page: Page, agent: Agent) -> None:
    """Choose a colleague of this story."""
    await page.locator(f"#assign-menu [data-user='{agent.viewer.user_id}']").click()


async def chosen(page: Page, field: str, label: str) -> None:
    """Filter the list."""
    await page.locator("#filter-add").click()
    await page.locator(f"#filter-menu [data-field={field}]").click()
    await page.locator("#filter-form label", has_text=label).click()
    await page.keyboard.press("Enter")


async def morning(office: Office) -> None:
    """The moment of what is snoozed has come."""
    async with office.ground.database.begin() as tx:
        here = (Conversation.brand_id == office.brand_id, Conversation.snoozed_until.is_not(None))
        await tx.execute(update(Conversation).where(*here).values(snoozed_until=datetime.now(UTC)))


async def test_news_wait_behind_a_pill_while_a_hand_is_on_the_list(office: Office) -> None:
    ada = await office.at_work("미나", "지호")
    page = ada.page
    await ada.row("미나").hover()
    for number, name in enumerate(("Mia", "서연"), 2):
        await office.says("Hello?", name, number)
    await expect(page.locator("#list-news")).to_contain_text("2 new")
    await office.says("Still there?", "미나", 0)
    await expect(names(page)).to_have_text(["지호", "미나"])
    await expect(ada.row("미나")).to_contain_text("Still there?")
    await expect(page.locator("#view-choose")).to_contain_text("4")
    assert await axe_finds(page) == []
    await page.keyboard.press("Shift+F")  # what she does herself moves no other row, and lets none in
    await expect(page.locator("#follow-button")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#toasts")).to_contain_text("Followed")
    await expect(names(page)).to_have_text(["지호", "미나"])
    await page.keyboard.press("e")
    await expect(names(page)).to_have_text(["지호"])
    await expect(page.locator("#list-news")).to_contain_text("2 new")
    await page.locator("#toasts .toast", has_text="Closed.").get_by_role("button").click()
    await expect(names(page)).to_have_text(["지호", "미나"])
    await expect(page.locator("#list-news")).to_contain_text("2 new")
    await expect(page.locator("#head-name")).to_have_text("미나")
    await page.keyboard.press("Shift+K")
    await expect(names(page)).to_have_text(["미나", "서연", "Mia", "지호"])
    await expect(page.locator("#list-news")).to_be_hidden()
    await expect(page.locator("#head-name")).to_have_text("미나")
    assert ada.errors == []


async def test_many_are_changed_at_once_and_all_of_it_comes_back(office: Office) -> None:
    ada = await office.at_work("미나", "지호", "Mia", "서연")
    page, rows = ada.page, ada.page.locator("#list .row")
    await page.keyboard.press("x")
    await ada.row("지호").click(modifiers=["Shift"])
    await expect(page.locator("#batch-count")).to_have_text("2 selected")
    assert await axe_finds(page) == []
    await page.keyboard.press("Shift+T")
    await page.fill("#tag-name", "배송")
    await page.keyboard.press("Enter")
    await expect(page.locator("#list .row-tag")).to_have_text(["배송", "배송"])
    await undo(page)
    await expect(page.locator("#list .row-tag")).to_have_count(0)
    await ada.row("미나").focus()
    await page.keyboard.press("Control+A")
    await expect(page.locator("#batch-count")).to_have_text("4 selected")
    await page.keyboard.press("a")
    await assigned(page, ada)
    await expect(page.locator("#view-mine")).to_contain_text("4")
    await undo(page)
    await expect(page.locator("#view-mine")).to_contain_text("0")
    for key, then in (("h", "#snooze-times .menu-item >> nth=0"), ("e", "")):
        await page.keyboard.press("Shift+X")
        await page.keyboard.press(key)
        if then:
            await page.locator(then).click()
        await expect(rows).to_have_count(0)
        await expect(page.locator("#view-unassigned")).to_contain_text("0")
        await undo(page)
        await expect(names(page)).to_have_text(["서연", "Mia", "지호", "미나"])
        await expect(page.locator("#list .row[data-unread]")).to_have_count(3)
        await expect(page.locator("#view-unassigned")).to_contain_text("4")
    await ada.open("Mia")
    for many in (1, 2):
        await page.keyboard.press("e")
        await expect(page.locator("#toasts button")).to_have_count(many)
    await expect(rows).to_have_count(2)
    for left in (3, 4):  # each comes back, the last one first
        await page.keyboard.press("z")
        await expect(rows).to_have_count(left)
    assert ada.errors == []


async def test_filters_stand_in_the_address_and_a_shared_view_is_bens_too(office: Office) -> None:
    ada = await office.at_work("미나", "지호")
    ben = await office.agent("Ben", "agent")
    page = ada.page
    await page.keyboard.press("Shift+P")
    await page.locator("#priority-menu [data-value='3']").click()
    await expect(ada.row("미나").locator(".prio")).to_be_visible()
    await chosen(page, "priority", "Urgent")
    await expect(names(page)).to_have_text(["미나"])
    await expect(page.locator("#filters .chip-on")).to_have_text("Priority is one of Urgent")
    await page.wait_for_url("**f=priority*")
    await page.reload()
    await expect(names(page)).to_have_text(["미나"])
    await page.get_by_role("button", name="Save as a view").click()
    await page.fill("#view-form-name", f"급한 것 {office.number}")
    await page.select_option("#view-form-whose", "all")
    assert await axe_finds(page) == []
    await page.keyboard.press("Enter")
    await expect(page.locator("#view-choose")).to_have_text(f"급한 것 {office.number}1")
    await ben.page.reload()
    await ben.page.keyboard.press("Shift+V")
    line = ben.page.locator("#views-menu .view-line", has_text=f"급한 것 {office.number}")
    await expect(line.locator(".menu-count")).to_have_text("1")
    await line.locator("a").click()
    await expect(names(ben.page)).to_have_text(["미나"])
    await ben.open("미나")
    await page.keyboard.press("e")
    await expect(names(page)).to_have_count(0)
    for one in (page, ben.page):
        await expect(one.locator("#view-choose .view-count")).to_have_text("0")
        await expect(one.locator("#view-all")).to_contain_text("1")
    assert ada.errors + ben.errors == []


async def snooze(agent: Agent, words: str, tells: str) -> None:
    """In one's own words."""
    await agent.page.keyboard.press("h")
    await agent.page.fill("#snooze-text", words)
    await expect(agent.page.locator("#snooze-times")).to_contain_text(tells)
    assert await axe_finds(agent.page) == []
    await agent.page.keyboard.press("Enter")


async def test_what_was_snoozed_in_words_comes_back_on_top_and_says_why(office: Office) -> None:
    ada = await office.at_work("미나", "지호", "Mia", language="ko-KR")
    ben = await office.agent("Ben")
    await snooze(ada, "내일 오전 9시", "오전 9:00")
    await expect(names(ada.page)).to_have_text(["Mia", "지호"])
    await expect(names(ben.page)).to_have_text(["Mia", "지호"])
    await ben.open("지호")
    await snooze(ben, "in 3 days", "2026")
    await expect(names(ben.page)).to_have_text(["Mia"])
    await ben.view("snoozed")
    await expect(ben.page.locator("#list .row-snooze")).to_have_count(2)
    await expect(ben.page.locator("#view-choose .view-count")).to_have_text("2")
    await ben.view("all")
    await morning(office)
    await expect(ben.page.locator("#list .row-back")).to_have_count(2)
    await expect(ben.row("미나")).to_contain_text("Snooze is over · Ada")
    await ada.page.locator("#list-news").click()  # she has one open: what moves rows waits for her
    await expect(ada.row("미나")).to_contain_text("미룬 시간이 됐어요")
    await expect(ada.row("미나").locator(".badge")).to_be_visible()
    await ben.page.reload()
    await expect(names(ben.page).last).to_have_text("Mia")
    await office.says("And now?", "미나", 0)
    await expect(ben.page.locator("#list .row-back")).to_have_count(1)
    assert ada.errors + ben.errors == []


async def test_unread_and_mentions_are_each_ones_own(office: Office) -> None:
    ben = await office.agent("Benno", view="mentions")
    ada = await office.at_work("미나", "지호")
    vera = await office.agent("Vera", "viewer")
    await expect(vera.row("지호").locator(".badge")).to_be_visible()
    await vera.open("지호")
    await expect(vera.row("지호").locator(".badge")).to_have_count(0)  # who only looks has read it too
    page = ada.page
    await expect(ben.page.locator("#list")).to_contain_text("When a colleague writes @ and your name")
    await page.keyboard.press("Control+k")
    for words, key in (("assign the conv", "⇧H"), ("tag the conv", "⇧T")):
        await page.fill("#palette-text", words)
        await expect(page.locator("#palette-list [aria-selected=true] kbd")).to_have_text(re.compile(f"{key}|Shift"))
    await page.keyboard.press("Enter")
    await expect(page.locator("#tag-input")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Shift+H")
    await expect(page.locator("#assign-find")).to_be_focused()
    await page.keyboard.type("benn")  # other stories have a Ben in this house
    await expect(page.locator("#assign-menu [role=radio]:visible")).to_have_text(["Benno"])
    assert await axe_finds(page) == []
    await page.keyboard.press("Enter")
    await expect(page.locator("#assign-button")).to_contain_text("Benno")
    await page.keyboard.press("n")
    await page.fill("#composer-text", "@Benno, please look")
    await page.keyboard.press("Control+Enter")
    await expect(names(ben.page)).to_have_text(["미나"])
    await expect(ben.row("미나").locator(".badge.at")).to_be_visible()
    await expect(ben.page.locator("#view-choose .view-count")).to_have_text("1")
    await expect(ada.row("미나").locator(".badge")).to_have_count(0)
    await ben.open("미나")
    await expect(ben.page.locator("#view-choose .view-count")).to_have_text("0")
    await expect(ben.row("미나").locator(".badge")).to_have_count(0)
    await ben.page.keyboard.press("Shift+U")
    await expect(ben.row("미나").locator(".badge")).to_be_visible()
    await expect(ben.page.locator("#thread")).to_have_attribute("data-cid", "")
    await page.reload()
    await expect(ada.row("미나").locator(".badge")).to_have_count(0)
    await expect(ada.row("지호").locator(".badge")).to_be_visible()  # that she looked is nobody else's news
    await vera.page.reload()
    await expect(vera.row("지호").locator(".badge")).to_have_count(0)
    assert ada.errors + ben.errors + vera.errors == []


async def test_priority_fields_of_the_company_and_who_follows(office: Office) -> None:
    hana = await office.user("Hana", "administrator", everywhere=True)
    field = f"damage_{office.number}"
    async with office.ground.database.begin() as tx:
        await define(tx, hana, field, "파손 정도", "choice", ["작음", "큼"], "everyone", "conversation")
    ada = await office.at_work("미나", "지호", view="all")
    ben = await office.agent("Ben", view="following")
    page = ada.page
    await page.select_option(f"[data-own-field={field}]", "큼")
    await expect(page.locator("#toasts")).to_contain_text("Saved")
    await chosen(page, f"'fields.{field}'", "큼")
    await expect(names(page)).to_have_text(["미나"])
    await page.get_by_role("button", name="Reset").click()
    await page.goto(f"{office.house.url}/?view=all&sort=priority")
    await ada.open("미나")
    await page.keyboard.press("Shift+P")
    await page.locator("#priority-menu [data-value='2']").click()
    await expect(names(page)).to_have_text(["미나", "지호"])
    await undo(page)
    await expect(ada.row("미나").locator(".prio")).to_have_count(0)
    await ben.page.goto(page.url)
    await ben.page.keyboard.press("Shift+F")
    await expect(ben.page.locator("#follow-button")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#follow-button")).to_have_attribute("title", "Followed by Ben")
    await page.locator("#thread-more").click()
    await expect(page.locator("#of-head [data-of=follow-button] small")).to_have_text("Ben")
    await page.keyboard.press("Escape")
    await ben.view("following")
    await expect(names(ben.page)).to_have_text(["미나"])
    assert ada.errors + ben.errors == []
