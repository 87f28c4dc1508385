"""A chat of Haneul that is served."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from madang.ground import Ground
from madang.portal.tests.shop import chromium
from madang.portal.tests.site import Site, chat_channel, serving
from madang.tests import cast


@pytest.fixture
async def site(ground: Ground) -> AsyncIterator[Site]:
    """Doors, stream and worker over this test's database."""
    brand_id = await cast.brand(ground, greeting="안녕하세요, 하늘입니다. 무엇을 도와드릴까요?")
    chat = await chat_channel(ground, brand_id)
    async with serving(ground) as (doors, url):
        yield Site(ground, doors, url, brand_id, chat)


@pytest.fixture(scope="session")
async def chrome() -> AsyncIterator[Browser]:
    """One Chromium for all."""
    async with chromium() as made:
        yield made


@pytest.fixture
async def browser(chrome: Browser) -> AsyncIterator[Browser]:
    """Chromium; what a test opened is closed with it."""
    yield chrome
    for room in chrome.contexts:
        await room.close()
