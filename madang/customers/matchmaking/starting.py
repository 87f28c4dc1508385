"""The worker's part: look whether everybody is to be compared now, and start the process that does it. Light."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from sqlalchemy import text

from madang.ground import Ground
from madang.lib.offspring import command, end_with_parent

log = logging.getLogger("madang.matching")

SPACE = 0x4D5443  # of the lease: "MTC"
FEW = 200  # customers: with fewer, what is compared as each one changes says the same
OFTEN = 20.0  # seconds between two looks
GRACE = 10.0  # seconds it has to end

# Asked for; or the hour of the night has been, and nobody has ended a run since. What breaks
# off is tried three times, with ten minutes in between. A run that nobody is at has died: it is none.
DUE = text("""
with night as (
  select case when today > now() then today - interval '1 day' else today end as at from (
    select (date_trunc('day', now() at time zone timezone) + make_interval(hours => hour)) at time zone timezone
      as today from matching_settings) t)
select broken < 3 and (s.asked_at is not null or s.nightly and n.at > s.since
    and not exists (select from matching_run where phase = 1 and at >= n.at)
    and (select count(*) from (select from customer where merged_into is null limit :few) c) >= :few)
  and not exists (select from pg_locks where locktype = 'advisory' and classid = :space and granted)
from matching_settings s cross join night n cross join lateral (
  select count(*) filter (where at >= coalesce(s.asked_at, n.at)) + case when max(ended_at)
    filter (where at >= coalesce(s.asked_at, n.at)) > now() - interval '10 minutes' then 3 else 0 end as broken
  from matching_run where phase = 2) b
""")


async def due(ground: Ground) -> bool:
    """Whether everybody is to be compared now."""
    async with ground.database.begin() as tx:
        return bool((await tx.execute(DUE, {"few": FEW, "space": SPACE})).scalar_one())


async def look(ground: Ground, stopping: Callable[[], bool] = lambda: False) -> int | None:
    """Start the process where one is due, and wait for it; returns its exit code, None when there was nothing to do.

    Told to stop, it ends the process: what it has written stays, and the next one begins anew.
    """
    if not await due(ground):
        return None
    child = await asyncio.create_subprocess_exec(
        *command("match"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        env=ground.settings.environment(),
        preexec_fn=end_with_parent(),
    )
    log.info("everybody is compared with everybody", extra={"pid": child.pid})
    try:
        while child.returncode is None and not stopping():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(child.wait(), 1.0)
    finally:
        code = await _end(child)
    if code and not stopping():
        log.error("comparing everybody ended with code %d", code)
    return code


async def _end(child: asyncio.subprocess.Process) -> int:
    if child.returncode is None:
        child.terminate()
        try:
            await asyncio.wait_for(child.wait(), GRACE)
        except TimeoutError:
            child.kill()
    return await child.wait()
