"""What the measured agent does at the desk, and what the probe saw of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

PATIENCE = 30.0  # seconds
SLOW = 32.0  # ms: a frame that took longer was missed at sixty a second, and seen


class Wrong(Exception):
    """A key did not lead to the conversation it should have led to."""


@dataclass(slots=True)
class Seen:
    """Milliseconds, and layout shifts without a unit (as Cumulative Layout Shift counts them)."""

    opened: list[float] = field(default_factory=list)
    events: list[float] = field(default_factory=list)  # Event Timing: key press to the next paint
    long: list[float] = field(default_factory=list)  # tasks over 50 ms
    shift: float = 0.0
    shifted: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    processor: float = 0.0  # ms of the page's main thread, all together

    @property
    def each(self) -> float:
        """Milliseconds of processor an opened conversation took, fetching and making ready the next ones included."""
        return self.processor / max(1, len(self.opened))

    def add(self, told: dict[str, Any]) -> None:
        """What the probe took down since it was asked last."""
        self.opened += [one["took"] for one in told["opened"]]
        self.messages += sum(one["messages"] for one in told["opened"])
        self.events += told["events"]
        self.long += told["long"]
        self.shift += sum(one["value"] for one in told["shifts"])
        self.shifted.update(what for one in told["shifts"] for what in one["what"])
        if wrong := [one for one in told["opened"] if not one["right"]]:
            raise Wrong(f"something else than what was asked for was painted: {wrong[0]}")


async def until(page: Page, true: str) -> None:
    """Until something is true in the page. Playwright's own wait evaluates text there, which our policy forbids."""
    async with asyncio.timeout(PATIENCE):
        while not await page.evaluate(true):
            await asyncio.sleep(0.02)


async def settle(page: Page) -> None:
    """Until nothing more is asked of the server."""
    await until(page, "probe.quiet()")


async def sit_down(page: Page, address: str) -> None:
    """A page of the desk, its list there and its scripts at work."""
    await page.goto(address)
    await page.wait_for_selector("#list .row")
    await settle(page)
    await page.evaluate("probe.take()")


async def walk(page: Page, presses: int, *, cold: bool = False, wait: bool = True) -> Seen:
    """J as often as there is a next one (down and up again); each press after the browser has come to rest.

    ``cold``: nothing is fetched beforehand. ``wait`` false: only until the thread is there, news go on coming.
    """
    seen, down = Seen(), "k" if cold else "j"  # back up the way it came: a short list has an end
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    began = await _processor(session)
    for number in range(presses):
        await page.evaluate(f"probe.refusing = {'true' if cold else 'false'}")
        if number and number % 30 == 0:
            down = "k" if down == "j" else "j"
            await page.wait_for_timeout(500)  # who turns round has rested
        await page.keyboard.press(down)
        async with asyncio.timeout(PATIENCE):
            await page.evaluate("probe.there()")
        if wait:
            await settle(page)
        await page.wait_for_timeout(120)  # the probe's observers are told a little later
        seen.add(await page.evaluate("probe.take()"))
    seen.processor = await _processor(session) - began
    await session.detach()
    return seen


async def _processor(session: CDPSession) -> float:
    """Milliseconds of processor the page's main thread has taken since the session began to count: on a busy machine
    the steadier figure."""
    told = await session.send("Performance.getMetrics")
    return 1000.0 * float(next(one["value"] for one in told["metrics"] if one["name"] == "ThreadTime"))


async def floor(page: Page, presses: int) -> list[float]:
    """A press of a key that does nothing, to the next frame: the least this machine can do."""
    for _ in range(presses):
        await page.keyboard.press("F8")
        await page.wait_for_timeout(40)
    told: dict[str, list[float]] = await page.evaluate("probe.take()")
    return told["presses"]


async def scroll(page: Page, what: str, by: int, turns: int) -> tuple[list[float], Seen]:
    """Turn the wheel over an element: the time of each frame meanwhile."""
    box = await page.locator(what).bounding_box()
    if box is None:
        raise Wrong(f"{what} is not on the screen")
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.evaluate("probe.take(); probe.roll()")
    for turn in range(turns):
        await page.mouse.wheel(0, by if turn < turns / 2 else -by)
    seen = Seen()
    frames: list[float] = await page.evaluate("probe.still()")
    seen.add(await page.evaluate("probe.take()"))
    return frames, seen
