"""Long-lived sources (IMAP, SMTP listener, later SMPP and SIP): one owner each in the cluster, by advisory lock."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping

from madang.channels.abilities import Pulls
from madang.channels.actions import move_cursor, set_problem
from madang.channels.connector import SendError, SetupError
from madang.channels.queries import ChannelRow, brand_of, channels, config_of
from madang.channels.registry import UnknownConnector, get
from madang.channels.store import pack, store, wake_intake
from madang.ground import Ground
from madang.lib.lease import Lease, lease

log = logging.getLogger("madang.sessions")

LOOK = 2.0  # seconds between two looks for channels without an owner
SPACE = 7303  # of the advisory locks


class Overtaken(Exception):
    """Another worker reads this channel since: what we hold, it has or will have."""


class Sessions:
    """Runs every pulled channel nobody else runs, until cancelled."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._running: dict[int, tuple[ChannelRow, asyncio.Task[None]]] = {}
        self._look = asyncio.Event()

    def look(self) -> None:
        """A channel changed: look now."""
        self._look.set()

    async def run(self) -> None:
        """Own what can be owned. When the connection that holds the locks is lost, everything is let go first."""
        while True:
            try:
                async with lease(self._ground.database) as held:
                    try:
                        await self._own(held)
                    finally:
                        await self._let_go()
            except Exception as error:  # the toolkit has its own for each of the driver's; none may end the sessions
                log.warning("the connection that holds the sessions was lost: %s", error)
                log.debug("it was lost so", exc_info=True)
                await asyncio.sleep(1)

    async def _own(self, held: Lease) -> None:
        while True:
            self._look.clear()
            async with self._ground.database.begin() as tx:
                wanted = {row.id: row for row in await channels(tx) if _pulled(row)}
            for number in self._over(wanted):
                await self._end(held, number)
            for number, row in wanted.items():
                if number not in self._running and await held.take(SPACE, number):
                    log.info("channel %s (%s) is ours", number, row.name)
                    self._running[number] = (row, asyncio.create_task(self._keep(held, row)))
            await held.renew()  # the locks live as long as its connection
            try:
                await asyncio.wait_for(self._look.wait(), LOOK)
            except TimeoutError:
                continue

    def _over(self, wanted: Mapping[int, ChannelRow]) -> list[int]:
        """The sessions that are no longer wanted as they run, or have ended because our locks were in doubt."""
        return [
            number
            for number, (row, task) in self._running.items()
            if task.done() or number not in wanted or _changed(row, wanted[number])
        ]

    async def _end(self, held: Lease, number: int) -> None:
        _, task = self._running.pop(number)
        await _cancel(task)
        await held.give_back(SPACE, number)

    async def _let_go(self) -> None:
        running, self._running = self._running, {}
        for _, task in running.values():
            await _cancel(task)

    async def _keep(self, held: Lease, row: ChannelRow) -> None:
        """One channel's session, begun again with growing pauses; what is wrong stands on the channel."""
        pause = 1.0
        while held.ours:
            began = asyncio.get_running_loop().time()
            try:
                await self._listen(held, row.id)
            except asyncio.CancelledError:
                raise
            except Overtaken as error:
                log.warning("%s", error)
            except Exception as error:
                if not held.ours:  # what is wrong is ours, not the channel's: its next owner says how it is
                    return
                log.warning("channel %s (%s) is not connected: %s", row.id, row.name, error)
                if not isinstance(error, SetupError | SendError | OSError | TimeoutError):
                    log.debug("the session broke off", exc_info=True)
                await self._problem(row.id, _words(error))
            if asyncio.get_running_loop().time() - began > 60:
                pause = 1.0
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - jitter, not a secret
            pause = min(pause * 2, 120)

    async def _problem(self, number: int, words: str) -> None:
        try:
            async with self._ground.database.begin() as tx:
                await set_problem(tx, number, words)
        except Exception as error:  # the session goes on trying; the next problem is noted again
            log.warning("the problem of channel %s could not be noted: %s", number, error)

    async def _listen(self, held: Lease, number: int) -> None:
        async with self._ground.database.begin() as tx:
            row = next((one for one in await channels(tx) if one.id == number), None)
            if row is None:
                return
            config = config_of(self._ground, row, await brand_of(tx, row.brand_id))
        connector = get(row.connector)(config)
        if not isinstance(connector, Pulls):
            return
        healthy, known = not row.problem, row.cursor
        try:
            async for deliveries, cursor in connector.listen(known):
                packed = [await pack(self._ground.files, number, one) for one in deliveries]
                async with self._ground.database.begin() as tx:
                    if not held.ours or not await move_cursor(tx, number, known, cursor):
                        raise Overtaken(f"channel {number} is read by another worker")
                    fresh = await store(tx, packed) if packed else set()
                    if fresh:
                        await wake_intake(tx)
                    if not healthy:
                        await set_problem(tx, number, "")
                healthy, known = True, cursor
        finally:
            await connector.close()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _pulled(row: ChannelRow) -> bool:
    try:
        return row.paused_at is None and issubclass(get(row.connector), Pulls)
    except UnknownConnector as error:  # a package that is gone: its channel rests, the others work
        log.warning("channel %s (%s) rests: %s", row.id, row.name, error)
        return False


def _changed(old: ChannelRow, new: ChannelRow) -> bool:
    return (old.settings, old.secrets, old.name) != (new.settings, new.secrets, new.name)


def _words(error: Exception) -> str:
    """What an administrator reads: the connector's own words where it has some."""
    if isinstance(error, SetupError):
        return error.message
    if isinstance(error, SendError):
        return error.detail
    return f"{type(error).__name__}: {error}"[:500]
