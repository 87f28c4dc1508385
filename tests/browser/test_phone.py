"""The demo's phone in a browser: by keyboard, in Korean, answers come by themselves, axe in both brightnesses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from playwright.async_api import Browser, Page, expect

from madang.channels.connector import Button
from madang.channels.playing import Bubble, Person, Shown, Verb
from madang.demo.doors import Manner
from madang.demo.phone.apps import App, Phone
from madang.demo.phone.door import PhoneServer
from tests.browser.axe import axe_finds as axe
from tests.browser.people import context

pytestmark = pytest.mark.browser


class Friend(Person):
    """A provider that is only this list."""

    verbs = frozenset[Verb]({"say", "file", "react", "edit", "unsend", "block", "unblock"})

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        if text == "안 돼요":
            raise RuntimeError("the simulator was told to say no")
        self.bubbles.append(Bubble(f"m{len(self.bubbles)}", True, text, files=tuple(files), state="sent"))
        return self.bubbles[-1]

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        if bubble is None:
            return
        if verb == "edit":
            bubble.text, bubble.edited = value, True
        bubble.gone = bubble.gone or verb == "unsend"
        bubble.reaction = value if verb == "react" else bubble.reaction

    def answers(self, text: str, *buttons: Button) -> None:
        self.bubbles.append(Bubble(f"a{len(self.bubbles)}", False, text, buttons=buttons, author="하늘"))


@pytest.fixture
async def friends() -> dict[str, Friend]:
    return {name: Friend("미나") for name in ("line", "telegram")}


@pytest.fixture
async def url(friends: dict[str, Friend]) -> AsyncIterator[str]:
    phone = Phone()
    for name, friend in friends.items():
        phone.add(App(f"{name}-haneul", name, "haneul", "하늘", name, Manner("talk", order=len(phone.apps)), friend))
    server = PhoneServer(phone, "http://127.0.0.1:1", 0)
    yield await server.start()
    await server.stop()
    await phone.close()


async def test_she_writes_by_keyboard_and_the_answer_comes(
    browser: Browser, url: str, friends: dict[str, Friend]
) -> None:
    page = await (await context(browser, "ko-KR")).new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(url)
    await expect(page.locator("h1")).to_have_text("미나가 되어 보세요")
    await page.locator("[data-app='line-haneul']").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#text")).to_be_focused()
    await page.keyboard.type("접시가 깨졌어요")
    await page.keyboard.press("Enter")
    await expect(page.locator(".bubble.mine .text")).to_have_text("접시가 깨졌어요")
    friends["line"].answers("어떻게 해 드릴까요? <b>", Button("환불"), Button("교환"))
    await page.get_by_role("button", name="교환").click()
    await expect(page.locator(".bubble.mine .text").last).to_have_text("교환")
    await change_and_react(page, friends["line"])
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-app='line-haneul']")).to_be_focused()
    friends["telegram"].answers("새 소식")
    await expect(page.locator("[data-app='telegram-haneul'] .count")).to_have_text("1")
    assert errors == []


async def change_and_react(page: Page, friend: Friend) -> None:
    """Edit, take back, react; what fails leaves the words where they were."""
    await page.locator(".bubble.mine .more").first.click()
    await page.locator("#acts [data-verb=edit]").click()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("접시 두 개가 깨졌어요")
    await page.keyboard.press("Enter")
    await expect(page.locator(".bubble.mine .text").first).to_have_text("접시 두 개가 깨졌어요")
    await page.locator(".bubble.theirs .more").click()
    await page.locator("#acts [data-react='👍']").click()
    await expect(page.locator(".reaction")).to_have_text("👍")
    assert friend.bubbles[1].reaction == "👍"
    await page.fill("#text", "안 돼요")
    await page.keyboard.press("Enter")
    await expect(page.locator("#problem")).to_contain_text("told to say no")
    await expect(page.locator("#text")).to_have_value("안 돼요")
    await page.fill("#text", "")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
async def test_axe_finds_nothing(
    browser: Browser, url: str, friends: dict[str, Friend], width: int, scheme: str
) -> None:
    made = await context(browser, "ko-KR", width, 844)
    page = await made.new_page()
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await friends["line"].say("안녕하세요 https://haneul.example/")
    friends["line"].answers("네, 안녕하세요", Button("환불"))
    await page.goto(url)
    await expect(page.locator(".app").first).to_be_visible()
    assert await axe(page) == []
    await page.locator("[data-app='line-haneul']").click()
    await expect(page.locator(".bubble")).to_have_count(2)
    await asyncio.sleep(0.1)
    assert await axe(page) == []
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
