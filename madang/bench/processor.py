"""How much processor time and memory the processes of a house take, as the kernel counts it (Linux; 0 elsewhere)."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from madang.bench.house import House
from madang.lib.processes import commands

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
MIB = 1024  # KiB


def seconds(pids: Iterable[int]) -> float:
    """Processor seconds these processes have taken, with their ended children."""
    return sum(sum(map(int, _stat(pid)[11:15])) for pid in pids if _stat(pid)) / TICKS


def database(house: House) -> list[int]:
    """PostgreSQL's processes."""
    return family(house.postmaster)


def analysers() -> list[int]:
    """The processes that know Korean: one on a machine, for every house on it."""
    return [pid for pid, words in commands() if "madang.lib.search.analyser" in words]


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for number, parent in _parents():
        children.setdefault(parent, []).append(number)
    found, look = [], [pid]
    while look:
        found.append(look.pop())
        look += children.get(found[-1], [])
    return found


def step_aside(house: House, by: int = 10) -> None:
    """Let the house's processes give way where another wants the processor (`nice`): a browser that in life is another
    machine's. What they start from now on does likewise."""
    for pid in [*database(house), *(one.pid for one in house.programs.values()), *analysers()]:
        for thread in _threads(pid):
            with contextlib.suppress(OSError):  # it has ended
                os.setpriority(os.PRIO_PROCESS, thread, by)


def _threads(pid: int) -> list[int]:
    """The kernel counts priorities by thread."""
    try:
        return [int(one) for one in os.listdir(PROC / str(pid) / "task")]
    except OSError:
        return [pid]


def memory(pids: Iterable[int]) -> float:
    """MiB they hold together: what several share is divided among them (PSS), so that it counts once."""
    return sum(_kib(pid) for pid in pids) / MIB


def _kib(pid: int) -> int:
    try:
        text = (PROC / str(pid) / "smaps_rollup").read_text("ascii")
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB$", text, re.M)
    return int(found[1]) if found else 0


def _parents() -> Iterator[tuple[int, int]]:
    for entry in os.listdir(PROC) if PROC.is_dir() else ():
        if entry.isdecimal() and (fields := _stat(int(entry))):
            yield int(entry), int(fields[1])


def _stat(pid: int) -> list[str]:
    """The fields after the name, state first; empty when the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return []


class Meter:
    """What a house spends between two looks: ``spent()`` in processor seconds by part."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._before = self._now()

    def spent(self) -> dict[str, float]:
        """By part: web, worker, postgres. A part that was not there before or is not now is left out."""
        now = self._now()
        return {part: max(0.0, now[part] - self._before[part]) for part in now.keys() & self._before.keys()}

    def each(self, count: int) -> str:
        """For a note: microseconds of processor each of ``count`` things took."""
        spent = self.spent()
        told = [f"{part} {1e6 * spent[part] / count:.0f}" for part in sorted(spent, reverse=True) if spent[part]]
        return f"µs of processor each: {', '.join(told)}"

    def _now(self) -> dict[str, float]:
        parts = {verb: seconds([program.pid]) for verb, program in self._house.programs.items()}
        return parts | {"postgres": seconds(database(self._house)), "analyser": seconds(analysers())}
