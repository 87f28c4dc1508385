"""The counter as a colleague uses it on a phone: somebody new, her next visit, the note that waited."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from madang.channels.book import Book
from madang.conversations.search import reactions
from madang.desk.tests.visitor import PASSWORD, join
from madang.events import log
from madang.ground import Ground
from madang.portal.tests.shop import chromium
from madang.portal.tests.site import Late, eventually, listening, work
from madang.tests import cast, frames

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture
async def chrome() -> AsyncIterator[Browser]:
    async with chromium() as made:
        yield made


@pytest.fixture
async def house(ground: Ground) -> AsyncIterator[tuple[Ground, str]]:
    """The desk on a port, and a worker behind it."""
    late = Late()
    async with listening(late) as url:
        here = replace(ground, settings=replace(ground.settings, public_url=url))
        late.app = frames.app(here)
        working = asyncio.create_task(work(here, Book(here)))
        yield here, url
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def nothing_found(page: Page, name: str) -> None:
    for width, height in ((390, 844), (1440, 900)):
        await page.set_viewport_size({"width": width, "height": height})
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} {width}"
        await page.evaluate(AXE.read_text("utf-8"))
        only = "{runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa']}"
        found = await page.evaluate(
            f"axe.run(document, {only}).then((r) => r.violations.map((v) => [v.id, v.nodes[0].html]))"
        )
        assert found == [], f"{name} {width}"
        if folder := os.environ.get("MADANG_PICTURES"):
            await page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    await page.set_viewport_size({"width": 390, "height": 844})


async def rows(ground: Ground, sql: str) -> list[Any]:
    from sqlalchemy import text

    async with ground.database.begin() as tx:
        return list((await tx.execute(text(sql))).all())


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_somebody_new_comes_and_comes_again(house: tuple[Ground, str], chrome: Browser, scheme: Any) -> None:
    ground, url = house
    brand_id = await cast.brand(ground, "하늘")
    await cast.channel(ground, brand_id, "store_visit", settings={"store": "성수점", "region": "KR"})
    await join(ground, "Ada")
    context = await chrome.new_context(
        locale="ko-KR", color_scheme=scheme, bypass_csp=True, viewport={"width": 390, "height": 844}
    )
    page = await context.new_page()
    await page.goto(f"{url}/signin?language=ko")
    await page.fill("[name=email]", "ada@haneul.kr")
    await page.fill("[name=password]", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda where: "signin" not in where)
    await page.goto(f"{url}/counter")
    await expect(page.locator("h1")).to_have_text("성수점")
    await nothing_found(page, f"counter-{scheme}")
    await page.locator("a[href*='/visit']").click()
    await page.fill("[name=name]", "미나")
    await page.fill("[name=phone]", "010-1234-5678")
    await page.locator("form.form button[type=submit]").click()
    await expect(page.locator("#h-came_for")).to_be_visible()
    await expect(page.locator("[name=name]")).to_have_value("미나")
    await nothing_found(page, f"counter-wrong-{scheme}")
    await page.fill("[name=came_for]", "머그컵 손잡이가 깨졌어요")
    await page.fill("[name=done]", "새 것으로 바꿔 드렸어요")
    await page.fill("[name=next_time]", "쿠폰을 드리세요")
    await page.locator("form.form button[type=submit]").click()
    await expect(page.locator(".notice")).to_be_visible()
    await eventually(lambda: rows(ground, "select 1 from message where direction = 'in'"))
    await _indexed(ground)
    await page.fill("#find-text", "미나")
    await page.keyboard.press("Enter")
    await page.locator(".found-people a").click()
    await expect(page.locator(".counter-note")).to_contain_text("쿠폰")
    await nothing_found(page, f"counter-visit-{scheme}")
    await page.locator(".counter-note button").click()
    await expect(page.locator(".counter-note")).to_have_count(0)
    with contextlib.suppress(Exception):
        await context.close()


async def _indexed(ground: Ground) -> None:
    from sqlalchemy import text

    async with ground.database.begin() as tx:
        ids = [row[0] for row in await tx.execute(text("select id from event order by id"))]
        await reactions.index_people(tx, await log.by_id(tx, ids))
