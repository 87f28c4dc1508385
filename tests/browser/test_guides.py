"""A guide beside the conversation: written, offered by topic and channel, ticked for everybody, kept by a merge."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from sqlalchemy import text

from madang.conversations.joining.actions import merging
from madang.guides import actions
from madang.guides.actions import Given
from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.people import Agent

pytestmark = pytest.mark.browser

OTHER = """insert into conversation (customer_id, brand_id, status, subject, language)
select customer_id, brand_id, 'open', '', 'ko' from conversation where id = :id returning id"""


async def test_a_guide_is_written_offered_ticked_and_seen_by_a_colleague(office: Office) -> None:
    ada = await office.agent()
    await office.says("환불해 주세요", "미나", 0)
    await office.says("언제 오나요?", "지호", 1)
    await ada.open("지호")
    await ada.open("미나")
    mina = int(await ada.row("미나").first.get_attribute("data-cid") or 0)
    async with office.ground.database.begin() as tx:
        await tx.execute(text("update conversation set tags = array['환불'] where id = :id"), {"id": mina})
    await _written(ada, office)
    page, guide = ada.page, ada.page.locator("#guide")
    await page.goto(f"{office.house.url}/c/{mina}")
    await expect(guide).to_contain_text("환불 문의")
    ask = guide.get_by_role("checkbox", name="주문 번호")
    await guide.get_by_role("button", name="Put into the composer").click()
    await expect(page.locator("#composer-text")).to_have_value("미나 님, 주문 번호를 알려 주시겠어요?")
    await expect(ask).to_be_checked()
    await expect(guide).to_contain_text("1/2")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Shift+G")
    check = guide.get_by_role("checkbox", name="사진")
    await expect(check).to_be_focused()
    await page.keyboard.press("Space")
    await expect(guide).to_contain_text("2/2")
    await expect(check).to_be_focused()
    assert await axe_finds(page) == []
    await page.reload()
    await expect(guide.get_by_role("checkbox", name="사진")).to_be_checked()
    ben = await office.agent("Ben", "agent", language="ko-KR")
    await ben.page.goto(f"{office.house.url}/c/{mina}")
    theirs = ben.page.locator("#guide")
    await expect(theirs.locator(".aid-item", has_text="사진")).to_contain_text("Ada")
    await guide.get_by_role("checkbox", name="사진").uncheck()
    await expect(theirs.get_by_role("checkbox", name="사진")).not_to_be_checked()
    await ada.open("지호")
    await expect(page.locator("#log")).to_contain_text("언제 오나요?")
    await expect(guide).to_have_count(0)
    await _moved(ada, office)
    assert ada.errors == ben.errors == []


async def _written(ada: Agent, office: Office) -> None:
    """Ada writes a guide in Settings: for a topic, one kind of channel, her brand."""
    page = ada.page
    await page.goto(f"{office.house.url}/settings/guides/new")
    await page.locator("#f-name").fill("환불 문의")
    await page.locator("#f-topics").fill("급함, 환블")
    await expect(page.locator("#look")).to_contain_text("No form asks for “환블”")
    assert await page.locator("#topics-known option").evaluate_all("some => some.map(one => one.value)") == [
        "급함, 환불"
    ]
    await page.locator("#f-topics").fill("환불")
    await expect(page.locator("#look .help")).to_have_count(0)
    await page.get_by_text("Only for some kinds of channel").click()
    await page.locator("input[name=connectors][value=api]").check()
    words = page.locator(".move-card [name=text]")
    for number, said in enumerate(["확인", "{{고객.이름}} 님, 주문 번호를 알려 주시겠어요?", "사진을 확인하기"]):
        await words.nth(number).fill(said)
    await expect(page.locator("#look")).to_contain_text("사진을 확인하기")
    assert await axe_finds(page) == []
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/settings/guides/*done=saved*")


async def _moved(ada: Agent, office: Office) -> None:
    """The list is put into another order by key."""
    page = ada.page
    async with office.ground.database.begin() as tx:
        await actions.create(tx, ada.viewer, Given("둘째", [{"sort": "ask", "text": "이름"}], office.brand_id))
    await page.goto(f"{office.house.url}/settings/guides")
    await page.get_by_role("button", name="Move with the arrow keys: 둘째").focus()
    assert await axe_finds(page) == []
    async with page.expect_response(lambda answer: answer.url.endswith("/place")):
        await page.keyboard.press("ArrowUp")
    await page.reload()
    await expect(page.locator("tbody tr").first).to_contain_text("둘째")
    await expect(page.locator("#settings-past li").first).to_contain_text("Place in the list")


async def test_ticks_go_along_with_a_merge_and_back_on_a_phone_in_the_dark(office: Office) -> None:
    ada = await office.at_work("미나")
    page = ada.page
    await page.wait_for_url("**/c/*")
    here = int(page.url.rpartition("/")[2].partition("?")[0])
    async with office.ground.database.begin() as tx:
        number = (await tx.execute(text(OTHER), {"id": here})).scalar_one()
    await page.goto(f"{office.house.url}/settings/guides/new")
    await page.locator("#f-name").fill("모든 문의")
    for at, said in enumerate(["확인", "이름 묻기", "사진 보기"]):
        await page.locator(".move-card [name=text]").nth(at).fill(said)
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/settings/guides/*done=saved*")
    await page.goto(f"{office.house.url}/c/{number}")
    await page.locator("#guide").get_by_role("checkbox", name="이름 묻기").check()
    await expect(page.locator("#guide")).to_contain_text("1/2")
    async with office.ground.database.begin() as tx:
        joined = await merging.merge(tx, ada.viewer, number, here)
    ben = await office.agent("Ben", "agent", language="ko-KR", width=390)
    await ben.page.emulate_media(color_scheme="dark")
    await ben.page.goto(f"{office.house.url}/c/{here}")
    await ben.page.locator("[data-act=panel]:visible, [data-act=sheet]:visible").first.click()
    box = ben.page.locator("#guide").get_by_role("checkbox", name="이름 묻기")
    await expect(box).to_be_checked()
    assert await axe_finds(ben.page) == []
    async with office.ground.database.begin() as tx:
        await merging.undo(tx, ada.viewer, joined)
    await expect(box).not_to_be_checked()
    assert ada.errors == ben.errors == []
