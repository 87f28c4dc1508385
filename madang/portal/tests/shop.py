"""A company's page on another origin, under as strict a policy as there is, and somebody who looks at it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Frame, Page, async_playwright, expect

from madang.portal.tests.site import Site, listening

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
UGLY = "* { position: static !important; display: block !important; color: red !important; all: revert }"
PAGE = """<!doctype html><html lang="en"><head><title>Shop</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/ugly.css">
<script src="/before.js"></script><script async src="{url}/chat/{key}/loader.js" {attributes}></script></head>
<body><h1>Shop</h1><button id="own">Help</button><form name="currentScript"></form><a name="madangSettings"></a></body>
</html>"""


LAUNCHER = """() => { const root = document.querySelector('madang-chat').shadowRoot;
const b = root.querySelector('.launcher'), panel = root.querySelector('.panel');"""


@dataclass
class Shop:
    """What the shop's server answers. ``before`` runs before the loader."""

    site: Site
    attributes: str = 'data-locale="en"'
    before: str = ""
    violations: list[str] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One ASGI request."""
        url, path = self.site.url, scope["path"]
        bodies = {"/before.js": ("text/javascript", self.before), "/ugly.css": ("text/css", UGLY)}
        page = PAGE.format(url=url, key=self.site.key, attributes=self.attributes)
        mime, body = bodies.get(path, ("text/html; charset=utf-8", page))
        policy = f"default-src 'none'; script-src 'self' {url}; frame-src {url}; style-src 'self'"
        headers = [(b"content-type", mime.encode()), (b"content-security-policy", policy.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body.encode()})


@asynccontextmanager
async def opened(shop: Shop) -> AsyncIterator[str]:
    """The shop on a port of its own: another origin."""
    async with listening(shop) as url:
        yield f"{url}/"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser."""
    async with async_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        made = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield made
        await made.close()


class Customer:
    """A browser profile with the shop open. What goes wrong in it is in ``faults``."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context, self.page = context, page
        self.faults: list[str] = []
        self.frame: Frame
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: self._hear(line.type, line.text))

    def _hear(self, kind: str, words: str) -> None:
        if "Content Security Policy" in words or (kind == "error" and "Failed to load resource" not in words):
            self.faults.append(words)

    async def come(self, url: str, ready: bool = True) -> None:
        """Load the page; the chat's frame comes by itself when the page is at rest."""
        await self.page.goto(url)
        if ready:
            await self.until_page("window.madang && madang.loaded === true")
            await self.find_frame()

    async def find_frame(self) -> Frame:
        """The chat's frame, once it has answered."""
        async with asyncio.timeout(10):
            while not (frames := [one for one in self.page.frames if "/frame?" in one.url]):
                await asyncio.sleep(0.02)
        self.frame = frames[0]
        await self.frame.wait_for_selector("#text", state="attached")
        return self.frame

    async def call(self, *words: Any) -> None:
        """``madang(…)`` in the page."""
        await self.page.evaluate("(words) => madang(...words)", list(words))

    async def say(self, words: str) -> None:
        """Write in the open chat."""
        await self.frame.fill("#text", words)
        await self.frame.press("#text", "Enter")

    async def sees(self, words: str, times: int = 1) -> None:
        """It stands in the chat so many times."""
        await expect(self.frame.locator("#log .bubble", has_text=words)).to_have_count(times)

    async def launcher(self, question: str) -> Any:
        """Ask the launcher something: ``b`` is the button, ``root`` its tree."""
        return await self.page.evaluate(f"{LAUNCHER} return {question}; }}")

    async def until(self, question: str) -> None:
        """Wait until the launcher says yes."""
        async with asyncio.timeout(5):
            while not await self.launcher(question):
                await asyncio.sleep(0.02)

    async def until_page(self, question: str) -> None:
        """Wait until the page says yes. (Playwright's own waiting needs eval, which the policy refuses.)"""
        async with asyncio.timeout(10):
            while not await self.page.evaluate(question):
                await asyncio.sleep(0.02)


@asynccontextmanager
async def customer(browser: Browser, **more: Any) -> AsyncIterator[Customer]:
    """Somebody with a browser profile of her own."""
    context = await browser.new_context(**({"locale": "en-US", "viewport": {"width": 1100, "height": 800}} | more))
    try:
        yield Customer(context, await context.new_page())
    finally:
        with contextlib.suppress(Exception):
            await context.close()
