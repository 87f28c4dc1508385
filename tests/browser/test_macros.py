"""A macro is written, found under `/` by its first consonants, used with an answer, and taken back; whose it is."""

from __future__ import annotations

from urllib.parse import unquote_plus, urljoin, urlsplit

import pytest
from playwright.async_api import Page, Response, expect
from sqlalchemy import text

from tests.browser.axe import axe_finds
from tests.browser.office import Office

pytestmark = pytest.mark.browser

CLEAN = """() => { const mine = Object.keys(localStorage).filter(one => one.startsWith('madang.draft.'));
return mine.length && mine.every(one => !JSON.parse(localStorage[one]).dirty) }"""  # the server has it


async def test_a_macro_from_the_editor_to_the_answer_and_back(office: Office) -> None:
    ada = await office.at_work("미나")
    page, box = ada.page, ada.page.locator("#composer-text")
    await page.wait_for_url("**/c/*")
    here = page.url
    await page.goto(urljoin(here, "/settings/macros/new"))
    await page.locator("#f-name").fill("환불 접수")
    await page.locator("#text-0-ko").fill("{{고객.이름}}은/는 {{nobody}}")
    await expect(page.locator("#look")).to_contain_text("nobody")
    await page.locator("#text-0-ko").fill("{{고객.이름}}은/는 소중해요")
    await page.get_by_role("button", name="Add tags").click()
    await page.locator("input[name=tags]:not([type=hidden])").fill("환불")
    await expect(page.locator("#look")).to_contain_text("미나는 소중해요")
    await page.keyboard.press("Alt+ArrowUp")
    steps, toast = page.locator(".move-card"), page.locator("#toasts")
    await expect(steps.first).to_contain_text("Add tags")
    await expect(page.locator("input[name=tags]:not([type=hidden])")).to_be_focused()
    await expect(toast).to_contain_text("Add tags is now 1 of 2.")
    await page.get_by_role("button", name="Set the priority").click()
    await expect(steps).to_have_count(3)
    await steps.last.get_by_role("button", name="Remove this step").click()
    await expect(steps).to_have_count(2)
    await toast.get_by_role("button", name="Undo").click()
    await expect(steps.last).to_contain_text("Add tags")
    await steps.first.locator(".move-grip").hover()
    await page.mouse.down()
    await expect(steps.first).to_have_attribute("data-dragged", "")
    await steps.last.locator(".move-head").hover(position={"x": 30, "y": 24}, force=True)
    await page.mouse.up()
    await expect(steps.first).to_contain_text("Add tags")
    await expect(steps.last.locator(".move-grip")).to_be_focused()
    await expect(steps.last.locator("[name=ko]")).to_have_value("{{고객.이름}}은/는 소중해요")
    assert await axe_finds(page) == []
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/settings/macros/*done=saved*")
    await _saved_in_place(page, office)
    await page.goto(here)
    await box.focus()
    await page.keyboard.insert_text("/ㅎㅂ")
    await expect(page.locator("#slash-look")).to_contain_text("미나는 소중해요")
    assert await axe_finds(page) == []
    async with page.expect_response(_drafted):
        await page.keyboard.press("Enter")
        await expect(box).to_have_value("미나는 소중해요")
        await expect(page.locator("#plan")).to_contain_text("환불")
    await page.wait_for_function(CLEAN)
    await page.evaluate("localStorage.clear(), sessionStorage.clear()")
    await page.reload()  # as on another device: the words, and what goes along with them
    await expect(box).to_have_value("미나는 소중해요")
    await expect(page.locator("#plan")).to_contain_text("환불")
    await box.focus()
    await page.keyboard.press("Control+Enter")
    await expect(ada.message("미나는 소중해요")).to_be_visible()
    await expect(page.locator("#tags .tag")).to_have_text("환불")
    await page.locator("#toasts button").last.click()
    await expect(page.locator("#tags .tag")).to_have_count(0)
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await box.fill("not for her: ")
    await page.keyboard.insert_text("/ㅎㅂ")
    await expect(page.locator("#slash-look")).to_contain_text("미나는 소중해요")
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("not for her: 미나는 소중해요")
    await expect(page.locator("#composer")).to_have_attribute("data-kind", "note")
    await expect(page.locator("#toasts")).to_contain_text("Only the words went in.")
    await page.goto(urljoin(here, "/settings/macros"))
    await expect(page.locator("tbody tr")).to_contain_text("1 time")  # what was taken back is none
    assert ada.errors == []


def _drafted(answer: Response) -> bool:
    """The draft is with the server, with what goes along; what was typed before may be on its way still."""
    return answer.url.endswith("/draft") and "환불 접수" in unquote_plus(answer.request.post_data or "")


async def _saved_in_place(page: Page, office: Office) -> None:
    """What is wrong is said at its field, nothing is lost without a line, and no colleague is overwritten unasked."""
    state, words, save = page.locator(".save-state"), page.locator("textarea[name=ko]"), "Control+Enter"
    await words.fill("")
    await page.keyboard.press(save)
    await expect(state).to_have_text("Not saved")
    await expect(words).to_be_focused()
    await expect(words).to_have_attribute("aria-invalid", "true")
    leaves = "dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert not await page.evaluate(leaves), "she is asked before what is not saved goes"
    await words.fill("{{고객.이름}}은/는 소중해요")
    await page.context.set_offline(True)
    await page.keyboard.press(save)
    await expect(page.locator("#toasts")).to_contain_text("cannot be reached")
    await page.context.set_offline(False)
    async with office.ground.database.begin() as tx:
        await tx.execute(text("update macro set name = 'of a colleague'"))
    await page.keyboard.press(save)
    await expect(state).to_contain_text("a colleague has changed this meanwhile")
    await page.keyboard.press(save)
    await expect(state).to_contain_text("Saved at")
    await page.keyboard.type("!")
    await expect(state).to_have_text("Not saved yet")
    await page.keyboard.press("Backspace")
    await page.keyboard.press(save)
    await expect(state).to_contain_text("Saved at")
    await expect(words).to_have_value("{{고객.이름}}은/는 소중해요")
    await expect(words).to_be_focused()
    assert await page.evaluate(leaves)


async def test_whose_a_macro_is_who_may_change_it_and_how_often_it_was_used(office: Office) -> None:
    ada = await office.at_work("미나")
    page, settings = ada.page, f"{office.house.url}/settings/macros"
    await page.wait_for_url("**/c/*")
    here = page.url
    await page.goto(f"{settings}/new")
    await page.locator("#f-name").fill("접수 안내")
    await page.locator("#f-in_brand").select_option(str(office.brand_id))
    await page.locator("#f-shared").select_option("all")
    await page.locator("#text-0-ko").fill("{{고객.이름}} 님, 접수했어요")
    await expect(page.locator("#look")).to_contain_text("미나 님, 접수했어요")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/settings/macros/*done=saved*")
    shared = urlsplit(page.url).path
    ben = await office.agent("Ben", "agent", language="ko-KR", width=390)
    theirs = ben.page
    await theirs.emulate_media(color_scheme="dark")
    await theirs.goto(f"{settings}/new")
    await expect(theirs.locator("#f-shared option")).to_have_count(1)
    await theirs.locator("#f-name").fill("벤만")
    await theirs.locator("#text-0-ko").fill("나만 쓰는 글")
    await theirs.get_by_role("button", name="저장", exact=True).click()
    await theirs.wait_for_url("**/settings/macros/*done=saved*")
    own = urlsplit(theirs.url).path
    await theirs.goto(office.house.url + shared)
    await expect(theirs.locator(".notice[data-tone=info]")).to_be_visible()
    await expect(theirs.locator("#steps-form [type=submit][value=save]:visible")).to_have_count(0)
    assert await axe_finds(theirs) == []
    refused = await page.goto(office.house.url + own)
    assert refused is not None
    assert refused.status == 404, "another's own does not exist for her"
    await theirs.goto(here)
    await theirs.locator("#composer-text").focus()
    await theirs.keyboard.insert_text("/접수")
    await expect(theirs.locator("#slash-look")).to_contain_text("미나 님, 접수했어요")
    await theirs.keyboard.press("Enter")
    await expect(theirs.locator("#composer-text")).to_have_value("미나 님, 접수했어요")
    await page.goto(settings)
    row = page.locator("tbody tr", has_text="접수 안내")
    await expect(row).to_contain_text("1 time")
    await expect(page.locator("tbody")).not_to_contain_text("벤만")
    assert await axe_finds(page) == []
    assert ada.errors == ben.errors == []
