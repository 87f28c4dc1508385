"""Every file of one store into another: again and again if need be, each proven by its digest."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from madang.lib.files.port import Files, Missing

log = logging.getLogger("madang.files")

AT_ONCE = 8
TELL = 10.0  # seconds between two lines about how far it is
MOST = 1 << 62  # bytes of one file; what the source has, the target takes


@dataclass(slots=True)
class Copied:
    """What became of the files. ``broken``: name and reason of those whose bytes are not what their name says."""

    copied: int = 0
    bytes: int = 0
    already: int = 0
    broken: dict[str, str] = field(default_factory=dict)


async def copy(source: Files, target: Files, *, verify: bool = False) -> Copied:
    """Copy what the target does not have; with ``verify`` also read what it has had before.

    What is copied is digested on its way and read back from the target. Raises ``Unavailable``: what was copied until
    then stays, and the next run goes on from there.
    """
    done, names = Copied(), source.names()
    turn, told = asyncio.Lock(), time.monotonic()

    async def take() -> str | None:
        nonlocal told
        async with turn:
            if time.monotonic() - told > TELL:
                told = time.monotonic()
                log.info("%d files copied (%d MB), %d there before", done.copied, done.bytes >> 20, done.already)
            return await anext(names, None)

    async def work() -> None:
        while name := await take():
            await _one(source, target, name, verify, done)

    async with asyncio.TaskGroup() as hands:
        for _ in range(AT_ONCE):
            hands.create_task(work())
    return done


async def _one(source: Files, target: Files, name: str, verify: bool, done: Copied) -> None:
    size = await source.size(name)
    there = await _size(target, name)
    if there is None:
        async with _ended(source.stream(name)) as parts:
            found, _ = await target.put_stream(parts, MOST)
        if found != name:
            done.broken[name] = f"its bytes in {source.where} are not what its name says"
            return
    if (there is None or verify) and await _digest(target, name) != name:
        done.broken[name] = f"{target.where} gives back other bytes"
    elif there not in (None, size):
        done.broken[name] = f"{target.where} has {there} bytes of it, {source.where} {size}"
    elif there is None:
        done.copied += 1
        done.bytes += size
    else:
        done.already += 1


async def _size(files: Files, name: str) -> int | None:
    try:
        return await files.size(name)
    except Missing:
        return None


async def _digest(files: Files, name: str) -> str:
    digest = hashlib.sha256()
    async with _ended(files.stream(name)) as parts:
        async for part in parts:
            digest.update(part)
    return digest.hexdigest()


@asynccontextmanager
async def _ended(parts: AsyncIterator[bytes]) -> AsyncIterator[AsyncIterator[bytes]]:
    """A stream that lets go of its file also where nobody reads it to its end."""
    try:
        yield parts
    finally:
        if isinstance(parts, AsyncGenerator):
            await parts.aclose()
