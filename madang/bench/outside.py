"""`madang run` as an operator starts it: one command, its own database, its own port."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

from madang.bench.house import PATIENCE, Died, free_port
from madang.bench.programs import Program
from madang.ground import Ground
from madang.lib.embedded_postgres import running_url
from madang.lib.offspring import command
from madang.readiness import ready
from madang.settings import load


class Outside:
    """Ready inside of ``async with``, ended in order after it."""

    def __init__(self, data: Path) -> None:
        self.settings = load({}, data=data, port=free_port(), allow_hosts=("127.0.0.1",), log_level="error")
        self.base = f"http://{self.settings.host}:{self.settings.port}"
        self.cookies: dict[str, list[str]] = {}
        self.spoken = False  # Korean
        self._program: Program | None = None
        self._ground: Ground | None = None

    @property
    def ground(self) -> Ground:
        """From within."""
        if self._ground is None:
            url = running_url(self.settings.data) or ""
            self._ground = Ground.open(dataclasses.replace(self.settings, database_url=url), url, pool=2)
        return self._ground

    def check(self) -> None:
        """Raises :class:`Died`."""
        if self._program is not None and self._program.code is not None:
            raise Died(f"madang run ended with code {self._program.code}; its last words stand above.")

    @property
    def pid(self) -> int:
        """Of its first process."""
        return self._program.pid if self._program else 0

    async def __aenter__(self) -> Outside:
        self._program = await Program.start(command("run"), self.settings.environment())
        try:
            async with asyncio.timeout(PATIENCE):
                while await ready(self.settings):
                    self.check()
                    await asyncio.sleep(0.02)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._ground is not None:
            await self._ground.close()
        if self._program is not None:
            await self._program.end()
