"""미나 comes by five doors about one thing: a chat, KakaoTalk, a mail, the shop's counter, a text message.

Ada reads it as one conversation with one person, and answers each time where it reaches her.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from madang.channels.playing import Person, Provider
from madang.channels.registry import simulator
from tests.browser.office import Office
from tests.browser.scene import HOME, Scene

pytestmark = pytest.mark.browser
PHONE = "010-1234-5678"


@pytest.fixture
async def kakao() -> AsyncIterator[Any]:
    made: Provider = simulator("kakao_consult").Simulator()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def texts() -> AsyncIterator[Any]:
    made: Provider = simulator("sms_twilio").Simulator()
    await made.start()
    yield made
    await made.stop()


async def _channel(office: Office, connector: str, name: str, form: dict[str, str]) -> str:
    """Connect a channel; the address of its hook."""
    made = await office.connected(connector, name, form)
    return f"{office.house.url}/hooks/{made['key']}"


async def _by(page: Page, name: str) -> None:
    """Ada chooses the door by which she answers."""
    await page.locator("#via").click()
    await page.locator("#ways-menu .way", has_text=name).click()
    await expect(page.locator(".via-name")).to_have_text(name)


async def test_five_doors_one_conversation(office: Office, mail: Any, kakao: Any, texts: Any) -> None:
    scene = Scene(office, mail)
    await scene.begin(language="ko-KR")
    ada = scene.ada
    talk = await _channel(office, "kakao_consult", "하늘 카카오톡", kakao.form())
    sms = await _channel(office, "sms_twilio", "하늘 문자", texts.form())
    await _channel(office, "store_visit", "성수점", {"store": "성수점"})

    # In the chat, nameless. Ada offers to go on where she is anyway.
    site = await scene.visitor()
    await site.say("머그컵 손잡이가 깨져서 왔어요")
    await ada.view("all")
    await ada.page.locator("#list .row", has_text="머그컵 손잡이가").click()
    await expect(ada.message("머그컵 손잡이가")).to_be_visible()
    await ada.page.wait_for_url("**/c/*")  # the address follows what is painted
    thread = ada.page.url
    await ada.page.locator("[data-act=carry]").first.click()
    link = await _link(ada.page)
    await ada.answer(f"카카오톡에서 이어서 도와드릴게요: {link}")
    await site.sees("카카오톡에서 이어서 도와드릴게요")

    # She opens it, goes on in KakaoTalk, and agrees to tell her number there.
    doors = await (await office.room("ko-KR", 390, 800)).new_page()
    await doors.goto(link)
    chat = str(await doors.locator("a.door", has_text="하늘 카카오톡").get_attribute("href"))
    phone: Any = kakao.person(talk, "미나", number=PHONE)
    await phone.follow(chat)
    await phone.say("카톡으로 왔어요! 사진은 여기서 보낼게요")
    await phone.introduce()
    await expect(ada.message("카톡으로 왔어요!")).to_be_visible()
    assert ada.page.url == thread
    await _by(ada.page, "하늘 카카오톡")
    await ada.answer("네, 확인했어요. 메일 주소도 알려 주시겠어요?")
    await phone.sees("확인했어요")

    # Ada writes by mail, to the address she gives; the answer comes back into the same conversation.
    await ada.page.locator(".panel-name a").first.click()
    await _claim(ada.page)
    await ada.page.goto(thread)
    await _by(ada.page, "Haneul mail")
    await ada.answer("교환 안내문을 보내 드려요.")
    writer = scene.writer(HOME, "김미나")
    letter = await writer.wait(after=0, timeout=30)
    await writer.answer(letter, "안내문 잘 받았어요. 오늘 매장에 들를게요.")
    await expect(ada.message("오늘 매장에 들를게요")).to_be_visible(timeout=30_000)

    # At the counter of the store.
    counter = await ada.page.context.new_page()
    await counter.set_viewport_size({"width": 390, "height": 800})
    await counter.goto(f"{office.house.url}/counter")
    await counter.locator("#find-text").fill("미나")
    await counter.keyboard.press("Enter")
    await counter.locator(".found-people a").first.click()
    await counter.fill("[name=came_for]", "깨진 머그컵 교환")
    await counter.fill("[name=done]", "새 머그컵으로 교환해 드림")
    await counter.locator("form.card [type=submit]").last.click()
    await expect(counter.locator("body")).to_contain_text("방문을 기록했어요.")
    await expect(ada.message("깨진 머그컵 교환")).to_be_visible(timeout=20_000)

    # And a text message, to the number that KakaoTalk has proven.
    await ada.page.goto(thread)
    await _by(ada.page, "하늘 문자")
    handset: Person = texts.person(sms, "미나", number="+821012345678")  # before she writes
    await ada.answer("교환이 끝났어요. 불편을 드려 죄송해요.")
    await handset.sees("교환이 끝났어요")
    await handset.say("감사합니다 :)")
    await expect(ada.message("감사합니다 :)")).to_be_visible(timeout=20_000)

    # One conversation, five doors, in the order in which it was said.
    ways = await ada.page.locator("#log .msg").evaluate_all("all => [...new Set(all.map((one) => one.dataset.way))]")
    assert len([way for way in ways if way]) == 5
    await ada.view("all")
    await expect(ada.page.locator("#list .row")).to_have_count(1)
    assert ada.errors == []


async def _link(page: Page) -> str:
    """The link that Ada is shown, out of wherever it stands."""
    shown = page.locator("body", has_text=re.compile(r"/go/[A-Z0-9]{10}"))
    await expect(shown).to_be_visible()
    words = await page.evaluate(
        "document.body.innerText + [...document.querySelectorAll('input, textarea')].map((one) => one.value).join(' ')"
    )
    found = re.search(r"http\S+/go/[A-Z0-9]{10}", words)
    assert found
    await page.keyboard.press("Escape")
    return found[0]


async def _claim(page: Page) -> None:
    """Ada notes the address she was told."""
    await page.locator("[data-part=addresses] .edit.wide > summary").click()
    await page.locator("[data-part=addresses] .edit.wide input[name=value]").fill(HOME)
    await page.locator("[data-part=addresses] .edit.wide button[type=submit]").click()
    await expect(page.locator(".proven")).to_contain_text(HOME)
