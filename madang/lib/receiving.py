"""A file that somebody sends as the body of a request, put into the store as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple

from madang.lib.files import Files
from madang.lib.uploads import clean_name, sniff


class Empty(ValueError):
    """Nothing was sent."""


class Received(NamedTuple):
    """What lies in the file store now, under its digest; ``mime`` is told from its bytes."""

    name: str
    mime: str
    sha256: str
    size: int


async def receive(files: Files, parts: AsyncIterator[bytes], limit: int, name: str, claimed: str) -> Received:
    """Keep it under a harmless name; ``claimed`` is its type as told. Raises ``TooLarge`` and :class:`Empty`."""
    sha256, size = await files.put_stream(parts, limit)
    if not size:
        raise Empty
    shown = clean_name(name)
    return Received(shown, sniff(await files.head(sha256), shown, claimed), sha256, size)
