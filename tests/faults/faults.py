"""Does what the plan says: kills, failing providers, a full disk, a clock that jumps."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable

from madang.channels.playing import Mood
from tests.faults.clock import Clock
from tests.faults.disk import Disk
from tests.faults.doors import Doors
from tests.faults.pace import Pace
from tests.faults.plan import Fault
from tests.faults.post import ADDRESS, Post
from tests.faults.shop import Shop
from tests.faults.watch import Watch
from tests.house import House

API = {"api 429": 429, "api 500": 500, "api silence": "silence", "api accept, then drop": "drop"}
DOOR: dict[str, Mood] = {
    "door 429": 429,
    "door 500": 500,
    "door silence": "silence",
    "door accept, then drop": "drop",
}
SMTP = {
    "smtp 421": "421",
    "smtp 451": "451",
    "smtp greylist": "450",
    "smtp silence": "silence",
    "smtp cut before taking": "drop",
    "smtp accept, then drop": "drop-after",
}


class Faults:
    """``done`` counts by kind; ``skipped`` says what this machine does not allow, and why."""

    def __init__(
        self, house: House, shop: Shop, post: Post, doors: Doors, watch: Watch, disk: Disk, clock: Clock
    ) -> None:
        self.house, self.shop, self.post, self.doors, self.watch = house, shop, post, doors, watch
        self.disk, self.clock = disk, clock
        self.done: Counter[str] = Counter()
        self.skipped: dict[str, str] = {}
        self._long: list[asyncio.Task[None]] = []
        self._one_jump = asyncio.Lock()  # one of its kind at a time
        self._one_fill = asyncio.Lock()
        if not disk.kind:
            self.skipped["disk full"] = "no small disk could be made, it needs root and mkfs.ext4 with mount, or tmpfs"
        if not clock.library:
            self.skipped["clock jump"] = "libfaketime is not there (Debian: apt-get install faketime)"

    async def run(self, plan: list[Fault], pace: Pace) -> None:
        """The whole plan; returns when the last fault is over."""
        for fault in plan:
            if fault.kind in self.skipped:
                continue
            await pace.reaches(fault.at)
            await asyncio.sleep(fault.pause)
            await self._begin(fault)
        await asyncio.gather(*self._long)

    def over(self) -> None:
        """What is still to fail does not: few are left who try, and each failure doubles how long they wait."""
        self.shop.machine.calm()
        self.post.server.calm()
        self.doors.calm()

    async def _begin(self, fault: Fault) -> None:
        if fault.kind.startswith("kill "):
            await self._kill(fault.kind.removeprefix("kill "))
        elif fault.kind in API:
            self.shop.machine.retry_after = "1"
            self.shop.machine.will(*[API[fault.kind]] * fault.size)
        elif fault.kind in DOOR:
            self.doors.will(DOOR[fault.kind], fault.size)
        elif fault.kind in SMTP:
            self.post.server.will(*[SMTP[fault.kind]] * fault.size)
        elif fault.kind == "smtp hang up":
            await self.post.server.smtp.hang_up()
        elif fault.kind == "imap hang up":
            await self.post.server.imap.hang_up()
        elif fault.kind == "imap renumber":
            await self.post.server.imap.renumber(ADDRESS)
            await self.post.server.imap.hang_up()
        else:
            work: dict[str, Callable[[int], Awaitable[None]]] = {"disk full": self._fill, "clock jump": self._jump}
            self._long.append(asyncio.ensure_future(work[fault.kind](fault.size)))
        self.done[fault.kind] += 1

    async def _kill(self, what: str) -> None:
        """kill -9, as soon as there is one to kill."""
        while True:
            pid = self.house.children().get(what)
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    return
            await asyncio.sleep(0.1)

    async def _fill(self, seconds: int) -> None:
        async with self._one_fill:
            await asyncio.to_thread(self.disk.fill)
            try:
                if seconds % 2 and await self.watch.stop_by_full_log():
                    self.done["PostgreSQL stopped by a full disk"] += 1
                await asyncio.sleep(seconds)
            finally:
                self.disk.free()

    async def _jump(self, hours: int) -> None:
        async with self._one_jump:
            await self.clock.jump(hours, self._seen_by_all)

    async def _seen_by_all(self) -> None:
        """The database answers at the wrong time: a jump ends when everybody has seen it.

        One that ended while PostgreSQL starts would leave its processes in two times for a second, as no machine is.
        """
        seen = self.watch.seen
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(15):
                while self.watch.seen < seen + 5:
                    await asyncio.sleep(0.1)
