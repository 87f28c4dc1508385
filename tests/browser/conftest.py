"""What a browser test may ask for: a mail provider, a browser."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright, expect

from madang.channels.registry import simulator
from madang.ground import Ground
from tests.browser.office import Office, standing
from tests.browser.people import refused
from tests.house import House

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


expect.set_options(timeout=10_000)  # who waits for what comes at once waits no longer; a busy machine takes its time


@pytest.fixture
async def mail() -> AsyncIterator[Any]:
    """A mail provider with Haneul's mailbox."""
    server = simulator("email").MailServer()
    await server.start()
    server.open_account("support@haneul.example", "correct horse")
    yield server
    await server.stop()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One Chromium for all stories; each has profiles of its own in it."""
    async with async_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        made = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield made
        await made.close()


@pytest.fixture
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """Chromium; what a story opened is closed with it. No page of a story may break its own policy."""
    refused.clear()
    yield chromium
    for room in chromium.contexts:
        await room.close()
    assert refused == []


@pytest.fixture(scope="session")
async def standing_house() -> AsyncIterator[tuple[House, Ground]]:
    """The house all offices are in."""
    async with standing() as both:
        yield both


@pytest.fixture
async def office(standing_house: tuple[House, Ground], browser: Browser) -> Office:
    """A brand of this story's own in a house that runs already: several seconds quicker than ``house``."""
    made = Office(*standing_house, browser)
    await made.open()
    return made


@pytest.fixture
async def alone(browser: Browser) -> AsyncIterator[Office]:
    """An office in a house that starts for this story: for what looks at all there is, or at what the company has."""
    async with standing() as both:
        made = Office(*both, browser)
        await made.open()
        yield made
