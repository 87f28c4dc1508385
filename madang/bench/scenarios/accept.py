"""Signed webhooks made durable, at saturation: the door alone, and then how fast one worker takes them in."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from madang.bench import company
from madang.bench.bench import Bench
from madang.bench.counts import envelopes, messages, waiting
from madang.bench.figures import Figure, judge, rounded
from madang.bench.house import House
from madang.bench.processor import Meter
from madang.bench.programs import Program

BUDGET = 8_000  # per second, DESIGN §9
CONNECTIONS, DEPTH = 64, 4
REPEATS = 500  # posted once more at the end: they must change nothing


class Lost(Exception):
    """What was accepted is not there, or there twice."""


async def run(bench: Bench) -> list[Figure]:
    """Without the worker, whose work is a figure of its own: both processors are the door's and the database's."""
    limits, house = await bench.limits(), await bench.data()
    line = await company.channel(house, "accept")
    count = 16_000 if bench.quick else 100_000
    async with house.without("worker"):
        meter = Meter(house)
        result = await post(house, line, count=count, connections=CONNECTIONS, depth=DEPTH, run="accept")
        spent = meter.each(count)
        await post(house, line, count=min(count, REPEATS), connections=8, depth=4, run="accept")
        await _whole(house, line.id, result, count)
    meter = Meter(house)
    taken = await _taken_in(house, line.id, count)
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


async def post(house: House, line: company.Line, **task: Any) -> dict[str, Any]:
    """Let the loader post signed webhooks; its result. Raises :class:`Lost` when one was not answered 2xx."""
    given = {"port": house.settings.port, "kind": "hook", "secret": line.secret, "path": line.path}
    loader = await Program.loader("post", **{"senders": 2_000, **given, **task})
    try:
        await loader.hear()
        await loader.tell()
        result = await loader.hear()
    finally:
        await loader.end()
    if result["accepted"] != task["count"]:
        raise Lost(f"of {task['count']} webhooks {result['accepted']} were accepted: {result}")
    return result


async def _whole(house: House, channel: int, result: dict[str, Any], count: int) -> None:
    rows, keys = await envelopes(house, channel)
    if (rows, keys) != (count, count):
        raise Lost(f"{result['accepted']} webhooks were accepted, {rows} are stored, under {keys} keys")


async def _taken_in(house: House, channel: int, count: int) -> float:
    """Messages a second, from the worker's start until nothing waits."""
    began = time.monotonic()
    while await waiting(house, channel):
        house.check()
        await asyncio.sleep(0.05)
    seconds = time.monotonic() - began
    if (there := await messages(house, channel)) != count:
        raise Lost(f"{count} webhooks were accepted, {there} messages are there")
    return count / seconds
