"""The house's own work: who is at it, what is behind, what was laid aside."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from madang.conversations.search.found import Behind
from madang.conversations.search.queries import CAP
from madang.doctor.findings import Finding, lasting, note, problem, well
from madang.events import pulse
from madang.lib.postgres import Tx
from madang.readiness import ready
from madang.settings import Settings

LATE = 60.0  # seconds a reaction or the seal may be behind while a worker is there


async def processes(tx: Tx, settings: Settings) -> list[Finding]:
    """Web and workers. A Madang that is stopped as a whole is no problem."""
    beats = [one for one in await pulse.beats(tx) if one.kind == "worker"]
    alive = [one for one in beats if one.alive]
    web = not await _silent(settings)
    if not alive and not web:
        return [note("processes", "Madang is not running here.", "Start it with `madang run`.")]
    return [_workers(beats, alive), _web(web, settings)]


def _workers(beats: list[pulse.Beat], alive: list[pulse.Beat]) -> Finding:
    if alive:
        return well("workers", ", ".join(f"{one.process} ({lasting(one.silent)} ago)" for one in alive))
    said = f"No worker is alive; the last sign was {lasting(beats[0].silent)} ago." if beats else "No worker is alive."
    return problem(
        "workers", said, "Start one: `madang worker`, or `madang run` for everything. Its log says why it ended."
    )


def _web(answers: bool, settings: Settings) -> Finding:
    address = f"{settings.host} port {settings.port}"
    if answers:
        return well("web", f"answers at {address}")
    told = "If it listens elsewhere, say where: --host, --port. Else start it: `madang web`."
    return note("web", f"No web process answers at {address}.", told)


async def _silent(settings: Settings) -> str:
    """Why nobody answers; a web process that says it is not ready does answer."""
    try:
        async with asyncio.timeout(3):
            told = await ready(settings)
    except TimeoutError:
        return "time-out"
    return "" if not told or told.lstrip().startswith("{") else told


def behind(reactions: list[pulse.Reading], seal_lag: float, working: bool) -> Iterator[Finding]:
    """Reactions, dead letters, the audit seal. Without a worker everything is behind: that was said already."""
    for one in reactions:
        if one.letters:
            told = "`madang dead-letter list` shows why; mend the cause, then `madang dead-letter replay`."
            yield problem("reactions", f"“{one.name}” has laid {one.letters} events aside.", told)
        if working and one.lag > LATE:
            tries = f" It has failed {one.failures} times on the next batch." if one.failures else ""
            said = f"“{one.name}” is {lasting(one.lag)} behind.{tries}"
            yield problem("reactions", said, "The worker's log says what holds it up. Nothing is lost meanwhile.")
    late = [one for one in reactions if one.letters or (working and one.lag > LATE)]
    if not late:
        yield well("reactions", f"{len(reactions)} reactions keep up, none has laid anything aside")
    if working and seal_lag > LATE:
        said = f"The audit log is not sealed since {lasting(seal_lag)}."
        yield problem("audit", said, "See the worker's log, then `madang audit verify`.")
    else:
        yield well("audit", "the log is sealed" if working else "the log is sealed up to the last stop")


def searchable(behind: Behind, working: bool) -> Finding:
    """What a search does not find yet. It is no fault: it catches up by itself."""
    if not behind:
        return well("search", "every message can be found")
    parts = [f"{_many(n)} {what}" for n, what in ((behind.new, "new"), (behind.old, "older")) if n]
    told = "The workers are at it; the rest is found already." if working else "A worker does it once one runs."
    return note("search", f"Messages that a search does not find yet: {' and '.join(parts)}.", told)


def _many(number: int) -> str:
    return f"{number}" if number <= CAP else f"more than {CAP}"
