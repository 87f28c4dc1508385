"""How a loader is told its task and tells what came of it: lines of JSON on standard input and output."""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import uvloop

from madang.lib.processes import many_files


def tell(**answer: Any) -> None:
    """Say a line to whoever started us."""
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


def heard() -> dict[str, Any]:
    """The next line we are told; ends the process when there is none any more."""
    line = sys.stdin.buffer.readline()
    if not line:
        raise SystemExit(0)
    told: dict[str, Any] = msgspec.json.decode(line)
    return told


async def told() -> dict[str, Any]:
    """As :func:`heard`, while other work goes on."""
    return await asyncio.to_thread(heard)


def work(run: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    """The process's whole life: hear the task, do it."""
    many_files()

    async def life() -> None:
        asyncio.get_running_loop().set_exception_handler(_break)
        await run(heard())

    uvloop.run(life())


def cpu() -> float:
    """Seconds of processor this process has taken."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _break(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A fault in a callback would only be logged, and we would measure nonsense."""
    loop.default_exception_handler(context)
    os._exit(1)
