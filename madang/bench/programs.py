"""A child process of the run: tasks and answers as lines of JSON, and never outliving its parent."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from madang.lib.offspring import end_with_parent

GRACE = 15.0  # seconds to end in order
LINE = 64 << 20  # bytes: the longest answer


class Broken(Exception):
    """A program ended without the answer that was asked of it."""


class Program:
    """Started by :meth:`start`. What it prints on standard output is for us; standard error is the run's."""

    def __init__(self, process: Process, name: str) -> None:
        self._process = process
        self._name = name

    @classmethod
    async def start(cls, command: Sequence[str], environment: Mapping[str, str] | None = None) -> Program:
        """Any program, in a session of its own: a terminal's Ctrl-C reaches only the run, which ends it in order."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE,
            env=dict(environment) if environment is not None else None,
            start_new_session=True,
            preexec_fn=end_with_parent(),
            limit=LINE,
        )
        return cls(process, " ".join(command[3:]))

    @classmethod
    async def loader(cls, name: str, **task: Any) -> Program:
        """A module of `madang/bench/loaders/` with its task."""
        made = await cls.start([sys.executable, "-P", "-m", f"madang.bench.loaders.{name}"])
        await made.tell(**task)
        return made

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.returncode

    async def tell(self, **task: Any) -> None:
        """Say a line to it."""
        if self._process.stdin is not None:
            self._process.stdin.write(msgspec.json.encode(task) + b"\n")
            await self._process.stdin.drain()

    async def hear(self, seconds: float = 300.0) -> dict[str, Any]:
        """The next line it says; raises :class:`Broken` when it ends, TimeoutError when it is silent for too long."""
        if self._process.stdout is None:
            raise Broken(self._name)
        async with asyncio.timeout(seconds):
            line = await self._process.stdout.readline()
        if not line:
            raise Broken(f"{self._name} ended without an answer, code {await self._process.wait()}")
        answer: dict[str, Any] = msgspec.json.decode(line)
        return answer

    async def end(self) -> None:
        """Ask it to end, and see that it does."""
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(GRACE):
                await self._process.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self._process.returncode is None:
                self._process.send_signal(number)
