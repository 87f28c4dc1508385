"""The composer: files, colleagues, emoji, from where and to whom, marks, drafts; what is typed in Korean is safe."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import CDPSession, Locator, Page, Request, expect
from sqlalchemy import text

from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.parcel import copied
from tests.browser.people import Agent

pytestmark = pytest.mark.browser

BY_HAND = """([name, type, how, size = 9]) => {
  const data = new DataTransfer();
  if (how === 'text') data.setData('text/plain', 'x'.repeat(size));
  else data.items.add(new File([new Uint8Array(size)], name, {type}));
  const box = document.getElementById('composer-text');
  const say = {bubbles: true, cancelable: true};
  const pasted = new ClipboardEvent('paste', {clipboardData: data, ...say});
  if (how === 'paste' || how === 'text') return box.dispatchEvent(pasted);
  const steps = ['dragenter', 'dragover', ...(how === 'drop' ? ['drop'] : [])];
  const log = document.getElementById("log");
  for (const one of steps) log.dispatchEvent(new DragEvent(one, {dataTransfer: data, ...say}));
  return true;
}"""
BESIDE = """() => {
  const data = new DataTransfer();
  data.items.add(new File(['1'], '1.txt'));
  const over = new DragEvent('dragover', {dataTransfer: data, bubbles: true, cancelable: true});
  document.getElementById('list').dispatchEvent(over);
  return over.defaultPrevented;
}"""
IN_PUBLIC = (
    text("update channel set connector = 'instagram' where id = :id"),
    text("""update message set data = data || '{"comment": "1"}' where channel_id = :id"""),
)
MAIL = {"incoming": "none", "auth": "none", "smtp_host": "127.0.0.1", "smtp_port": "9", "smtp_security": "none"}


def _drafts(one: Request, name: str = "") -> bool:
    return one.url.endswith("/draft") and name in (one.post_data or "")


def _file(page: Page, name: str) -> Locator:
    return page.locator("#tray .tray-file", has_text=name)


async def _themes(page: Page) -> list[str]:
    """What axe finds in light and in dark."""
    found = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        found += await axe_finds(page)
    await page.emulate_media(color_scheme="light")
    return found


async def _composing(page: Page, syllable: str) -> CDPSession:
    """A syllable that is being put together, as an input method does it."""
    hand = await page.context.new_cdp_session(page)
    await hand.send("Input.imeSetComposition", {"text": syllable, "selectionStart": 1, "selectionEnd": 1})
    return hand


async def _key(hand: CDPSession, name: str, **more: Any) -> None:
    """A key that the input method has taken: the page is told of code 229 alone."""
    given = {"key": "Process", "code": name, "windowsVirtualKeyCode": 229} | more
    await hand.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **given})
    await hand.send("Input.dispatchKeyEvent", {"type": "keyUp", **given})


async def test_files_by_drop_and_by_paste_and_one_that_fails_is_tried_again(office: Office) -> None:
    ada = await office.at_work("미나")
    page = ada.page
    await page.evaluate(BY_HAND, ["표.pdf", "application/pdf", "drag"])
    await expect(page.locator(".drop-here")).to_be_visible()
    await page.evaluate(BY_HAND, ["표.pdf", "application/pdf", "drop"])
    await expect(page.locator(".drop-here")).to_be_hidden()
    assert await page.evaluate(BESIDE), "the browser shows a file that nothing takes, instead of the desk"
    await expect(_file(page, "표.pdf")).to_have_attribute("data-done", "")
    await page.route("**/uploads?*", lambda route: route.fulfill(status=503, json={"message": "Not now."}))
    await page.evaluate(BY_HAND, ["shot.txt", "text/plain", "paste"])
    await expect(_file(page, "shot.txt")).to_contain_text("Not now.")
    await page.unroute("**/uploads?*")
    assert await _themes(page) == []
    await _file(page, "shot.txt").get_by_role("button", name="Try again").click()
    await expect(_file(page, "shot.txt").locator("small")).to_contain_text("B")
    await page.evaluate(BY_HAND, ["film.bin", "application/octet-stream", "paste", 26 << 20])
    await expect(_file(page, "film.bin")).to_contain_text("Larger than 25 MB")
    await page.evaluate(BY_HAND, ["", "", "text", 50_001])
    await expect(page.locator("#toasts")).to_contain_text("a message has at most 50,000 characters")
    await page.fill("#composer-text", "Both lists.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#toasts")).to_contain_text("A file cannot go with it")
    await page.keyboard.press("Enter")  # the focus is on removing it
    await expect(_file(page, "film.bin")).to_have_count(0)
    await page.keyboard.press("Control+Enter")
    await expect(ada.message("Both lists.")).to_have_attribute("data-state", "sent")
    await expect(ada.message("Both lists.").locator(".file")).to_contain_text(["표.pdf", "shot.txt"])
    async with page.expect_response(lambda one: _drafts(one.request, "wrong.txt")):
        await page.evaluate(BY_HAND, ["wrong.txt", "text/plain", "drop"])
    async with page.expect_response(lambda one: _drafts(one.request) and not _drafts(one.request, "wrong.txt")):
        await _file(page, "wrong.txt").locator("[data-act=unattach]").click()
    await page.reload()
    await expect(ada.message("Both lists.")).to_be_visible()
    await expect(page.locator("#tray .tray-file")).to_have_count(0)  # what was all of a draft is none any more
    assert ada.errors == []


async def test_sent_while_a_file_still_goes_up_it_waits_for_it_wherever_she_is(office: Office) -> None:
    ada = await office.at_work("미나", "지호")
    page = ada.page
    held: list[Any] = []
    await page.route("**/uploads?*", lambda route: held.append(route))
    await page.evaluate(BY_HAND, ["표.pdf", "application/pdf", "paste"])
    await expect(_file(page, "표.pdf").locator("progress")).to_be_visible()
    await page.fill("#composer-text", "with it")
    await page.keyboard.press("Control+Enter")
    await ada.open("지호")
    await page.fill("#composer-text", "for 지호")
    await held[0].continue_()
    await ada.open("미나")
    await expect(ada.message("with it").locator(".file")).to_contain_text("표.pdf")
    await expect(ada.message("with it")).to_have_attribute("data-state", "sent")
    await ada.open("지호")
    await expect(page.locator("#composer-text")).to_have_value("for 지호")


async def test_a_colleague_is_mentioned_by_half_a_name_and_sees_it(office: Office) -> None:
    hana = await office.agent("하나", language="ko-KR", view="mentions")
    ada = await office.at_work("미나")
    page, box = ada.page, ada.page.locator("#composer-text")
    await page.keyboard.press("n")
    await box.press_sequentially("@")
    await expect(page.locator("#mention-menu")).to_be_visible()
    hand = await _composing(page, "하")
    await expect(page.locator("#mention-menu [aria-selected=true]")).to_have_text("하나")
    assert await _themes(page) == []
    await _key(hand, "Enter")
    await expect(page.locator("#mention-menu")).to_be_visible()
    await hand.send("Input.insertText", {"text": "하"})
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("@하나 ")
    await box.press_sequentially("봐 주세요")
    await page.keyboard.press("Control+Enter")
    await expect(ada.message("봐 주세요")).to_have_attribute("data-kind", "note")
    await expect(hana.row("미나")).to_be_visible()
    await expect(hana.page.locator("#bell-count, .bell-count").first).to_have_text("1")
    assert ada.errors == []


async def test_an_emoji_by_keys_in_both_languages(office: Office) -> None:
    ada = await office.at_work("미나")
    page, box = ada.page, ada.page.locator("#composer-text")
    await box.fill("Done ")
    await page.keyboard.press("Control+Shift+E")
    await expect(page.locator("#emoji-list button").first).to_be_visible()
    await page.locator("#emoji-words").fill("tada")
    await expect(page.locator("#emoji-list button").first).to_have_text("🎉")
    assert await _themes(page) == []
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("Done 🎉")
    await expect(box).to_be_focused()
    await page.keyboard.press("Control+Shift+E")
    await expect(page.locator("#emoji-list button").first).to_have_text("🎉")  # the last one first
    await page.keyboard.press("Escape")
    await expect(page.locator("#emoji-menu")).to_be_hidden()


async def test_half_a_syllable_and_enter_send_nothing(office: Office) -> None:
    ada = await office.at_work("미나", language="ko-KR")
    page, box = ada.page, ada.page.locator("#composer-text")
    await box.focus()
    await box.press_sequentially("안녕하세")
    hand = await _composing(page, "요")
    for more in ({}, {"modifiers": 2}):
        await _key(hand, "Enter", **more)
    await _key(hand, "KeyN")
    await expect(page.locator("#composer")).to_have_attribute("data-kind", "reply")
    await expect(page.locator("#log .msg[data-kind=out]")).to_have_count(0)
    await hand.send("Input.insertText", {"text": "요"})
    await expect(box).to_have_value("안녕하세요")
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("안녕하세요\n")
    await page.keyboard.press("Control+Enter")
    await expect(ada.message("안녕하세요")).to_be_visible()


async def _two_mailboxes(office: Office) -> Agent:
    """미나 has proven her mail address; the brand has two mailboxes, one of them with an alias."""
    ada = await office.at_work("미나")
    first = await office.channel(
        "email", settings=MAIL | {"address": "help@haneul.example", "aliases": ["sales@haneul.example"]}
    )
    await office.channel("email", settings=MAIL | {"address": "vip@haneul.example"})
    to, cc = ["help@haneul.example", "park@work.example"], ["Lee@work.example", "VIP+1@haneul.example"]
    await copied(office, first.id, "Hello?", to, cc)
    await ada.page.reload()
    return ada


async def test_from_where_and_to_whom_a_mail_goes_is_a_draft_too(office: Office) -> None:
    ada = await _two_mailboxes(office)
    page = ada.page
    await page.locator("#via").click()
    await page.locator("#ways-menu .way[data-mail=true]").first.click()
    await expect(page.locator("#from")).to_have_text("help@haneul.example")
    await page.locator("#composer-text").fill("**Bold** and\n- one")
    await page.keyboard.press("Shift+Tab")
    await page.locator("#from").click()
    await expect(page.locator("#from")).to_have_attribute("aria-expanded", "true")
    await expect(page.locator("#from-menu button")).to_have_count(3)
    assert await _themes(page) == []
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#from")).to_have_text("sales@haneul.example")
    await expect(page.locator("#from")).to_have_attribute("aria-expanded", "false")
    every = page.get_by_role("button", name="Reply to all (2)")
    await expect(every).to_have_attribute("title", "park@work.example, Lee@work.example")
    await every.click()
    await expect(page.locator("#cc-line .chip-address span")).to_have_text(["park@work.example", "Lee@work.example"])
    await expect(page.locator("#reply-all")).to_be_hidden()
    await expect(page.locator("#composer-text")).to_be_focused()
    for many in (1, 2):
        await page.locator("#cc-line .chip-address button").first.click()
        await expect(page.locator("#reply-all")).to_have_text(f"Reply to all ({many})")
    await page.keyboard.type("cho@work.example, wrong@")
    await page.keyboard.press("Enter")
    await expect(page.locator("#addressed-wrong")).to_contain_text("wrong@")
    await page.keyboard.press("Backspace")
    await expect(page.locator("#cc-line .chip-address")).to_have_text("cho@work.example×")
    async with page.expect_response(lambda one: one.url.endswith("/draft")):
        await page.locator("#composer-text").press_sequentially("!")
    await page.reload()
    await expect(page.locator("#from")).to_have_text("sales@haneul.example")
    await expect(page.locator("#cc-line .chip-address")).to_have_count(1)
    await page.locator("#preview-button").click()
    await expect(page.locator("#preview strong")).to_have_text("Bold")
    assert await _themes(page) == []
    await page.locator("#via").click()
    await page.locator("#ways-menu .way[data-mail=false]").first.click()
    await expect(page.locator("#addressed")).to_be_hidden()
    await expect(page.locator("#preview")).to_contain_text("Bold and")
    await expect(page.locator("#preview strong")).to_have_count(0)
    await expect(page.locator("#preview")).not_to_contain_text("**")
    assert ada.errors == []


async def test_a_draft_is_in_every_browser_and_in_one_list(office: Office) -> None:
    ada = await office.at_work("미나", "지호")
    page, box = ada.page, ada.page.locator("#composer-text")
    async with office.ground.database.begin() as tx:
        for statement in IN_PUBLIC:  # she has written below a post
            await tx.execute(statement, {"id": office.channel_id})
    await page.reload()
    await page.get_by_role("button", name="Only to the customer").click()
    async with page.expect_response(lambda one: one.url.endswith("/draft")):
        await box.fill("half a sen")
    await page.reload()
    await expect(box).to_have_value("half a sen")
    await page.locator("#log-scroll").focus()
    for key in "jkjkjk":  # faster than anything is fetched
        await page.keyboard.press(key)
    await ada.open("지호")
    await expect(box).to_have_value("")
    async with page.expect_response(lambda one: one.url.endswith("/draft")):
        await box.fill("for 지호")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Shift+D")
    await expect(page.locator("#drafts .draft-item")).to_have_count(2)
    assert await _themes(page) == []
    await page.locator("#drafts .draft-item", has_text="half a sen").click()
    await expect(page).to_have_title("미나 · Madang")
    await expect(box).to_be_focused()
    await expect(box).to_have_value("half a sen")
    room = await office.room()
    await room.add_cookies(await page.context.cookies())  # type: ignore[arg-type]
    second = await room.new_page()
    await second.goto(page.url)
    await expect(second.locator("#composer-text")).to_have_value("half a sen")
    alone = second.locator("#why-private")
    await expect(alone).to_have_attribute("aria-pressed", "true")
    await second.route("**/messages", lambda route: route.fulfill(status=422, json={"message": "Not now."}))
    async with second.expect_request("**/messages") as sent:
        await second.locator("#composer-send").click()
    assert "private=1" in str((await sent.value).post_data)
    await expect(alone).to_have_attribute("aria-pressed", "false")  # the next one is for everybody again
    await second.get_by_role("button", name="Back to the draft").click()
    await expect(alone).to_have_attribute("aria-pressed", "true")
    assert ada.errors == []
