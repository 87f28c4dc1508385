"""One open stream: everything said arrives in order, silence is broken by a beat, and nothing stays behind."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from madang.events import tap as taps
from madang.events.tap import FULL, Tap


class Browser:
    """The other side."""

    def __init__(self) -> None:
        self.heard = b""
        self.ended = False
        self.left = asyncio.Event()
        self.came = asyncio.Event()

    async def receive(self) -> MutableMapping[str, Any]:
        """Says nothing until it leaves."""
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Takes what is sent."""
        self.heard += message.get("body", b"")
        self.ended = message["type"] == "http.response.body" and not message.get("more_body")
        self.came.set()

    async def until(self, words: bytes) -> None:
        """Wait until it has heard them."""
        async with asyncio.timeout(5):
            while words not in self.heard:
                self.came.clear()
                await self.came.wait()


async def test_what_is_said_arrives_in_order_and_a_close_ends_it() -> None:
    browser, tap = Browser(), Tap("ada")
    serving = asyncio.create_task(tap.serve(browser.receive, browser.send, b"missed "))
    await browser.until(b"missed ")
    for word in (b"one ", b"two ", b"three "):
        tap.say(word)
    await browser.until(b"one two three ")
    tap.close()
    await asyncio.wait_for(serving, 5)
    assert browser.ended


async def test_silence_is_broken_by_a_beat_and_news_are_a_sign_of_life_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taps, "BEAT", 0.1)
    browser, tap = Browser(), Tap("ada")
    serving = asyncio.create_task(tap.serve(browser.receive, browser.send))
    await browser.until(taps.ALIVE * 2)
    tap.say(b"news")
    await browser.until(b"news")
    await browser.until(b"news" + taps.ALIVE)
    browser.left.set()
    await asyncio.wait_for(serving, 5)
    beats = browser.heard.count(taps.ALIVE)
    await asyncio.sleep(0.15)
    assert browser.heard.count(taps.ALIVE) == beats


async def test_a_browser_that_does_not_keep_up_is_cut_off_and_comes_again() -> None:
    tap = Tap("ada")
    for number in range(FULL + 1):
        tap.say(b"%d" % number)
    assert tap.closed
