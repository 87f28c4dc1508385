"""Agents who look while customers write: the loader and the listeners together, and nobody may have missed anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from madang.bench import company
from madang.bench.counts import sent
from madang.bench.house import House
from madang.bench.programs import Program
from madang.events.log import horizon, since


class Missed(Exception):
    """A stream was not told of a message, or of one that is not there."""


@asynccontextmanager
async def listening(house: House, cookies: list[str], streams: int, patience: float = 20.0) -> AsyncIterator[Program]:
    """As many open streams, each sign-in with its share of them."""
    told = {
        "port": house.settings.port,
        "path": f"/stream?after={await _quiet(house)}",
        "streams": streams,
        "patience": patience,
    }
    ears = await Program.loader("listen", cookies=cookies, **told)
    try:
        await ears.hear()
        yield ears
    finally:
        await ears.end()


async def _quiet(house: House) -> int:
    """The horizon, once all that was written lies below it: else streams would hear the end of what came before."""
    while True:
        async with house.ground.database.begin() as tx:
            after = await horizon(tx)
            if not await since(tx, after, 1):
                return after
        house.check()
        await asyncio.sleep(0.05)


async def write(house: House, ears: Program, line: company.Line, **task: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Post webhooks and wait until every stream was told of every message: (the loader's result, the listeners').

    Raises :class:`Missed` unless each stream was told of each message of each conversation.
    """
    given = {"port": house.settings.port, "kind": "hook", "secret": line.secret, "path": line.path, "senders": 1_000}
    loader = await Program.loader("post", **{**given, **task})
    try:
        await loader.hear()
        await ears.tell(expect=task["count"])
        await loader.tell()
        posted = await loader.hear()
        await ears.hear()
    finally:
        await loader.end()
    there = await sent(house, line.id)
    await ears.tell(sent=there if task.get("rate") else {})
    heard = await ears.hear()
    compare(there, posted, heard, task["count"])
    return posted, heard


def compare(there: dict[int, list[int]], posted: dict[str, Any], heard: dict[str, Any], count: int) -> None:
    known = {place: len(moments) for place, moments in there.items()}
    told = {int(place): number for place, number in heard["places"].items()}
    if posted["accepted"] != count or sum(known.values()) != count:
        raise Missed(
            f"of {count} messages {posted['accepted']} were accepted and {sum(known.values())} are there; "
            f"the first stream was told of {sum(told.values())}, in conversations {sorted(told)[:5]}"
        )
    if told != known or heard["unlike"] or heard["closed"] or heard["gaps"]:
        short = count - sum(told.values())
        raise Missed(
            f"the first stream was told of {short} messages too few, {heard['unlike']} streams of others than it, "
            f"{heard['closed']} were cut off, {heard['gaps']} gaps"
        )
