"""What a browser test may ask for: a mail provider, a browser."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright

from madang.channels.registry import simulator

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
async def mail() -> AsyncIterator[Any]:
    """A mail provider with Haneul's mailbox."""
    server = simulator("email").MailServer()
    await server.start()
    server.open_account("support@haneul.example", "correct horse")
    yield server
    await server.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium."""
    async with async_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        made = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield made
        await made.close()
