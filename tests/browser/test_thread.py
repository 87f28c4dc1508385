"""What stands in a conversation, by keys and by touch: files, mails, words found, links to it, its words as text."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from madang.lib.tests.papers import pdf
from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.parcel import files, long, mail, number, picture, without

pytestmark = pytest.mark.browser

WIPE = """([from, to]) => {
  const stage = document.getElementById('gallery-stage');
  const told = (name, x) => stage.dispatchEvent(new PointerEvent(name, {
    pointerType: 'touch', isPrimary: true, pointerId: 1, clientX: x, clientY: 300, bubbles: true}));
  told('pointerdown', from);
  told('pointerup', to);
}"""


@pytest.fixture
async def elsewhere() -> AsyncIterator[tuple[str, list[str]]]:
    """A sender's picture on a server of hers, and who asked for it."""
    asked: list[str] = []
    body = picture("teal", (40, 20))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/pixel.png", asked


async def _focused(page: Page, selector: str) -> None:
    await page.wait_for_function("one => document.activeElement?.matches(one)", arg=selector)


async def test_files_are_looked_at_by_keys_and_by_touch(office: Office) -> None:
    await office.says("사진과 영수증이에요")
    await files(
        office,
        "사진과 영수증이에요",
        ("coat.png", "image/png", picture("peru")),
        ("invoice.pdf", "application/pdf", pdf()),
        ("locked.pdf", "application/pdf", pdf(locked=True)),
    )
    ada = await office.agent()
    await ada.open("미나")
    page, stage, title = ada.page, ada.page.locator("#gallery-stage"), ada.page.locator("#gallery-title")
    first = page.get_by_role("button", name="First page of invoice.pdf").locator("img")
    await expect(first).to_have_js_property("naturalHeight", 960)
    await expect(page.get_by_role("button", name="First page of locked.pdf").locator("img")).to_have_count(0)
    await page.locator(".file-picture a").press("Enter")
    await expect(page.locator("#gallery-at")).to_have_text("1 of 3")
    assert await axe_finds(page) == []
    await page.keyboard.press("ArrowRight")
    await expect(title).to_have_text("invoice.pdf")
    await page.keyboard.press("z")
    await expect(stage).to_have_attribute("data-zoom", "")
    await page.keyboard.press("z")
    await page.evaluate(WIPE, [300, 100])
    await expect(title).to_have_text("locked.pdf")
    await expect(stage).to_contain_text("no preview")
    async with page.expect_download() as saved:
        await stage.get_by_role("link", name="Download").click()
    assert (await (await saved.value).path()).read_bytes() == pdf(locked=True)
    await page.evaluate(WIPE, [100, 300])
    await expect(title).to_have_text("invoice.pdf")
    await page.emulate_media(color_scheme="dark")
    assert await axe_finds(page) == []
    await page.keyboard.press("Escape")
    await _focused(page, ".file-picture a")
    await page.locator("#thread-more").click()
    async with page.expect_download() as zipped:
        await page.locator("#thread-menu [data-act=download-all]").click()
    with zipfile.ZipFile(await (await zipped.value).path()) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert held == {"coat.png": picture("peru"), "invoice.pdf": pdf(), "locked.pdf": pdf(locked=True)}
    for away, words in ((True, "the server cannot be reached"), (False, "There are no files in this conversation.")):
        await page.context.set_offline(away)
        await without(office, "사진과 영수증이에요")
        await page.locator("#thread-more").click()
        await page.locator("#thread-menu [data-act=download-all]").click()
        await expect(page.locator("#toasts")).to_contain_text(words)
        await expect(page.locator("#head-name")).to_have_text("미나")  # the desk still stands
    assert ada.errors == []


async def test_a_mail_is_shown_as_written_and_its_pictures_when_asked_for(office: Office, elsewhere: Any) -> None:
    address, asked = elsewhere
    await office.says("새로 쓴 말")
    html = f"<p>새로 쓴 말</p><img src='{address}'><script>parent.document.title = 'taken'</script>"
    await mail(office, "새로 쓴 말", html, "새로 쓴 말\n\n> 지난 메일")
    ada = await office.agent()
    await ada.open("미나")
    page, bar = ada.page, ada.page.locator("#mail-remote")
    quoted = page.locator("#log .quoted")
    await expect(quoted).to_be_hidden()
    await page.get_by_role("button", name="Show the quoted text").click()
    await expect(quoted).to_contain_text("지난 메일")
    await page.get_by_role("button", name="Show original mail").press("Enter")
    await expect(bar).to_contain_text("not loaded")
    assert asked == []
    assert await axe_finds(page) == []
    await bar.get_by_role("button", name="Show them now").click()
    shown = page.frame_locator("#mail iframe").locator("img")
    await expect(shown).to_have_js_property("naturalWidth", 40)
    assert len(asked) == 1
    assert "cookie" not in asked[0].lower()
    await page.locator("#mail [data-act=close-dialog]").click()
    await _focused(page, "[data-act=mail]")
    assert "taken" not in await page.title()
    assert ada.errors == []


