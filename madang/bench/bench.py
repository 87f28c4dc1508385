"""What a scenario is given: a running house with data in it, and what this machine can do at most."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from pathlib import Path

from madang.bench.data.fill import fill
from madang.bench.house import House
from madang.bench.limits import Limits, measure
from madang.bench.place import Place
from madang.ground import Ground
from madang.settings import Settings

log = logging.getLogger("madang.bench")

SCALES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}  # conversations, ten messages each


class Bench:
    """One run. Everything is made on first use and ends with the run.

    ``scale`` is how many conversations the data has, ``quick`` asks for short measurements, ``seed`` makes two runs
    alike. ``part`` below 1 does less of everything: tests prove with it that nothing is lost, and no speed.
    Scenarios write only into the houses they get here.
    """

    def __init__(self, place: Place, *, scale: int, quick: bool = False, seed: int = 1, part: float = 1.0) -> None:
        self.place = place
        self.scale = scale
        self.quick = quick
        self.seed = seed
        self._part = part
        self._filled = 0
        self._stack = AsyncExitStack()
        self._house: House | None = None
        self._limits: Limits | None = None

    async def __aenter__(self) -> Bench:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._stack.aclose()

    async def house(self) -> House:
        """The run's house, started: embedded PostgreSQL with fsync, one web process, one worker."""
        if self._house is None:
            self._house = await self.another("house")
        return self._house

    async def another(self, name: str) -> House:
        """A started house of its own under the run's directory: for what must not see the run's data."""
        return await self._stack.enter_async_context(House(self.place.directory(name)))

    async def ground(self) -> Ground:
        """The run's house from within: settings, a pool on its database, files, keys."""
        return (await self.house()).ground

    async def settings(self) -> Settings:
        """Of the run's house."""
        return (await self.house()).settings

    async def url(self) -> str:
        """Of its database."""
        return (await self.house()).url

    async def data(self, scale: int = 0) -> House:
        """The run's house with at least ``scale`` conversations in it (default: the run's scale). It only grows."""
        house, wanted = await self.house(), scale or self.scale
        if wanted > self._filled:
            log.info("making data: %s conversations", f"{wanted:,}")
            await fill(house, wanted, self.seed)
            self._filled = wanted
        return house

    async def limits(self) -> Limits:
        """What this machine does at most, measured once a run."""
        if self._limits is None:
            log.info("measuring what this machine can do at most")
            self._limits = await measure(await self.house(), self.seconds(2.0, 0.4), self.count(40_000, 4_000))
        return self._limits

    def seconds(self, full: float, quick: float) -> float:
        """How long to measure."""
        return self._part * (quick if self.quick else full)

    def count(self, full: int, quick: int) -> int:
        """Of how many."""
        return max(20, int(self._part * (quick if self.quick else full)))

    @property
    def directory(self) -> Path:
        """Where the run keeps everything."""
        return self.place.path
