"""What all processes hold while nothing happens, before the Korean tokeniser was needed and after."""

from __future__ import annotations

import asyncio

import httpx

from madang.bench import company
from madang.bench.bench import Bench
from madang.bench.figures import Figure, judge, rounded
from madang.bench.outside import Outside
from madang.bench.posting import post, taken_in
from madang.bench.processor import analysers, family, memory

IDLE, AFTER = 450.0, 1024.0  # MiB, DESIGN §9
LOOKS, PAUSE, SAME = 20, 1.0, 0.02  # settled: between two looks it grows by less than this part
PATIENCE = 30.0  # seconds for the tokeniser to come


async def run(bench: Bench) -> list[Figure]:
    """One `madang run`: supervisor, web, worker, PostgreSQL. Shared memory is divided among those who share it."""
    async with Outside(bench.place.directory("start")) as outside:
        idle, how_many = await _settled(outside)
        await _speak_korean(outside)
        after, more = await _settled(outside)
    return [
        _figure("memory-idle", idle, IDLE, f"PSS of {how_many} processes: `madang run` without data, that nobody uses"),
        _figure("memory-korean", after, AFTER, f"PSS of {more} processes, after a Korean message was indexed"),
    ]


async def _settled(outside: Outside) -> tuple[float, int]:
    """MiB and processes, once they no longer grow."""
    pids, held = _pids(outside), 0.0
    for _look in range(LOOKS):
        before, held = held, memory(pids)
        if held - before < SAME * held:
            break
        await asyncio.sleep(PAUSE)
        pids = _pids(outside)
    return held, len(pids)


def _pids(outside: Outside) -> list[int]:
    """The house's processes; the analyser is nobody's child and serves the whole machine."""
    return family(outside.pid) + (analysers() if outside.spoken else [])


async def _speak_korean(outside: Outside) -> None:
    """A Korean message is taken in and looked for: whatever needs the tokeniser has it then."""
    line = await company.channel(outside, "memory")
    await post(outside, line, count=1, connections=1, depth=1, run="memory")
    await taken_in(outside, line.id, 1)
    outside.spoken = True
    token = {"authorization": f"Bearer {await company.token(outside)}"}
    async with httpx.AsyncClient(base_url=outside.base, headers=token, timeout=PATIENCE) as http:
        await http.get("/api/v1/search", params={"q": "주문한 상품"})
    async with asyncio.timeout(PATIENCE):
        while not analysers():
            await asyncio.sleep(0.1)
    await asyncio.sleep(2 * PAUSE)  # it reads its dictionaries now


def _figure(name: str, held: float, budget: float, note: str) -> Figure:
    return Figure(name=name, unit="MiB", value=rounded(held), budget=budget, ok=judge(held, at_most=budget), note=note)
