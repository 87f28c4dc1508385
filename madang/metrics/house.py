"""The figures that are everybody's: of channels, reactions, processes. Whichever web process is asked says the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from madang.conversations.ledger import Line, ledger
from madang.events import pulse
from madang.lib.postgres import Tx
from madang.wiring import REACTIONS

LABELS = ("channel", "name", "connector", "brand")

# name -> (what it says, which number of a channel's line)
COUNTED: dict[str, tuple[str, Callable[[Line], int]]] = {
    "received": ("Deliveries stored, each once.", lambda one: one.received),
    "repeated": ("Deliveries that were known already.", lambda one: one.repeated),
    "retried": ("Sends that were tried again later.", lambda one: one.retried),
}
STANDING: dict[str, tuple[str, Callable[[Line], float | None]]] = {
    "taken_in": ("Deliveries taken in.", lambda one: one.taken_in),
    "quarantined": ("Deliveries in quarantine now.", lambda one: one.quarantined),
    "dismissed": ("Deliveries put aside for good.", lambda one: one.dismissed),
    "waiting": ("Deliveries stored and not yet taken in.", lambda one: one.waiting),
    "sent": ("Answers the provider took.", lambda one: one.sent),
    "failed": ("Answers that failed and still stand so.", lambda one: one.failed),
    "unsure": ("Answers whose outcome is unknown.", lambda one: one.unsure),
    "outbox": ("Answers waiting to go.", lambda one: one.outbox),
    "missing": ("Deliveries the provider has counted and we never got.", lambda one: one.missing),
    "behind": ("What lies at the provider and is not fetched yet.", lambda one: one.behind),
    "paused": ("1 when the channel stands still.", lambda one: int(one.paused_at is not None)),
    "oldest_waiting_timestamp_seconds": ("When the oldest waiting delivery came.", lambda one: _at(one.oldest_waiting)),
    "oldest_outbox_timestamp_seconds": ("When the oldest waiting answer was written.", lambda one: _at(one.oldest_out)),
    "last_in_timestamp_seconds": ("When the last delivery came.", lambda one: _at(one.last_in)),
    "last_out_timestamp_seconds": ("When the last answer was sent.", lambda one: _at(one.last_out)),
}


@dataclass(frozen=True, slots=True)
class House:
    """What one look at the database found."""

    lines: Sequence[Line]
    reactions: Sequence[pulse.Reading]
    beats: Sequence[pulse.Beat]
    seal_lag: float
    at: datetime


async def look(tx: Tx) -> House:
    """Read the figures: a handful of statements whose cost does not grow with the messages."""
    return House(
        lines=await ledger(tx),
        reactions=await pulse.reactions(tx, {one.name for one in REACTIONS}),
        beats=await pulse.beats(tx),
        seal_lag=await pulse.seal_lag(tx),
        at=datetime.now(UTC),
    )


def families(house: House) -> Iterator[Metric]:
    """The figures as Prometheus knows them."""
    for name, (said, of) in COUNTED.items():
        counter = CounterMetricFamily(f"madang_channel_{name}", said, labels=LABELS)
        for one in house.lines:
            counter.add_metric(_labels(one), of(one))
        yield counter
    for name, (said, of_now) in STANDING.items():
        gauge = GaugeMetricFamily(f"madang_channel_{name}", said, labels=LABELS)
        for one in house.lines:
            if (value := of_now(one)) is not None:
                gauge.add_metric(_labels(one), value)
        yield gauge
    yield from _work(house)


def _work(house: House) -> Iterator[Metric]:
    lag = GaugeMetricFamily(
        "madang_reaction_lag_seconds", "Age of the oldest event a reaction has not read.", labels=["reaction"]
    )
    letters = GaugeMetricFamily("madang_dead_letters", "Events a reaction could not take in.", labels=["reaction"])
    for reading in house.reactions:
        lag.add_metric([reading.name], reading.lag)
        letters.add_metric([reading.name], reading.letters)
    yield lag
    yield letters
    yield GaugeMetricFamily("madang_seal_lag_seconds", "Age of the oldest unsealed event.", value=house.seal_lag)
    alive = sum(one.alive for one in house.beats if one.kind == "worker")
    yield GaugeMetricFamily("madang_workers", "Workers with a fresh heartbeat.", value=alive)
    memory = GaugeMetricFamily("madang_worker_memory_bytes", "Resident memory of a worker.", labels=["process"])
    for beat in house.beats:
        if beat.alive:
            memory.add_metric([beat.process], beat.memory)
    yield memory


def _labels(one: Line) -> list[str]:
    return [str(one.channel_id), one.name, one.connector, one.brand]


def _at(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
