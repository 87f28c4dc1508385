"""From the webhook to the screens of 50 agents: how many a second without losing one, how quickly at 500 a second."""

from __future__ import annotations

import time

from madang.bench import audience, company
from madang.bench.bench import Bench
from madang.bench.counts import indexed
from madang.bench.figures import Figure, judge, rounded
from madang.bench.house import House
from madang.bench.processor import Meter

STREAMS = 50
SUSTAINED = 3_000  # messages a second, DESIGN §9
RATE = 500  # a second, at which the delay is measured
DELAY = 150.0  # ms, p99


async def run(bench: Bench) -> list[Figure]:
    """Each agent has one open stream of her own and sees everything."""
    limits, house = await bench.limits(), await bench.data()
    cookies = await company.agents(house, STREAMS)
    await _warm(house, cookies)
    sustained = await _sustained(house, cookies, bench.count(60_000, 3_000), limits.grouped)
    return [sustained, await _delay(house, cookies, bench.count(20 * RATE, 2 * RATE))]


async def _warm(house: House, cookies: list[str]) -> None:
    """The first message a process draws makes it read its templates and words; that is no part of the figures."""
    line = await company.channel(house, "warm")
    async with audience.listening(house, cookies[:2], 2) as ears:
        await audience.write(house, ears, line, count=50, connections=2, rate=50, run="warm")


async def _sustained(house: House, cookies: list[str], count: int, limit: float) -> Figure:
    line, meter = await company.channel(house, "through"), Meter(house)
    async with audience.listening(house, cookies, STREAMS) as ears:
        posted, heard = await audience.write(house, ears, line, count=count, connections=32, depth=1, run="through")
    each, told = meter.each(count), time.monotonic()
    await indexed(house)  # what can wait has waited, and is no part of the next figure
    behind = time.monotonic() - told
    rate = count / (heard["last"] - posted["began"])
    drawn = 100 * heard["drawn"] / (heard["drawn"] + heard["poked"])
    return Figure(
        name="through",
        unit="messages/s",
        value=rounded(rate),
        budget=SUSTAINED,
        limit=rounded(limit),
        ok=judge(rate, at_least=SUSTAINED),
        note=f"{count:,} webhooks, from the first post until the last of {STREAMS} streams was told of the last; "
        f"none missed, {heard['doubled']} told twice; found by the search {behind:.0f} s after that; {drawn:.0f} % "
        f"came drawn, for the others browsers were told to fetch what they show; "
        f"{heard['bytes'] / STREAMS / count:.0f} bytes a message and stream; {each}, "
        f"listeners {1e6 * heard['cpu'] / count:.0f}; the limit is grouped INSERT of the raw rows alone",
    )


async def _delay(house: House, cookies: list[str], count: int) -> Figure:
    line, meter = await company.channel(house, "through, slowly"), Meter(house)
    async with audience.listening(house, cookies, STREAMS) as ears:
        posted, heard = await audience.write(house, ears, line, count=count, connections=16, rate=RATE, run="delay")
    return Figure(
        name="through-delay",
        unit="ms p99",
        value=rounded(heard["p99"]),
        p50=rounded(heard["p50"]),
        p99=rounded(heard["p99"]),
        budget=DELAY,
        ok=judge(heard["p99"], at_most=DELAY),
        note=f"at {RATE} webhooks a second, from the moment each was due to be posted until each of {STREAMS} streams "
        f"was told; accepted after p50 {posted['p50']:.3g} ms, p99 {posted['p99']:.3g} ms; {heard['poked']} of "
        f"{count * STREAMS:,} came as a poke; {meter.each(count)}",
    )
