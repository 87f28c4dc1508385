"""The life of the process that compares everybody: one in the whole house, within its memory, and it says why it ends.

Splink and DuckDB are loaded only once the lease is ours.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from madang.customers.actions import matching
from madang.customers.matchmaking.starting import SPACE
from madang.events.record import SYSTEM
from madang.ground import Ground
from madang.lib.language import marked as _
from madang.lib.lease import Lease, lease
from madang.lib.postgres import passing

if TYPE_CHECKING:
    from madang.customers.matching.crowd import Crowd
    from madang.customers.matchmaking.run import Run

log = logging.getLogger("madang.matching")

MEMORY = _("It needs more memory than it may have. Give it more with MADANG_MATCH_MEMORY.")
FAULT = _("Something went wrong, and the log says what. What is in use stays in use.")
OF_DUCKDB = 0.55  # of the memory: the rest is Python's, with what stands between the two


@dataclass(frozen=True, slots=True)
class Limits:
    """``memory`` in MiB, of the whole process."""

    threads: int
    memory: int

    def hold(self) -> None:
        """Let the kernel refuse this process more memory than that."""
        most = self.memory * 1024 * 1024
        _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


async def match(ground: Ground, limits: Limits, *, learn: bool = True) -> dict[str, Any] | None:
    """Compare everybody; returns what came of it, None when somebody else is at it.

    Raises what broke it off, after it is written down.
    """
    async with lease(ground.database) as held:
        if not await held.take(SPACE, 1):
            return None
        async with ground.database.begin() as tx:
            number = await matching.begin(tx, SYSTEM)
        try:
            return await _run(ground, held, number, limits, learn=learn)
        except Exception as error:
            if held.ours and not passing(error):  # else the next one writes that it broke off
                async with ground.database.begin() as tx:
                    await matching.fail(tx, number, MEMORY if _out_of_memory(error) else FAULT)
            raise


async def _run(ground: Ground, held: Lease, number: int, limits: Limits, *, learn: bool) -> dict[str, Any]:
    crowd_of, run_of = await asyncio.to_thread(_tools)  # seconds on a busy machine, in which the lease is kept alive
    memory = f"{int(limits.memory * OF_DUCKDB)}MiB"
    with (
        tempfile.TemporaryDirectory(prefix="madang-match-") as spill,
        crowd_of(threads=limits.threads, memory=memory, spill=Path(spill)) as crowd,
    ):
        run = run_of(ground, held, crowd, number, learn=learn)
        await run.go()
        return {"run": number, **run.counts, "model": run.model}


def _tools() -> tuple[type[Crowd], type[Run]]:
    from madang.customers.matching.crowd import Crowd
    from madang.customers.matchmaking.run import Run

    return Crowd, Run


def _out_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException"
