"""2,000 open screens on one web process, all of which hear everything: how late the last of them hears."""

from __future__ import annotations

from madang.bench import audience, company
from madang.bench.bench import Bench
from madang.bench.figures import Figure, judge, rounded
from madang.bench.processor import Meter

STREAMS = 2_000
AGENTS = 100  # with twenty streams each
RATE = 4  # messages a second: each is 2,000 deliveries
DELAY = 150.0  # ms, p99


async def run(bench: Bench) -> list[Figure]:
    """Timed from the moment a webhook was due to be posted: acceptance, commit and filing are part of it."""
    house, streams, agents = await bench.data(), bench.count(STREAMS, STREAMS // 4), bench.count(AGENTS, AGENTS // 4)
    cookies = await company.agents(house, agents)
    line, count = await company.channel(house, "streams"), bench.count(30 * RATE, 2 * RATE)
    async with audience.listening(house, cookies, streams, patience=30) as ears:
        meter = Meter(house)
        posted, heard = await audience.write(
            house, ears, line, count=count, connections=2, rate=RATE, run="streams", senders=20
        )
        spent = meter.spent()
    deliveries = count * streams
    return [
        Figure(
            name="streams",
            unit="ms p99",
            value=rounded(heard["p99"]),
            p50=rounded(heard["p50"]),
            p99=rounded(heard["p99"]),
            budget=DELAY,
            ok=judge(heard["p99"], at_most=DELAY),
            note=f"{RATE} webhooks a second to {streams:,} streams of {agents} agents, {deliveries:,} deliveries, none "
            f"missed, from the moment each was due to be posted; accepted after p50 {posted['p50']:.3g} ms; web took "
            f"{1e6 * spent.get('web', 0.0) / deliveries:.0f} µs of processor a delivery, the listeners "
            f"{1e6 * heard['cpu'] / deliveries:.0f}",
        )
    ]