async def test_words_are_found_linked_and_taken_out(office: Office) -> None:
    said = [f"{number} 번째 말" for number in range(1, 5)]
    await office.says(said[0])
    await long(office, said[0])
    for words in said[1:]:
        await office.says(words)
    await number(office, said[-1])
    ada, ben = await office.agent(), await office.agent("Ben")
    await ada.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await ada.open("미나")
    page, hit = ada.page, ada.page.locator("#log .msg[data-hit]")
    await expect(ada.message(said[-1])).to_be_visible()
    await expect(ada.message(said[0])).to_have_count(0)  # above what is loaded
    await page.locator("#log-scroll").focus()
    await page.keyboard.press("Shift+S")
    await page.locator("#find-text").fill("번째ㅁ")
    await expect(page.locator("#find-count")).to_have_text("1 of 4")
    await page.keyboard.press("Enter")
    await expect(page.locator("#find-count")).to_have_text("2 of 4")
    await expect(hit).to_contain_text(said[-2])
    assert await axe_finds(page) == []
    await page.locator("#find-text").press("Shift+Enter")
    await page.locator("#find-text").press("Shift+Enter")  # round to the first that was ever said
    await expect(page.locator("#find-count")).to_have_text("4 of 4")
    await expect(hit).to_contain_text(said[0])
    await expect(hit).to_be_in_viewport()
    await page.keyboard.press("Escape")
    await _focused(page, "#log-scroll")
    await ada.message(said[0]).hover()
    await ada.message(said[0]).locator("[data-act=msg-menu]").click()
    await page.locator("#msg-menu [data-act=copy-message-link]").click()
    await expect(page.locator("#toasts")).to_contain_text("Link copied")
    link = str(await page.evaluate("navigator.clipboard.readText()"))
    await page.locator("#thread-more").click()
    await page.locator("#thread-menu [data-act=copy-thread]").click()
    await expect(page.locator("#toasts")).to_contain_text("Copied")
    text = str(await page.evaluate("navigator.clipboard.readText()"))
    assert [words for words in said if words in text] == said
    assert "미나" in text
    await ben.page.goto(link)
    there = ben.page.locator("#log .msg[data-hit]")
    await expect(there).to_contain_text(said[0])
    await expect(there).to_be_in_viewport()
    await expect(ben.page.locator(".translation")).to_have_count(0)  # nobody here can translate
    assert ada.errors == ben.errors == []


async def test_what_came_without_a_connection_is_marked_and_a_key_leads_there(office: Office) -> None:
    ada = await office.at_work("미나")
    page, line = ada.page, ada.page.locator("#log .unread-line")
    await page.context.set_offline(True)
    await expect(page.locator("#offline")).to_be_visible()
    for one in range(8):
        await office.says(f"missed {one}\n\n.\n\n.")
    await page.context.set_offline(False)
    await expect(ada.message("missed 7")).to_be_visible()
    await expect(line).to_have_count(1)
    await expect(line).not_to_be_in_viewport()
    await page.locator("#log-scroll").focus()
    await page.keyboard.press("Shift+J")
    await expect(line).to_be_in_viewport()
    await expect(line.locator("xpath=following::li[contains(@class,'msg')][1]")).to_contain_text("missed 0")
    assert ada.errors == []


async def test_what_is_new_is_marked_and_a_key_leads_there(office: Office) -> None:
    ada = await office.at_work("미나", "지호")
    await expect(ada.row("미나").and_(ada.page.locator("[data-unread]"))).to_have_count(0)  # she has read it
    await ada.open("지호")
    for one in range(12):
        await office.says(f"news {one}\n\n.\n\n.")
    await expect(ada.row("미나")).to_contain_text("news 11")
    await ada.open("미나")
    line = ada.page.locator("#log .unread-line")
    await expect(line).to_have_count(1)
    await ada.page.keyboard.press("Shift+J")
    await expect(line).to_be_in_viewport()
    await expect(line.locator("xpath=following::li[contains(@class,'msg')][1]")).to_contain_text("news 0")
    assert ada.errors == []
