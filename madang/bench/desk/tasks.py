"""How much processor the tasks of a page took, by the browser's own trace: a task also lasts while others have the
processor, and a page's clock cannot tell one from the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.async_api import Page

TASKS = "toplevel"  # of a trace's categories the one that tells tasks, and costs next to nothing
PATIENCE = 30.0  # seconds


@asynccontextmanager
async def traced(page: Page) -> AsyncIterator[list[float]]:
    """Milliseconds of processor of each task of the page's main thread, there once the block is left."""
    browser = page.context.browser
    if browser is None:
        raise RuntimeError("A page of a persistent context cannot be traced.")
    session = await browser.new_browser_cdp_session()
    told: list[dict[str, Any]] = []
    took: list[float] = []
    ended = asyncio.Event()
    session.on("Tracing.dataCollected", lambda part: told.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.set())
    await session.send(
        "Tracing.start", {"traceConfig": {"includedCategories": [TASKS]}, "transferMode": "ReportEvents"}
    )
    yield took
    await session.send("Tracing.end")
    async with asyncio.timeout(PATIENCE):
        await ended.wait()
    await session.detach()
    took += of_the_page(told)


def of_the_page(told: list[dict[str, Any]]) -> list[float]:
    """The tasks of the renderer that did most: the page that was in front."""
    mains = {_thread(one) for one in told if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"}
    tasks: dict[tuple[int, int], list[float]] = {}
    for one in told:
        if one["name"].endswith("RunTask") and "tdur" in one and _thread(one) in mains:
            tasks.setdefault(_thread(one), []).append(one["tdur"] / 1000.0)
    return max(tasks.values(), key=sum, default=[])


def _thread(event: dict[str, Any]) -> tuple[int, int]:
    return event["pid"], event["tid"]
