"""A clock that jumps, for the database, the web process and the worker: libfaketime reads its offset from a file.

Only the time of day is wrong; what measures intervals (CLOCK_MONOTONIC) goes on as clocks do. The supervisor and the
tests themselves keep the true time.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

LIBRARIES = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib*/faketime/libfaketime.so.1")
STAY = 4.0  # seconds; a process looks into the file once a second, at its next look at the clock


class Clock:
    """Offset in hours, kept in ``folder``, which every account can read."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        found = (str(one) for pattern in LIBRARIES for one in Path("/").glob(pattern.lstrip("/")))
        self.library = next(found, "")
        self._known = set(_shared())
        self.set(0)

    @property
    def environment(self) -> dict[str, str]:
        """For the processes whose clock jumps; see jumpy.py."""
        if not self.library:
            return {}
        return {
            "JUMPY_LD_PRELOAD": self.library,
            "JUMPY_FAKETIME_TIMESTAMP_FILE": str(self.file),
            "JUMPY_FAKETIME_CACHE_DURATION": "1",
            "JUMPY_FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, hours: int) -> None:
        """By how much it is wrong from now on."""
        draft = self.file.with_suffix(".new")
        draft.write_text(f"{hours:+d}h\n")
        draft.chmod(0o644)
        draft.replace(self.file)

    async def jump(self, hours: int, seen: Callable[[], Awaitable[None]]) -> None:
        """Away, and back after a while, when ``seen`` is over."""
        self.set(hours)
        try:
            await asyncio.sleep(STAY)
            await seen()
        finally:
            self.set(0)

    def sweep(self) -> None:
        """Remove what the library of killed processes left in shared memory."""
        for one in set(_shared()) - self._known:
            pid = one.name.rpartition("_")[2]
            if pid.isdecimal() and not Path("/proc", pid).exists():
                with contextlib.suppress(OSError):
                    os.unlink(one)


def _shared() -> list[Path]:
    return list(Path("/dev/shm").glob("*faketime_s?m_*"))
