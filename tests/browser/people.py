"""Hands of the people in the story: what they click and what they look at."""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Frame, Locator, Page, expect

from madang.staff.permissions import Viewer
from tests.house import House

PASSWORD = "correct horse battery"
WISH = """([name, value]) => fetch(`/preferences/${name}`, {method: 'PUT', body: new URLSearchParams({value}),
  headers: {'x-csrf-token': document.querySelector('meta[name=csrf]').content, 'x-desk': '1'}})"""


POLICY = """document.addEventListener('securitypolicyviolation', told =>
  console.error(`content security policy: ${told.violatedDirective} ${told.blockedURI} ${told.sourceFile}`))"""


refused: list[str] = []  # by a page's own policy, in this story; there is nothing a page of ours should be refused


def _heard(said: ConsoleMessage) -> None:
    if said.text.startswith("content security policy"):
        refused.append(said.text)


async def context(browser: Browser, language: str = "en-US", width: int = 1440, height: int = 900) -> BrowserContext:
    """A browser profile of somebody's own; any script error fails the test that looks at ``errors``."""
    size: Any = {"width": width, "height": height}
    about: dict[str, Any] = {"viewport": size, "locale": language, "timezone_id": "Asia/Seoul"}
    made = await browser.new_context(**about, reduced_motion="reduce")  # what moves is drawn, and costs
    made.set_default_timeout(30_000)
    await made.add_init_script(POLICY)
    made.on("console", _heard)
    return made


class Agent:
    """Somebody at the desk."""

    viewer: Viewer  # of those an office has made

    def __init__(self, house: House, page: Page, name: str, email: str = "") -> None:
        self.house, self.page, self.name = house, page, name
        self.email = email or f"{name.lower()}@haneul.example"
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def set_up(self) -> None:
        """Become the first administrator by the link the start has printed."""
        await self.house.until(lambda: bool(self.house.setup))
        await self.page.goto(self.house.setup)
        if await self.page.locator("[name=company]").count():  # a channel made by the terminal has brought a brand
            await self.page.fill("[name=company]", "Haneul")
        await self._introduce()

    async def join(self, link: str) -> None:
        """Take an invitation."""
        await self.page.goto(link)
        await self._introduce()

    async def _introduce(self) -> None:
        await self.page.fill("[name=name]", self.name)
        if await self.page.locator("[name=email]:not([readonly])").count():  # an invitation has it already
            await self.page.fill("[name=email]", self.email)
        await self.page.fill("[name=password]", PASSWORD)
        await self.page.click("form [type=submit]")
        await expect(self.page.locator("#desk")).to_be_visible()
        await self.wish("undo", "0")  # what she sends leaves at once: few stories have ten seconds

    async def wish(self, name: str, value: str) -> None:
        """Keep a wish about her desk, as JSON; '' is as everybody has it."""
        await self.page.evaluate(WISH, [name, value])

    async def view(self, name: str) -> None:
        """Look at another view."""
        await self.page.goto(f"{self.house.url}/?view={name}")

    def row(self, name: str) -> Locator:
        """A customer's row in the list."""
        return self.page.locator("#list .row", has=self.page.locator(".row-name", has_text=name))

    async def open(self, name: str) -> None:
        """Open a customer's conversation from the list."""
        await self.row(name).first.click()
        await expect(self.page).to_have_title(f"{name} · Madang")  # with it come the address and what is beside
        await expect(self.page.locator("#head-name")).to_have_text(name)

    def message(self, words: str) -> Locator:
        """A message in the open conversation."""
        return self.page.locator("#log .msg", has_text=words)

    async def answer(self, words: str) -> None:
        """Write and send."""
        await self.page.fill("#composer-text", words)
        await self.page.keyboard.press("Control+Enter")
        await expect(self.message(words)).to_be_visible()


class Visitor:
    """Somebody on the company's site."""

    def __init__(self, house: House, page: Page, key: str) -> None:
        self.house, self.page, self.key = house, page, key
        self.frame: Frame

    async def come(self) -> None:
        """Open the page that embeds the chat, and the chat. The frame lies behind a closed shadow root."""
        await self.page.goto(f"{self.house.url}/chat/{self.key}/try")
        await self.page.wait_for_function("() => window.madang && document.readyState === 'complete'")
        await self.page.evaluate("madang('toggle', 'open')")
        async with asyncio.timeout(20):
            while not any("/frame" in one.url for one in self.page.frames):
                await asyncio.sleep(0.05)
        self.frame = next(one for one in self.page.frames if "/frame" in one.url)
        script_is_at_work = "() => document.getElementById('text').style.height"
        await self.frame.wait_for_function(script_is_at_work)

    async def say(self, words: str) -> None:
        """Write in the chat."""
        await self.frame.locator("#text").fill(words)
        await self.frame.locator("#text").press("Enter")
        await self.sees(words)

    async def sees(self, words: str) -> None:
        """It stands in her chat."""
        await expect(self.frame.locator("#log", has_text=words)).to_be_visible()

    async def leave_email(self, address: str) -> None:
        """Answer the chat's question."""
        await expect(self.frame.locator("#ask-email")).to_be_visible(timeout=60_000)
        await self.frame.locator("#ask-email").fill(address)
        await self.frame.locator("#ask-form [type=submit]").click()
        await expect(self.frame.locator("#ask-done")).to_be_visible()
