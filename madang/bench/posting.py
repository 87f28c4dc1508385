"""Customers who write: webhooks posted by a process of their own, and the wait until they are taken in."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from madang.bench import company
from madang.bench.counts import messages, waiting
from madang.bench.house import Grounded
from madang.bench.programs import Program


class Lost(Exception):
    """What was accepted is not there, or there twice."""


async def post(house: Grounded, line: company.Line, **task: Any) -> dict[str, Any]:
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


async def taken_in(house: Grounded, channel: int, count: int) -> float:
    """Messages a second, from the worker's start until nothing waits."""
    began = time.monotonic()
    while await waiting(house, channel):
        house.check()
        await asyncio.sleep(0.05)
    seconds = time.monotonic() - began
    if (there := await messages(house, channel)) != count:
        raise Lost(f"{count} webhooks were accepted, {there} messages are there")
    return count / seconds
