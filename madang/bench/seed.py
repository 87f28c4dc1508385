"""The data of a run: conversations as a company has them, made in bulk. Grows what is there, never begins anew."""

from __future__ import annotations

from madang.bench.house import House


async def fill(house: House, conversations: int, seed: int) -> None:
    """Let the house hold at least ``conversations`` conversations of ten messages each; the same for the same seed."""
