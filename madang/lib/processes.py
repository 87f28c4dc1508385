"""What the running processes of this machine are, and locks that die with the process that holds them."""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

MOST_FILES = 65_536  # even where the system allows millions
_PROC = Path("/proc")


def commands() -> Iterator[tuple[int, list[str]]]:
    """Every process as (pid, its arguments). Dead ones nobody has waited for have no arguments and are left out."""
    if not (_PROC / "self").exists():
        yield from _commands_by_ps()
        return
    for entry in os.listdir(_PROC):
        if entry.isdecimal() and (arguments := arguments_of(int(entry))):
            yield int(entry), arguments


def arguments_of(pid: int) -> list[str]:
    """The arguments of one process; empty when it is gone. Readable for all, unlike its directory in a container."""
    if not (_PROC / "self").exists():
        return next((found for number, found in _commands_by_ps() if number == pid), [])
    try:
        text = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return []
    return os.fsdecode(text).rstrip("\0").split("\0") if text else []


def exists(pid: int) -> bool:
    """Whether the number is taken: by a living process, one that is ending, or a dead one nobody has waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def many_files() -> None:
    """Let this process hold as many files and connections as it may: the usual 1,024 are few for a server."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, MOST_FILES)), hard))


def ending(pid: int) -> bool:
    """Whether a process has let go of its memory and is not quite gone: it may still hold files and sockets."""
    try:
        state = (_PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX" and not arguments_of(pid)


def resident() -> int:
    """Bytes of memory this process holds; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _commands_by_ps() -> Iterator[tuple[int, list[str]]]:
    listing = subprocess.run(["ps", "-axo", "pid=,stat=,command="], capture_output=True, text=True, check=True)
    for line in listing.stdout.splitlines():
        pid, state, *command = line.split(maxsplit=2)
        if command and not state.startswith("Z"):
            yield int(pid), command[0].split(" ")


class FileLock:
    """An advisory lock on a file. The kernel gives it back when its holder ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None
        self._exclusive = False

    @property
    def held(self) -> bool:
        return self._file is not None

    def take(self, note: str = "", *, shared: bool = False) -> bool:
        """Try without waiting. An exclusive holder leaves its pid and a note in the file for whoever comes second."""
        file = open(self.path, "a+", encoding="utf-8")  # noqa: SIM115 (kept open: closing it gives the lock back)
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        if not shared:
            file.truncate(0)
            file.write(f"{os.getpid()} {note}\n")
            file.flush()
        self._file, self._exclusive = file, not shared
        return True

    def holder(self, note: str) -> int:
        """The pid of the living process that took it exclusively with this note; 0 when there is none such."""
        try:
            pid, _, noted = self.path.read_text("utf-8").strip().partition(" ")
        except OSError:
            return 0
        return int(pid) if noted == note and pid.isdecimal() and arguments_of(int(pid)) else 0

    def release(self) -> None:
        if self._file is None:
            return
        if self._exclusive:
            self._file.truncate(0)
        self._file.close()
        self._file = None
