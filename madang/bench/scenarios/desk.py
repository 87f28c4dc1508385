"""The desk in Chromium: from the key to the painted thread, and nothing that stutters, jumps or blocks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx

from madang.bench import company, posting
from madang.bench.bench import Bench
from madang.bench.desk.chromium import desk
from madang.bench.desk.hands import SLOW, Seen, Wrong, floor, scroll, sit_down, until, walk
from madang.bench.desk.tasks import traced
from madang.bench.figures import Figure, judge, percentile, rounded
from madang.bench.house import House
from madang.bench.processor import step_aside
from madang.bench.programs import Program
from madang.bench.scenarios.bytes import DESK as BYTES
from madang.bench.scenarios.bytes import load

if TYPE_CHECKING:
    from playwright.async_api import Page

MEDIAN, P95, COLD, TASK, SHIFT = 60.0, 100.0, 150.0, 50.0, 0.0
MISSED = 5.0  # frames of a hundred that may come late while one scrolls
TALKS, SAID = 40, 60  # conversations at the top of the list, each longer than what is opened at once
LONG = 500  # messages of the long one
ROWS = 10_000
FLING = 300  # pixels each turn of the wheel: 18,000 a second
RATE = 5  # messages a second, all of them in the list that is looked at


async def run(bench: Bench) -> list[Figure]:
    """As an agent who sees everything, in a list whose first conversations have sixty messages each."""
    house = await bench.data()
    line = await _written(bench, house)
    step_aside(house)
    async with desk(house) as page:
        await sit_down(page, f"{house.base}/?view=all")
        least = percentile(await floor(page, bench.count(40, 10)), 0.5)
        await walk(page, 3)  # the first ones are compiled
        warm = await walk(page, bench.count(90, 30))
        cold = await walk(page, bench.count(90, 30), cold=True)
        await page.evaluate("probe.refusing = false")
        async with _news(house, line, bench.seconds(30, 8)), traced(page) as tasks:
            live = await walk(page, bench.count(40, 10), wait=False)
        made = [
            *_opening(warm, cold, live, least),
            _calm(warm, cold, live),
            _busy(live, tasks),
            _shift(warm, cold, live),
        ]
        made.append(await _long(house, page))
        made.append(await _list(house, page, ROWS if not bench.quick else bench.count(0, 1_000)))
        made.append(await _bytes(house))
    return made


async def _written(bench: Bench, house: House) -> company.Line:
    """Long conversations at the top of the list, and one that is very long."""
    line = await company.channel(house, "desk")
    talks = TALKS  # however short the run: J needs somewhere to go
    await posting.post(house, line, count=LONG, senders=1, run="long", connections=1, depth=8)
    await posting.post(house, line, count=talks * SAID, senders=talks, run="desk", connections=4, depth=8)
    await posting.taken_in(house, line.id, LONG + talks * SAID)
    return line


@asynccontextmanager
async def _news(house: House, line: company.Line, seconds: float) -> AsyncIterator[None]:
    """Customers of this list write while the agent works."""
    loader = await Program.loader(
        "post",
        **{"port": house.settings.port, "kind": "hook", "secret": line.secret, "path": line.path, "first": 1_000_000},
        **{"count": max(5, int(RATE * seconds)), "rate": RATE, "connections": 1, "senders": TALKS, "run": "desk"},
    )
    try:
        await loader.hear()
        await loader.tell()
        yield
    finally:
        await loader.end()


def _opening(warm: Seen, cold: Seen, live: Seen, least: float) -> list[Figure]:
    said = f"J, then K; {warm.messages // max(1, len(warm.opened))} messages each; limit: a key that does nothing"
    event = f"Event Timing says {percentile(warm.events, 0.5):.0f}, p95 {percentile(warm.events, 0.95):.0f}"
    return [
        _pressed("desk: next, preloaded", warm, 0.5, MEDIAN, least, f"{said}; {event}"),
        _pressed(
            "desk: next, preloaded, p95",
            warm,
            0.95,
            P95,
            least,
            f"{warm.each:.0f} ms of the page's processor each, with what is fetched beside; cold {cold.each:.0f}",
        ),
        _pressed("desk: next, cold", cold, 0.95, COLD, least, "nothing fetched beforehand"),
        _pressed("desk: next, under news", live, 0.95, P95, least, f"{RATE} messages a second in this very list"),
    ]


def _pressed(name: str, seen: Seen, part: float, budget: float, least: float, note: str) -> Figure:
    value = percentile(seen.opened, part)
    return Figure(
        name=name,
        unit=f"ms p{round(part * 100)}",
        value=rounded(value),
        p50=rounded(percentile(seen.opened, 0.5)),
        p99=rounded(percentile(seen.opened, 0.99)),
        budget=budget,
        limit=rounded(least),
        ok=judge(value, at_most=budget),
        note=note,
    )


def _calm(*seen: Seen) -> Figure:
    """What held the page up while conversations were opened and news came, by its own clock."""
    long = [one for some in seen for one in some.long]
    each = zip(("preloaded", "cold", "under news"), seen, strict=True)
    told = ", ".join(f"{len(some.long)} in {len(some.opened)} {name}" for name, some in each)
    return Figure(
        name="desk: longest task",
        unit="ms",
        value=rounded(max(long, default=0.0)),
        budget=TASK,
        ok=not long,
        note=f"tasks over {TASK:.0f} ms while conversations were opened: {told}"
        + ("" if long else "; 0: none was that long, shorter ones are not told"),
    )


def _busy(live: Seen, tasks: list[float]) -> Figure:
    """The same while customers write, in processor: their side, the house and its database have the same ones here, so
    that the clock also tells how busy the machine is, and this what the page took itself."""
    longest = max(tasks, default=0.0)
    return Figure(
        name="desk: longest task, under news",
        unit="ms of processor",
        value=rounded(longest),
        p50=rounded(percentile(tasks, 0.5)),
        p99=rounded(percentile(tasks, 0.99)),
        budget=TASK,
        ok=judge(longest, at_most=TASK),
        note=f"of {len(tasks):,} tasks in {len(live.opened)} openings",
    )


def _shift(*seen: Seen) -> Figure:
    """What moved while conversations were opened and news came."""
    moved = sum((some.shifted for some in seen), start=type(seen[0].shifted)())
    shift = sum(some.shift for some in seen)
    return Figure(
        name="desk: layout shift",
        unit="CLS",
        value=rounded(shift),
        budget=SHIFT,
        ok=judge(shift, at_most=SHIFT),
        note="shifts right after a key press counted too" + "".join(f"; {one} moved" for one in list(moved)[:4]),
    )


async def _long(house: House, page: Page) -> Figure:
    """The very long conversation, all of it in the page."""
    await page.goto(f"{house.base}/c/{await _longest(house)}")
    while await page.locator("#older button").count():
        there = await page.locator("#log .msg").count()
        await page.locator("#older button").dispatch_event("click")
        await until(page, f"document.querySelectorAll('#log .msg').length > {there}")
    there = await page.locator("#log .msg").count()
    if there < LONG:
        raise Wrong(f"{there} of {LONG} messages are in the page")
    frames, seen = await scroll(page, "#log-scroll", -600, 120)
    return _smooth("desk: thread of 500 scrolled", frames, seen, f"{there} messages in the page")


async def _longest(house: House) -> int:
    """The first conversation of the youngest channel: what was written first is the long one."""
    async with house.ground.database.begin() as tx:
        found = await tx.exec_driver_sql(LONGEST)
        return int(found.scalar_one())


async def _list(house: House, page: Page, rows: int) -> Figure:
    """As many rows of the closed ones as are asked for, fetched by scrolling, then scrolled through."""
    await sit_down(page, f"{house.base}/?view={'closed' if rows > TALKS else 'all'}")  # few are closed in a short run
    while (there := await page.locator("#list .row").count()) < rows and await page.locator("#more-rows").count():
        await page.evaluate("document.getElementById('list-scroll').scrollTop = 1e9")
        await until(page, MORE.format(there=there))
    await page.evaluate("document.getElementById('list-scroll').scrollTop /= 2")
    await asyncio.sleep(0.3)
    frames, seen = await scroll(page, "#list-scroll", FLING, 240)
    return _smooth("desk: long list scrolled", frames, seen, f"{there:,} rows in the page, {FLING} pixels a turn")


def _smooth(name: str, frames: list[float], seen: Seen, note: str) -> Figure:
    slow = 100 * sum(one > SLOW for one in frames) / max(1, len(frames))
    return Figure(
        name=name,
        unit="frames over 32 ms of 100",
        value=rounded(slow),
        budget=MISSED,
        ok=judge(slow, at_most=MISSED),
        p50=rounded(percentile(frames, 0.5)),
        p99=rounded(percentile(frames, 0.99)),
        note=f"{note}, {len(frames)} frames, {len(seen.long)} tasks over {TASK:.0f} ms",
    )


async def _bytes(house: House) -> Figure:
    """A whole desk with a list and a long conversation open."""
    (cookie,) = await company.agents(house, 1, "desk")
    headers = {"accept-encoding": "gzip", "cookie": cookie}
    async with httpx.AsyncClient(base_url=house.base, headers=headers, timeout=30) as http:
        sizes = await load(http, f"/c/{await _longest(house)}?view=all")
    total = sum(sizes.values())
    said = f"{len(sizes)} answers; the page itself with its newest messages and its list {next(iter(sizes.values())):,}"
    return Figure(
        name="desk: first page", unit="bytes gzip", value=total, budget=BYTES, ok=judge(total, at_most=BYTES), note=said
    )


MORE = "document.querySelectorAll('#list .row').length > {there} || !document.getElementById('more-rows')"
LONGEST = """
select conversation_id from message where channel_id = (select max(id) from channel where name = 'desk')
group by 1 order by count(*) desc limit 1
"""
