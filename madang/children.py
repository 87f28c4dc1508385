"""One child process of `madang run`: kept alive, and never outliving its parent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Mapping

from madang.lib.offspring import command, end_with_parent

log = logging.getLogger("madang.children")

STEADY = 10.0  # seconds after which a child counts as healthy again, and its next start is at once
LONGEST_PAUSE = 30.0  # seconds between two starts of one that keeps failing
GRACE = 10.0  # seconds a child has to stop in order


class Child:
    """`python -m madang <verb>`, started again whenever it ends before it was told to."""

    def __init__(self, verb: str, environment: Mapping[str, str]) -> None:
        self.verb = verb
        self.failures = 0
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._wanted_anew = False

    @property
    def pid(self) -> int:
        """Of the process that runs now; 0 between two."""
        return self._process.pid if self._process and self._process.returncode is None else 0

    async def keep(self) -> None:
        """Run it until `stop`. The first restart is at once, the following ones at growing intervals."""
        while not self._stopping.is_set():
            began = time.monotonic()
            self._process = await self._start()
            code = await self._process.wait()
            if self._stopping.is_set():
                return
            if self._wanted_anew:
                self._wanted_anew = False
                continue
            self.failures = 1 if time.monotonic() - began > STEADY else self.failures + 1
            pause = min(0.1 * 3 ** (self.failures - 1), LONGEST_PAUSE)
            log.error("%s %s; starting it again in %.1f s", self.verb, ended(code), pause)
            await self._rest(pause)

    def restart(self) -> None:
        """Ask it to end, and start it again at once."""
        self._wanted_anew = True
        self.signal(signal.SIGTERM)

    def stop(self) -> None:
        """Ask it to end in order. `keep` returns when it has; what does not end in time is killed."""
        self._stopping.set()
        self.signal(signal.SIGTERM)
        asyncio.get_running_loop().call_later(GRACE, self.signal, signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        if self._process and self._process.returncode is None:
            self._process.send_signal(number)

    async def _start(self) -> asyncio.subprocess.Process:
        """In a session of its own, so that a terminal's Ctrl-C reaches only the supervisor, which stops it in order."""
        return await asyncio.create_subprocess_exec(
            *command(self.verb),
            stdin=asyncio.subprocess.DEVNULL,
            env=dict(self._environment),
            start_new_session=True,
            preexec_fn=end_with_parent(),
        )

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def ended(code: int) -> str:
    """An exit code in words."""
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
