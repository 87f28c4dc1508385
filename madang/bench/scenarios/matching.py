"""How well customers who are one person are found, on labelled people, and how fast."""

from __future__ import annotations

import asyncio
import time

from madang.bench.bench import Bench
from madang.bench.data.judging import Outcome, judge
from madang.bench.data.labelled import Labelled, fake_1000, febrl, korean
from madang.bench.figures import Figure, percentile, rounded
from madang.bench.figures import judge as kept
from madang.customers.matching.blocking import keys, shared_by
from madang.customers.matching.conditions import Row
from madang.customers.matching.record import record
from madang.customers.matching.scoring import score
from madang.customers.matching.weights import Weights

FEBRL, FAKE, KOREAN = 0.994, 0.92, 0.95  # F1, issue 4
SECONDS = 30.0  # for half a million records
APART = 1e-6  # bits
PEOPLE, FEW = 500_000, 20_000
NEWCOMERS, NEIGHBOURS = 300, 10_000


async def run(bench: Bench) -> list[Figure]:
    """Each set is learned from without its labels, matched, and held against them."""
    place = bench.place.directory("matching")
    sets = (febrl(), fake_1000(), await asyncio.to_thread(korean, bench.count(PEOPLE, FEW), bench.seed))
    found = [await asyncio.to_thread(judge, one, place) for one in sets]
    live = await asyncio.to_thread(_live, sets[-1], found[-1].weights)
    return [
        _pairs(found[0]),
        _groups("matching-fake-1000", found[1], FAKE),
        _groups("matching-korean", found[2], KOREAN),
        _time(found[2]),
        *(_blocking(one.name, outcome) for one, outcome in zip(sets, found, strict=True)),
        _agreement(found),
        live,
    ]


def _pairs(outcome: Outcome) -> Figure:
    value = outcome.pairs.f1
    note = f"{outcome.records:,} records; pairs {outcome.pairs}; of all pairs in one group {outcome.groups}"
    return Figure(
        name="matching-febrl",
        unit="F1 of pairs",
        value=rounded(value, 4),
        budget=FEBRL,
        ok=kept(value, at_least=FEBRL),
        note=note,
    )


def _groups(name: str, outcome: Outcome, budget: float) -> Figure:
    value = outcome.groups.f1
    note = f"{outcome.records:,} records; of all pairs in one group {outcome.groups}; pairs {outcome.pairs}"
    ok = kept(value, at_least=budget)
    return Figure(name=name, unit="F1 of groups", value=rounded(value, 4), budget=budget, ok=ok, note=note)


def _time(outcome: Outcome) -> Figure:
    spent = {step: took for step, took in outcome.seconds.items() if step != "forms"}
    total = sum(spent.values())
    steps = ", ".join(f"{step} {took:.1f} s" for step, took in spent.items())
    each = outcome.seconds["forms"] / outcome.records * 1e6
    note = f"{outcome.records:,} records: {steps}; {outcome.processor:.0f} s of processor, at most "
    note += f"{outcome.memory:,.0f} MiB. Their comparable forms were made before, as they are when a customer changes: "
    note += f"{outcome.seconds['forms']:.1f} s, {each:.0f} µs each"
    return Figure(
        name="matching-korean-time",
        unit="s",
        value=rounded(total),
        budget=SECONDS,
        ok=kept(total, at_most=SECONDS),
        note=note,
    )


def _blocking(name: str, outcome: Outcome) -> Figure:
    blocked = outcome.blocked
    note = f"{blocked.said:,} pairs looked at, {blocked.said / max(blocked.true, 1):.0f} for each true one"
    return Figure(name=f"matching-blocking {name}", unit="recall", value=rounded(blocked.recall, 4), note=note)


def _agreement(found: list[Outcome]) -> Figure:
    value = max(one.apart for one in found)
    note = "the most that the weight of a pair in plain Python differs from Splink's"
    ok = kept(value, at_most=APART)
    return Figure(name="matching-agreement", unit="bits", value=rounded(value), budget=APART, ok=ok, note=note)


def _live(labelled: Labelled, learned: Weights) -> Figure:
    """One changed customer after the other, beside ten thousand others whose keys lie in memory."""
    rows = [record(known).row() for known in labelled.known[:NEIGHBOURS]]
    index: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        for key in keys(row):
            index.setdefault(key, []).append(number)
    spent, looked = [], 0
    for known in labelled.known[: min(NEWCOMERS, len(rows))]:
        began = time.perf_counter()
        row = record(known).row()
        found = {key: index.get(key, []) for key in keys(row)}
        few = [numbers for key, numbers in found.items() if len(numbers) <= shared_by(key, len(rows))]
        candidates = {number for numbers in few for number in numbers}
        looked += len(candidates)
        _scored(row, [rows[number] for number in candidates], learned)
        spent.append((time.perf_counter() - began) * 1000)
    note = f"forms, keys and weights of one customer in plain Python, {looked / max(len(spent), 1):.0f} candidates each"
    p50, p99 = percentile(spent, 0.5), percentile(spent, 0.99)
    return Figure(
        name="matching-live", unit="ms p99", value=rounded(p99), p50=rounded(p50), p99=rounded(p99), note=note
    )


def _scored(row: Row, candidates: list[Row], learned: Weights) -> list[float]:
    return [score(row, one, learned).bits for one in candidates]
