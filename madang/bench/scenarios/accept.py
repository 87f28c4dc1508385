"""Signed webhooks made durable, at saturation: the door alone, and then how fast one worker takes them in."""

from __future__ import annotations

from typing import Any

from madang.bench import company
from madang.bench.bench import Bench
from madang.bench.counts import envelopes
from madang.bench.figures import Figure, judge, rounded
from madang.bench.house import House
from madang.bench.posting import Lost, post, taken_in
from madang.bench.processor import Meter

BUDGET = 8_000  # per second, DESIGN §9
CONNECTIONS, DEPTH = 64, 4
REPEATS = 500  # posted once more at the end: they must change nothing


async def run(bench: Bench) -> list[Figure]:
    """Without the worker, whose work is a figure of its own: both processors are the door's and the database's."""
    limits, house = await bench.limits(), await bench.data()
    line = await company.channel(house, "accept")
    count = bench.count(100_000, 4_000)
    async with house.without("worker"):
        meter = Meter(house)
        result = await post(house, line, count=count, connections=CONNECTIONS, depth=DEPTH, run="accept")
        spent = meter.each(count)
        await post(house, line, count=min(count, REPEATS), connections=8, depth=4, run="accept")
        await _whole(house, line.id, result, count)
    meter = Meter(house)
    taken = await taken_in(house, line.id, count)
    rate = result["accepted"] / result["seconds"]
    accept = Figure(
        name="accept",
        unit="webhooks/s",
        value=rounded(rate),
        p50=rounded(result["p50"]),
        p99=rounded(result["p99"]),
        budget=BUDGET,
        limit=rounded(min(limits.http, limits.grouped)),
        ok=judge(rate, at_least=BUDGET),
        note=f"{count:,} posted by {CONNECTIONS} connections, {DEPTH} under way on each, each a row once, {REPEATS} "
        f"repeats none; {spent}, loader {1e6 * result['cpu'] / count:.0f}; the limit is the smaller of empty HTTP "
        f"answers and grouped INSERT; {limits.said()}",
    )
    intake = Figure(
        name="intake",
        unit="messages/s",
        value=rounded(taken),
        limit=rounded(limits.grouped),
        note=f"one worker files what was accepted: people, conversations, messages, events; {meter.each(count)}; "
        "the limit is grouped INSERT",
    )
    return [accept, intake]


async def _whole(house: House, channel: int, result: dict[str, Any], count: int) -> None:
    rows, keys = await envelopes(house, channel)
    if (rows, keys) != (count, count):
        raise Lost(f"{result['accepted']} webhooks were accepted, {rows} are stored, under {keys} keys")
