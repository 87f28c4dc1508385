"""미나 chats without a name, signs in, writes by mail, has two names and three addresses: Ada sees one person, and why.

Where Madang only suspects it, Ada decides with one key; where she was wrong everything is back where it was.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.office import Office
from tests.browser.scene import HOME, OTHER, PHONE, WORK, Scene, add_claim, claim, code_for, signs_in

pytestmark = pytest.mark.browser


async def test_mina_is_one_person_whatever_she_comes_by(alone: Office, mail: Any) -> None:
    scene = Scene(alone, mail)
    await scene.begin()
    ada, program = scene.ada, scene.program

    # She chats without a name, then signs in: the same person, the same conversation.
    site = await scene.visitor()
    await ada.view("all")
    await site.say("담요 색이 사진과 달라요")
    await expect(ada.page.locator("#list .row", has_text="담요 색이")).to_be_visible()
    await signs_in(site, "mina-7", "미나")
    await site.sees("담요 색이 사진과 달라요")
    await site.say("방금 로그인했어요")
    mina = await scene.page_of("방금 로그인했어요")
    await expect(ada.message("담요 색이 사진과 달라요")).to_be_visible()

    # She says where else she is. Ada asks for proof: the code goes to the mailbox, the form comes up in her chat, live.
    page = await scene.look(mina)
    home = scene.writer(HOME, "미나")
    await add_claim(page, HOME)
    await claim(page, HOME).get_by_role("button", name="Ask for proof").click()
    form = site.frame.locator("#proof-form")
    await expect(form).to_be_visible()
    await expect(form).to_contain_text("m•••@naver.example")
    code = await code_for(home)
    await form.locator("#proof-code").fill(f"{(int(code) + 1) % 10**6:06d}")
    await form.locator("#proof-go").click()
    await expect(form.locator("#proof-problem")).to_contain_text("4")
    await form.locator("#proof-code").fill(code)
    await form.locator("#proof-code").press("Enter")
    await expect(site.frame.locator("#proof-done")).to_contain_text("본인 주소로 확인했어요")
    await expect(claim(page, HOME)).to_contain_text("Proved by a one-time code", timeout=20_000)

    # Of the third address she tells Ada the code; Ada types it in.
    work = scene.writer(WORK, "김미나")
    await add_claim(page, WORK)
    await claim(page, WORK).get_by_role("button", name="Ask for proof").click()
    await claim(page, WORK).locator("[name=code]").fill(await code_for(work))
    await page.keyboard.press("Enter")
    await expect(claim(page, WORK)).to_contain_text("Proved by a one-time code · Ada")

    # Mails from both reach the same person, and an order of the shop stands among them.
    await home.write("support@haneul.example", "교환 문의", "다른 색으로 바꿀 수 있나요?")
    await work.write("support@haneul.example", "영수증", "회사 앞으로 영수증을 부탁드려요.")
    order = {"key": "order-1", "kind": "order", "at": "2026-11-20T01:00:00Z", "title": "담요"}
    await program.ask(
        "POST",
        f"/customers/{mina}/events",
        json={"source": "shop", "events": [{**order, "amount": 48000, "currency": "KRW"}]},
    )
    for words in ("다른 색으로 바꿀 수 있나요?", "회사 앞으로 영수증을"):
        assert await scene.page_of(words) == mina
    page = await scene.look(mina)
    line = page.locator("[data-part=timeline]")
    for words in (
        "담요 색이 사진과 달라요",
        "방금 로그인했어요",
        "다른 색으로 바꿀",
        "회사 앞으로 영수증을",
        "₩48,000",
    ):
        await expect(line).to_contain_text(words)
    assert {one["proof"] for one in (await program.whole(mina))["person"]["addresses"]} >= {"code", "channel"}
    assert {one["kind"] for one in (await program.whole(mina))["person"]["addresses"]} == {"account", "cookie", "email"}

    await _a_twin(scene, mina)
    assert ada.errors == []


async def _half_a_note_stays(page: Page) -> None:
    """What is half written outlives what is done beside it."""
    note = page.locator("[data-part=notes] .note-new textarea").first
    await note.fill("반쯤 쓴")
    await page.locator("[data-part=notes] .note-head button").first.click()
    await expect(page.locator("[data-part=notes] .gone")).to_be_visible()
    await expect(note).to_have_value("반쯤 쓴")
    await page.locator("[data-part=notes] .gone button").click()
    await expect(page.locator("[data-part=notes]")).to_contain_text("전화로 먼저 문의하심")
    await expect(note).to_have_value("반쯤 쓴")
    await note.fill("")


async def _a_twin(scene: Scene, mina: int) -> None:
    """Somebody who writes as 김미나 from a third mailbox, with the same telephone: is it her? Yes. No. Yes?"""
    ada, program = scene.ada, scene.program
    page = await scene.look(mina)
    await add_claim(page, "010-1234-5678", PHONE)
    other = scene.writer(OTHER, "김미나")
    await other.write("support@haneul.example", "배송 문의", "배송은 언제 오나요?")
    twin = await scene.page_of("배송은 언제 오나요?")
    assert twin != mina
    page = await scene.look(twin)
    await page.locator("[data-part=notes] textarea").first.fill("전화로 먼저 문의하심")
    await page.locator("[data-part=notes] .note-new button").first.click()
    await expect(page.locator("[data-part=notes]")).to_contain_text("전화로 먼저 문의하심")
    await _half_a_note_stays(page)
    order = {"key": "order-2", "kind": "order", "at": "2026-11-21T01:00:00Z", "amount": 12000, "currency": "KRW"}
    await program.ask("POST", f"/customers/{twin}/events", json={"source": "shop", "events": [order]})
    await add_claim(page, "+82 10 1234 5678", PHONE)
    before = {number: await program.whole(number) for number in (mina, twin)}

    # What speaks for it, side by side; one key.
    hint = page.locator(".hint")
    for _ in range(60):  # the matching follows a moment later
        if await hint.count():
            break
        await page.wait_for_timeout(500)
        await page.reload()
    await page.keyboard.press("g")
    await page.keyboard.press("u")
    await page.wait_for_url("**/suggestions*")
    await expect(page.locator(".pair .side")).to_have_count(2)
    await expect(page.locator(".evidence")).to_contain_text("speaks for it")
    await expect(page.locator(".evidence")).to_contain_text(PHONE)
    await expect(page.locator(".pair")).to_contain_text("배송 문의")
    await page.keyboard.press("a")
    await expect(page.locator(".said .toast")).to_contain_text("They are one person now.")
    page = await scene.look(twin)
    await expect(page).to_have_url(re.compile(rf"/customers/{mina}$"))
    await expect(page.locator(".person-head")).to_contain_text("Also known as 김미나")
    whole = page.locator(".person-grid")
    for words in (
        HOME,
        WORK,
        OTHER,
        "배송은 언제 오나요?",
        "담요 색이 사진과 달라요",
        "전화로 먼저 문의하심",
        "₩60,000",
    ):
        await expect(whole).to_contain_text(words)
    await expect(page.locator("#merges")).to_contain_text("Suggested because they are alike")

    # Life goes on; later it turns out that they are two after all.
    await other.write("support@haneul.example", "감사", "잘 받았습니다!")
    assert await scene.page_of("잘 받았습니다!") == mina
    page = await scene.look(mina)
    await page.locator("#merges button").click()
    await expect(page.locator(".said .toast")).to_contain_text("They are two again")
    after = {number: await program.whole(number) for number in (mina, twin)}
    later = [one for one in after[twin]["timeline"] if "잘 받았습니다!" in (one["text"] or "")]
    assert len(later) == 1  # said since, by her address: it went with her
    _without(after[twin], later[0])
    assert _comparable(after[mina]) == _comparable(before[mina])
    assert _comparable(after[twin]) == _comparable(before[twin])
    assert ada.errors == []


def _without(of: dict[str, Any], entry: dict[str, Any]) -> None:
    """Leave out a message that came since, and the conversation it opened."""
    gone = entry["conversation_id"]
    of["timeline"] = [one for one in of["timeline"] if one["conversation_id"] != gone]
    of["talks"] = {number: said for number, said in of["talks"].items() if number != gone}
    of["person"]["conversations"] = [one for one in of["person"]["conversations"] if one["id"] != gone]


def _comparable(of: dict[str, Any]) -> dict[str, Any]:
    """Without what only says when somebody last looked."""
    person = {key: value for key, value in of["person"].items() if key != "online"}
    talks = [{key: value for key, value in one.items() if key != "unread"} for one in person["conversations"]]
    return {**of, "person": {**person, "conversations": sorted(talks, key=lambda one: int(one["id"]))}}
