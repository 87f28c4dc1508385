"""A stream on its way in: on the disk, measured and digested as it comes, never whole in memory."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from madang.lib.files.port import CHUNK, TooLarge, unusable


async def spool(parts: AsyncIterator[bytes], into: IO[bytes], folder: Path, limit: int) -> tuple[str, int]:
    """Write at most ``limit`` bytes to ``into``, which is in ``folder``: (SHA-256, size).

    Raises :class:`TooLarge`, `Unavailable` when the disk does not take it, and what ``parts`` raises.
    """
    digest, size, gathered = hashlib.sha256(), 0, bytearray()

    def take(piece: bytes) -> None:
        digest.update(piece)
        try:
            into.write(piece)
            into.flush()
        except OSError as error:
            raise unusable(folder, error) from error

    async for part in parts:
        size += len(part)
        if size > limit:
            raise TooLarge(limit)
        gathered += part
        if len(gathered) >= CHUNK:
            await asyncio.to_thread(take, bytes(gathered))
            gathered.clear()
    await asyncio.to_thread(take, bytes(gathered))
    return digest.hexdigest(), size
