"""From an answer on the API to the provider that receives it: how many a second, and how quickly."""

from __future__ import annotations

from typing import Any

from madang.bench import company
from madang.bench.bench import Bench
from madang.bench.counts import conversations
from madang.bench.figures import Figure, rounded
from madang.bench.house import House
from madang.bench.posting import post, taken_in
from madang.bench.processor import Meter
from madang.bench.programs import Program

CUSTOMERS = 200
RATE = 30  # a second, at which the delay is measured


class NotReceived(Exception):
    """An answer did not reach the provider, or reached it twice under two names."""


async def run(bench: Bench) -> list[Figure]:
    """The provider is a program on loopback that takes webhooks; each answer counts when it has the request whole."""
    limits, house = await bench.limits(), await bench.data()
    provider = await Program.loader("receive")
    try:
        port = (await provider.hear())["port"]
        line = await company.channel(house, "reply", f"http://127.0.0.1:{port}/answers")
        await post(house, line, count=CUSTOMERS, connections=8, depth=1, senders=CUSTOMERS, run="reply")
        await taken_in(house, line.id, CUSTOMERS)
        task = {"token": await company.token(house), "conversations": await conversations(house, line.id)}
        await _answers(house, provider, {**task, "count": 50, "connections": 4, "depth": 1})  # warm
        meter, count = Meter(house), bench.count(6_000, 60)
        posted, received = await _answers(house, provider, {**task, "count": count, "connections": 16, "depth": 1})
        most = _most(posted, received, count, f"{meter.each(count)}; {limits.said()}", limits.together)
        meter, count = Meter(house), bench.count(20 * RATE, 2 * RATE)
        posted, received = await _answers(house, provider, {**task, "count": count, "connections": 8, "rate": RATE})
        return [most, _delay(posted, received, meter.each(count))]
    finally:
        await provider.end()


async def _answers(house: House, provider: Program, task: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answer customers in turn: (the loader's result, the provider's). Raises :class:`NotReceived`."""
    loader = await Program.loader("post", port=house.settings.port, kind="reply", **task)
    try:
        await loader.hear()
        await provider.tell(expect=task["count"])
        await provider.hear()
        await loader.tell()
        posted, received = await loader.hear(), await provider.hear()
    finally:
        await loader.end()
    if (posted["accepted"], received["received"]) != (task["count"], task["count"]):
        raise NotReceived(f"of {task['count']} answers: {posted}, {received}")
    return posted, received


def _most(posted: dict[str, Any], received: dict[str, Any], count: int, spent: str, limit: float) -> Figure:
    return Figure(
        name="reply",
        unit="answers/s",
        value=rounded(count / (received["last"] - posted["began"])),
        limit=rounded(limit),
        note=f"{count:,} answers to {CUSTOMERS} customers over 16 connections, from the first post until the provider "
        f"has the last; each came once; {received['posts'] - count} were posted again; the API answers after p50 "
        f"{posted['p50']:.3g} ms, p99 {posted['p99']:.3g} ms; the limit is durable commits by 8 connections; {spent}",
    )


def _delay(posted: dict[str, Any], received: dict[str, Any], spent: str) -> Figure:
    return Figure(
        name="reply-delay",
        unit="ms p99",
        value=rounded(received["p99"]),
        p50=rounded(received["p50"]),
        p99=rounded(received["p99"]),
        note=f"at {RATE} answers a second, from the moment each was due to be posted until the provider has it; the "
        f"API answers after p50 {posted['p50']:.3g} ms, p99 {posted['p99']:.3g} ms; {spent}",
    )
