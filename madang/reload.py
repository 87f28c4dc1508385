"""For `bin/dev`: notice that a file of the house has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

WATCHED = (".py", ".html", ".css", ".js", ".mo", ".toml", ".svg")
_ROOT = Path(__file__).parent


def newest() -> float:
    """When a watched file was last written, in seconds since 1970."""
    return max(path.stat().st_mtime for path in _ROOT.rglob("*") if path.suffix in WATCHED and path.is_file())


async def watch(changed: Callable[[], None], stopped_within: Callable[[float], Awaitable[bool]]) -> None:
    """Call `changed` after each change, until told to stop. Looks once a second."""
    seen = newest()
    while not await stopped_within(1):
        now = await asyncio.to_thread(newest)
        if now != seen:
            seen = now
            changed()
