"""A whole Madang as its operator starts it: one command, its own database, its own port."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Callable
from pathlib import Path

import httpx

COMMAND = (sys.executable, "-P", "-m", "madang")
PATIENCE = 120  # seconds for a start on a busy machine
FAREWELL = 20  # seconds for one that did not come up to go
PDEATHSIG = 1  # PR_SET_PDEATHSIG of prctl(2)
READY, SETUP = re.compile(r"ready: (http\S+)"), re.compile(r"(http\S+/setup/\S+)")


def stop_with_the_tests() -> None:
    """In the child: Ctrl-C for it when the tests are killed, which would leave it running for ever."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGINT)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class House:
    """``madang run`` on a data directory."""

    command = COMMAND

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.setup = ""
        self.told: list[str] = []
        self._options = options
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What every process of this Madang finds in its environment."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "MADANG_DATA": str(self.data),
            "MADANG_ALLOW_HOSTS": "127.0.0.1",  # where the providers of the tests live
        }

    async def start(self) -> None:
        """Start it, and wait until the desk is usable."""
        self.told.clear()
        self._process = process = await asyncio.create_subprocess_exec(
            *self.command,
            *("run", "--port", str(self.port), *self._options),
            stdout=PIPE,
            stderr=STDOUT,
            env=self.environment,
            start_new_session=True,
            preexec_fn=stop_with_the_tests,
            limit=1 << 24,  # bytes: a line that is longer than what is read ends the reading, and then the house waits
        )
        self._reading = asyncio.create_task(self._read())
        try:
            await self.until(lambda: any(READY.search(line) for line in self.told))
        except BaseException:  # too late, or broken off: nobody else knows of it
            await self._end(process)
            raise

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """Let nothing of it run on: Ctrl-C, and whoever does not go by that is killed, its children too."""
        try:
            async with asyncio.timeout(FAREWELL):
                await self.stop()
        except TimeoutError:
            for one in (process.pid, *self.children().values()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            await process.wait()

    async def _read(self) -> None:
        if self._process is None or self._process.stdout is None:
            return
        async for line in self._process.stdout:
            text = line.decode("utf-8", "replace").rstrip()
            self.told.append(text)
            if found := SETUP.search(text):
                self.setup = found[1]

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so; the log is shown when it never is."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not true():
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError("\n".join(self.told[-40:])) from None

    async def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        if self._process is None:
            return 0
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            code = await self._process.wait()
        if self._reading is not None:
            await self._reading
        return code

    async def ready(self) -> None:
        """Wait until ``/readyz`` says so."""
        async with httpx.AsyncClient() as http, asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await http.get(f"{self.url}/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.1)

    def children(self) -> dict[str, int]:
        """The running children by what they are: web, worker, postgres."""
        found: dict[str, int] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, ValueError):
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                words = (folder / "cmdline").read_bytes().decode().strip("\0").split("\0")
                if self._process is not None and parent == self._process.pid:
                    found["postgres" if "postgres" in words[0] else words[-1]] = int(folder.name)
        return found

    async def verb(self, *words: str) -> str:
        """What a ``madang`` verb prints on standard output, on this data directory."""
        code, out, err = await self.asked(*words)
        assert code == 0, err
        return out.strip()

    async def asked(self, *words: str) -> tuple[int, str, str]:
        """What a ``madang`` verb ends with: exit code, standard output, errors."""
        done = await asyncio.create_subprocess_exec(*COMMAND, *words, stdout=PIPE, stderr=PIPE, env=self.environment)
        out, err = await done.communicate()
        return done.returncode or 0, out.decode(), err.decode()

    async def kill(self, what: str) -> None:
        """kill -9 one of the children, and wait until there is another one and all is well."""
        before = self.children()[what]
        os.kill(before, signal.SIGKILL)
        await self.until(lambda: self.children().get(what, before) != before)
        await self.ready()
