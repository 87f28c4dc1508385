"""A whole Madang for measuring: its own directory, embedded PostgreSQL as in production, a web process, a worker."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Protocol

from madang import migrate
from madang.bench.programs import Program
from madang.ground import Ground
from madang.lib import postgres_cluster as cluster
from madang.lib.embedded_postgres import EmbeddedPostgres
from madang.lib.offspring import command
from madang.readiness import ready
from madang.settings import Settings, load

PATIENCE = 120.0  # seconds for a start


class Grounded(Protocol):
    """A running Madang, from within and from without."""

    settings: Settings
    cookies: dict[str, list[str]]  # of agents made for measuring

    @property
    def ground(self) -> Ground:
        """From within."""
        ...

    def check(self) -> None:
        """Raises :class:`Died`."""
        ...


class Died(Exception):
    """A process of the house ended by itself, or did not start."""


class House:
    """Started and ended by ``async with``. ``base`` is where the web process answers, ``url`` the database."""

    def __init__(self, data: Path) -> None:
        self.settings = load(
            {}, data=data, port=free_port(), allow_hosts=("127.0.0.1",), log_level="error", log_format="text"
        )
        self.base = f"http://{self.settings.host}:{self.settings.port}"
        self.url = ""
        self.cookies: dict[str, list[str]] = {}
        self.programs: dict[str, Program] = {}
        self.server = EmbeddedPostgres(data)
        self._ground: Ground | None = None

    @property
    def ground(self) -> Ground:
        """The house from within."""
        if self._ground is None:
            self._ground = Ground.open(dataclasses.replace(self.settings, database_url=self.url), self.url)
        return self._ground

    @property
    def postmaster(self) -> int:
        """The number of PostgreSQL's first process; 0 when it does not run."""
        running = cluster.postmaster(self.server.home)
        return running.pid if running else 0

    @property
    def environment(self) -> Mapping[str, str]:
        """In which its processes find it."""
        return dataclasses.replace(self.settings, database_url=self.url).environment()

    async def __aenter__(self) -> House:
        try:
            self.url = await asyncio.to_thread(self.server.start)
            await migrate.upgrade_async(self.url)
            await self.start("web", "worker")
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._ground is not None:
            await self._ground.close()
        await self.stop(*self.programs)
        await asyncio.to_thread(self.server.stop)

    async def start(self, *verbs: str) -> None:
        """Start `madang web`, `madang worker`, and wait until the house answers and its worker's heart beats."""
        for verb in verbs:
            self.programs[verb] = await Program.start(command(verb), self.environment)
        async with asyncio.timeout(PATIENCE):
            while {"web", "worker"} <= self.programs.keys() and await ready(self.settings):
                self.check()
                await asyncio.sleep(0.05)

    async def stop(self, *verbs: str) -> None:
        """End processes in order."""
        await asyncio.gather(*(self.programs.pop(verb).end() for verb in verbs))

    @contextlib.asynccontextmanager
    async def without(self, verb: str) -> AsyncIterator[None]:
        """Without one of its processes for a while."""
        await self.stop(verb)
        try:
            yield
        finally:
            await self.start(verb)

    def check(self) -> None:
        """Raises :class:`Died`."""
        for verb, program in self.programs.items():
            if program.code is not None:
                raise Died(f"madang {verb} ended with code {program.code}; its last words stand above.")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
